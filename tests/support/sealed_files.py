"""What the event store's encrypted files hold, for a test that looks for a value in all of them.

Source of the format: ClickHouse, `src/IO/FileEncryptionCommon.h`. A header of 64 bytes: "ENC", a
version (2 bytes), algorithm (2), fingerprint of the key (16), initial counter of AES-CTR (16, big
endian). Behind it the ciphertext. Columns are in blocks of LZ4 or ZSTD, which the engine's own
decompressor is not asked for here: a value that occurs once and is random stays readable in LZ4.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_HEADER_BYTES = 64
_COUNTER = slice(23, 39)


def plain(path: Path, key: bytes) -> bytes:
    """The file's content; as it is where it is not encrypted."""
    data = path.read_bytes()
    if not data.startswith(b"ENC"):
        return data
    counter = data[_COUNTER]
    decryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    return decryptor.update(data[_HEADER_BYTES:]) + decryptor.finalize()


def files_that_hold(folder: Path, needle: bytes, *, key: bytes) -> list[str]:
    """Of all files below `folder`, also those that no part in use names."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and needle in plain(path, key)
    )
