"""Keeps the resident memory of a long-running agent small (glibc on Linux; elsewhere no effect).

Half of what is resident after the start is code that only the start ran: loading libraries,
parsing certificates, compiling the policy. Two things give it back:
- malloc with one arena for all threads, trimmed after the start (mallopt(3), malloc_trim(3));
- the pages of read-only executable mappings, which come back from the page cache one by one as they
  are needed (madvise(2), MADV_DONTNEED). Only mappings without a single page of their own are
  touched, so nothing that was ever written is dropped.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8  # malloc.h
_TRIM_BYTES = 128 << 10
_MADV_DONTNEED = 4
_SMAPS = Path("/proc/self/smaps")
_MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ (\d+) ")


def limit_arenas() -> None:
    """Before threads start: glibc would give each of the first 16 a heap of its own."""
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)


def give_back() -> None:
    """After the start: costs a few milliseconds, and page faults for what is used again."""
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
    try:
        text = _SMAPS.read_text()
    except OSError:
        return
    for start, size in clean_code(text):
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), _MADV_DONTNEED)


def clean_code(smaps: str) -> list[tuple[int, int]]:
    """(address, bytes) of private executable file mappings that have no page of their own.

    `smaps` as proc_pid_smaps(5) describes it.
    """
    found: list[tuple[int, int]] = []
    candidate: tuple[int, int] | None = None
    for line in smaps.splitlines():
        mapping = _MAPPING.match(line)
        if mapping is not None:
            start, end = int(mapping[1], 16), int(mapping[2], 16)
            candidate = (start, end - start) if int(mapping[3]) else None
        elif "-" in line.partition(" ")[0]:
            candidate = None  # the head of another mapping
        elif candidate is not None and line.startswith("Anonymous:"):
            if int(line.split()[1]) == 0:
                found.append(candidate)
            candidate = None
    return found
