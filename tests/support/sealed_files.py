"""What the event store's encrypted files hold, for a test that looks for a value in all of them.

Source of the format: ClickHouse, `src/IO/FileEncryptionCommon.h`. A header of 64 bytes: "ENC", a
version (2 bytes), algorithm (2), fingerprint of the key (16), initial counter of AES-CTR (16, big
endian). Behind it the ciphertext. `src/Compression/ICompressionCodec.h` and
`CompressedReadBufferBase.cpp`: what is compressed is a row of blocks, each a checksum (16), a
method (1), its length from the method on (4, little endian), its length unpacked (4), and what was
packed. Codecs of numbers alone (delta and the like) hold no text and are not unpacked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow
import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_HEADER_BYTES = 64
_COUNTER = slice(23, 39)
_CHECKSUM_BYTES = 16
_BLOCK_HEADER_BYTES = 9  # behind the checksum; the block's length counts it
_AS_IT_IS, _LZ4, _ZSTD = 0x02, 0x82, 0x90
_NUMBERS = range(0x91, 0x9C)


def plain(path: Path, key: bytes) -> bytes:
    """The file's content; as it is where it is not encrypted."""
    data = path.read_bytes()
    if not data.startswith(b"ENC"):
        return data
    counter = data[_COUNTER]
    decryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    return decryptor.update(data[_HEADER_BYTES:]) + decryptor.finalize()


def unpacked(data: bytes) -> bytes:
    """What the blocks of a compressed file hold; nothing of a file that is not made of blocks."""
    try:
        return b"".join(_blocks(data))
    except (ValueError, OSError, zstandard.ZstdError):
        return b""


def _blocks(data: bytes) -> Iterator[bytes]:
    """Raises ValueError where no block stands."""
    at = 0
    while at < len(data):
        header = at + _CHECKSUM_BYTES
        start = header + _BLOCK_HEADER_BYTES
        method = data[header] if start <= len(data) else -1
        length, whole = (
            int.from_bytes(data[place : place + 4], "little") for place in (header + 1, header + 5)
        )
        at = header + length
        if length < _BLOCK_HEADER_BYTES or at > len(data):
            raise ValueError("not a block")
        packed = data[start:at]
        if method == _LZ4:
            yield pyarrow.Codec("lz4_raw").decompress(packed, whole, asbytes=True)
        elif method == _ZSTD:
            yield zstandard.ZstdDecompressor().decompress(packed, max_output_size=whole)
        elif method == _AS_IT_IS:
            yield packed
        elif method not in _NUMBERS:
            raise ValueError("not a method")


def files_that_hold(folder: Path, needle: bytes, *, key: bytes) -> list[str]:
    """Of all files below `folder`, also those that no part in use names."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _holds(plain(path, key), needle)
    )


def _holds(data: bytes, needle: bytes) -> bool:
    return needle in data or needle in unpacked(data)
