"""The pages that are given back after the start: none that was ever written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reticent_agent.memory import never_written

SMAPS = """\
555000000000-555000010000 r-xp 00000000 fe:00 77 /usr/bin/python3
Size:                 64 kB
Anonymous:             0 kB
Swap:                  0 kB
555000010000-555000020000 r-xp 00000000 fe:00 78 /usr/lib/patched.so
Anonymous:             4 kB
Swap:                  0 kB
555000020000-555000030000 r--p 00000000 fe:00 78 /usr/lib/patched.so
Anonymous:             0 kB
Swap:                  0 kB
555000030000-555000040000 rw-p 00000000 00:00 0 [heap]
Anonymous:            64 kB
Swap:                  0 kB
555000040000-555000048000 r--p 00010000 fe:00 77 /usr/bin/python3
Anonymous:             0 kB
Swap:                  0 kB
555000048000-555000050000 r--p 00018000 fe:00 77 /usr/bin/python3
Anonymous:            12 kB
Swap:                  0 kB
55500004a000-55500004c000 r--p 0001a000 fe:00 77 /usr/bin/relocated-and-swapped-out
Anonymous:             0 kB
Swap:                  8 kB
555000050000-555000058000 r--s 00000000 fe:00 79 /usr/lib/gconv-modules.cache
Anonymous:             0 kB
Swap:                  0 kB
7fff00000000-7fff00002000 r-xp 00000000 00:00 0 [vdso]
Anonymous:             0 kB
Swap:                  0 kB
"""
GIVEN_BACK = r"""
import mmap, re, sys
from pathlib import Path
from reticent_agent import memory

def mapped(path):
    with open(path, "rb") as file:
        found = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
    return found, found[:]  # reading it makes it resident

def resident_kb(path):
    smaps = Path("/proc/self/smaps").read_text()
    return int(re.search(rf"{re.escape(path)}\n(?:.*\n)*?Rss: +(\d+)", smaps)[1])

kept, content = mapped(sys.argv[1])
earlier = memory.untouched()
late, _ = mapped(sys.argv[2])
memory.give_back(earlier)
print(resident_kb(sys.argv[1]), resident_kb(sys.argv[2]), kept[:] == late[:] == content)
"""


def test_only_mappings_that_nobody_wrote_to_are_given_back() -> None:
    assert never_written(SMAPS) == [
        (0x555000000000, 0x10000),
        (0x555000020000, 0x10000),
        (0x555000040000, 0x8000),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_is_given_back_was_untouched_in_both_looks_and_is_still_read_as_before(
    tmp_path: Path,
) -> None:
    content = os.urandom(1 << 20)
    kept, late = tmp_path / "kept", tmp_path / "late"
    for path in (kept, late):
        path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", GIVEN_BACK, str(kept), str(late)], capture_output=True, text=True
    )
    assert done.stdout.split() == ["0", "1024", "True"], done.stderr
