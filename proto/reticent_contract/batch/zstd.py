"""zstd with objects that are reused, one a thread: making them costs more than a small batch."""

from __future__ import annotations

import threading

import zstandard

# Measured on 1,000 rows (tests/batch/test_speed.py prints it): 3 is 8 % smaller than 1 in the same
# time, and within 4 % of the size of 9 at a ninth of its time.
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
