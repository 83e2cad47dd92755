"""A few inputs for each parser; `python tests/collect/fuzz.py` is the same with 100,000."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs setitimer and getrusage")
FUZZ = Path(__file__).with_name("fuzz.py")


@pytest.mark.timeout(120)
def test_every_parser_bears_damaged_input() -> None:
    command = [sys.executable, str(FUZZ), "--inputs", "150"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.count("ok     linux/") >= 30


def test_no_function_that_reads_what_a_laptop_holds_is_left_out_of_the_fuzzing() -> None:
    from collect import reach
    from collect.fuzz import subjects

    left_out = set(reach.unreached(subjects()))
    assert sorted(left_out - set(reach.EXEMPT)) == []
    assert sorted(set(reach.EXEMPT) - left_out) == []


def test_a_parser_that_breaks_or_hangs_is_found() -> None:
    script = f"""
import sys; sys.path.insert(0, {str(FUZZ.parents[1])!r})
from collect.fuzz import Failure, Subject, arm, fuzz
def breaks(data): return data.decode("utf-8")
def hangs(data):
    while True: pass
arm()
for parse, allowed in ((breaks, ()), (hangs, ()), (breaks, (UnicodeDecodeError,))):
    try:
        fuzz(Subject(parse.__name__, parse, (b"a",), allowed), range(300), seed=1)
        print("ok")
    except Failure as failure:
        print(failure)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second, third = done.stdout.splitlines()
    assert "raises UnicodeDecodeError" in first
    assert second == "hangs: input 0 (1 bytes) does not end"
    assert third == "ok"


def test_every_parser_has_sound_input_to_begin_from() -> None:
    from collect.fuzz import subjects

    assert [subject.name for subject in subjects() if not subject.seeds] == []
