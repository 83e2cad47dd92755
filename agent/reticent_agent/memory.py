"""Keeps the resident memory of a long-running agent small (glibc on Linux; elsewhere no effect).

Half of what is resident after the start are pages of libraries that only the start needed: loading
them, parsing certificates, compiling the policy. Two things give it back:
- malloc with one arena for all threads, trimmed after the start (mallopt(3), malloc_trim(3));
- the pages of read-only mappings of files (code, constants, tables), which come back from the page
  cache one by one as they are needed (madvise(2), MADV_DONTNEED). Only mappings without a single
  page of their own are touched, so nothing that was ever written is dropped. And only those that
  were so some seconds earlier too: while the dynamic loader maps a library, what it is about to
  relocate looks like its constants.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Collection
from pathlib import Path

SETTLED_AFTER_S = 12.0  # the first round of all collectors is over
SECOND_LOOK_AFTER_S = 3.0
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8  # malloc.h
_TRIM_BYTES = 128 << 10
_MADV_DONTNEED = 4
_SMAPS = Path("/proc/self/smaps")
_MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ (\d+) ")


def limit_arenas() -> None:
    """Before threads start: glibc would give each of the first 16 a heap of its own."""
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)


def give_back_soon(loop: asyncio.AbstractEventLoop) -> None:
    """Once the start has settled."""

    def settled() -> None:
        loop.call_later(SECOND_LOOK_AFTER_S, give_back, untouched())

    loop.call_later(SETTLED_AFTER_S, settled)


def untouched() -> Collection[tuple[int, int]]:
    """(address, bytes) of what could be dropped by now; for `give_back`, some seconds later."""
    if sys.platform != "linux":
        return ()
    try:
        return frozenset(never_written(_SMAPS.read_text()))
    except OSError:
        return ()


def give_back(earlier: Collection[tuple[int, int]]) -> None:
    """After the start: costs a few milliseconds, and page faults for what is used again."""
    if sys.platform != "linux":
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
    for start, size in untouched():
        if (start, size) in earlier:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), _MADV_DONTNEED)


def never_written(smaps: str) -> list[tuple[int, int]]:
    """(address, bytes) of private read-only file mappings that have no page of their own.

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
        elif candidate is not None and line.startswith(("Anonymous:", "Swap:")):
            if int(line.split()[1]) > 0:
                candidate = None  # pages of its own, in memory or swapped out
            elif line.startswith("Swap:"):  # which comes after Anonymous
                found.append(candidate)
                candidate = None
    return found
