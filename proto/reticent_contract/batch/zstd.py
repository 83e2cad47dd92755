"""zstd with objects that are reused, one a thread: making them costs more than a small batch."""

from __future__ import annotations

import threading

import zstandard

# Measured on 100 and 1,000 rows of this machine's logs (tests/batch/test_speed.py prints it):
# 3 is within 3 % of the size of 9 at a quarter of its time; 1 is larger and hardly faster.
LEVEL = 3

_local = threading.local()


def compressor() -> zstandard.ZstdCompressor:
    made: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if made is None:
        made = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True, write_checksum=False)
        _local.compressor = made
    return made


def decompressor() -> zstandard.ZstdDecompressor:
    made: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if made is None:
        made = zstandard.ZstdDecompressor()
        _local.decompressor = made
    return made
