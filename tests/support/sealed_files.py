"""What the event store's encrypted files hold, for a test that looks for a value in all of them.

Source of the format: ClickHouse, `src/IO/FileEncryptionCommon.h`. A header of 64 bytes: "ENC", a
version (2 bytes), algorithm (2), fingerprint of the key (16), initial counter of AES-CTR (16, big
endian). Behind it the ciphertext. `src/Compression/ICompressionCodec.h` and
`CompressedReadBufferBase.cpp`: what is compressed is a row of blocks, each a checksum (16), a
method (1), its length from the method on (4, little endian), its length unpacked (4), and what was
packed. `CompressionInfo.h` numbers the methods. Those of numbers alone (delta and the like) hold no
text and are not unpacked; nor are several one after the other, of which one is such
(`CompressionCodecMultiple.cpp`: their count, then the number of each).

Must hold: a file of which something was not understood never counts as one that holds nothing.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow
import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_HEADER_BYTES = 64
_COUNTER = slice(23, 39)
_CHECKSUM_BYTES = 16
_BLOCK_HEADER_BYTES = 9  # behind the checksum; the block's length counts it
_AS_IT_IS, _LZ4, _ZSTD = 0x02, 0x82, 0x90
_SEVERAL = 0x91
_NUMBERS = frozenset(
    (0x92, 0x93, 0x94, 0x95, 0x98, 0x9A)
)  # Delta, T64, DoubleDelta, Gorilla, FPC, GCD


class NotUnderstoodError(Exception):
    """A file of blocks has one that this reader does not know."""


def plain(path: Path, key: bytes) -> bytes:
    """The file's content; as it is where it is not encrypted."""
    data = path.read_bytes()
    if not data.startswith(b"ENC"):
        return data
    counter = data[_COUNTER]
    decryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    return decryptor.update(data[_HEADER_BYTES:]) + decryptor.finalize()


def unpacked(data: bytes, *, is_blocks: bool = False) -> bytes:
    """What the blocks of a compressed file hold; nothing of a file that does not begin with one.

    `is_blocks`: it is known to be made of them. Raises NotUnderstoodError where a later one is no
    block, or any of a file that `is_blocks`.
    """
    found, at = [], 0
    while at < len(data):
        try:
            text, at = _block(data, at)
        except (ValueError, OSError, zstandard.ZstdError) as error:
            if at == 0 and not is_blocks:
                return b""
            raise NotUnderstoodError(f"no block at {at} of {len(data)} bytes") from error
        found.append(text)
    return b"".join(found)


def _block(data: bytes, at: int) -> tuple[bytes, int]:
    """What the block holds, and where the next one begins. Raises ValueError where none stands."""
    header = at + _CHECKSUM_BYTES
    start = header + _BLOCK_HEADER_BYTES
    length, whole = (
        int.from_bytes(data[place : place + 4], "little") for place in (header + 1, header + 5)
    )
    end = header + length
    if length < _BLOCK_HEADER_BYTES or end > len(data):
        raise ValueError("not a block")
    text = _text(data[header], data[start:end], whole)
    if text is not None and len(text) != whole:
        raise ValueError("not as long as it says")
    return text or b"", end


def _text(method: int, packed: bytes, whole: int) -> bytes | None:
    """None of numbers. Raises ValueError for a method that is not known."""
    if method == _LZ4:
        return bytes(pyarrow.Codec("lz4_raw").decompress(packed, whole, asbytes=True))
    if method == _ZSTD:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=whole)
    if method == _AS_IT_IS:
        return packed
    several = packed[1 : 1 + packed[0]] if method == _SEVERAL and packed else b""
    if method in _NUMBERS or not _NUMBERS.isdisjoint(several):
        return None
    raise ValueError("not a method")


def files_that_hold(folder: Path, needle: bytes, *, key: bytes) -> list[str]:
    """Of all files below `folder`, also those that no part in use names.

    Raises NotUnderstoodError.
    """
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _holds(path, needle, key)
    )


def _holds(path: Path, needle: bytes, key: bytes) -> bool:
    data = plain(path, key)
    return needle in data or needle in unpacked(data, is_blocks=path.suffix == ".bin")
