"""Records of several lines, and encodings other than UTF-8: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from collect_events.fakes import Followed, Recorder
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.lines import Lines, LineSplitter
from reticent_agent.collect.logs import followed_file, records
from reticent_agent.collect.logs.logfile import log_file
from reticent_agent.collect.logs.records import Records, Traces
from reticent_agent.collect.logs.wide_lines import WideLineSplitter, splitter_of, wide_of
from reticent_contract import limits

LOG = "/var/log/app.log"
STAMPED_JAVA = """\
2026-11-22 06:13:01,123 ERROR request failed
java.lang.IllegalStateException: no such thing
\tat com.example.Shop.buy(Shop.java:12)
Caused by: java.io.IOException: gone
\t... 3 more
2026-11-22 06:13:02,000 INFO next
"""
BARE_PYTHON = """\
starting
Traceback (most recent call last):
  File "/srv/app.py", line 3, in <module>
    main()

ValueError: bad
started again
"""
BARE_JAVA = """\
Exception in thread "main" java.lang.IllegalStateException: x
\tat com.example.Main.main(Main.java:5)
Caused by: java.io.IOException: gone
\t... 1 more
next
"""
BRACKETED = """\
[2026-11-22T06:13:01Z] one
  more
and more
[2026-11-22T06:13:02Z] two
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / LOG[1:]
    path.parent.mkdir(parents=True)
    return path


def root_of(log: Path) -> Path:
    return log.parents[2]


def put_together(text: str) -> list[str]:
    found = Records(Traces())
    lines = [
        lines for lines in LineSplitter(one_by_one=True).feed(text.encode()) for lines in [lines]
    ]
    complete = [record for line in lines for record in found.add(line)]
    complete += found.flush()
    assert sum(record.size_bytes for record in complete) == len(text.encode())
    return [text for record in complete for text in record.texts]


def test_traces_belong_to_the_line_before() -> None:
    assert [t.count("\n") for t in put_together(STAMPED_JAVA)] == [4, 0]
    assert [t.split("\n")[-1] for t in put_together(BARE_PYTHON)] == [
        "starting",
        "ValueError: bad",
        "started again",
    ]
    assert [t.count("\n") for t in put_together(BARE_JAVA)] == [3, 0]
    assert put_together(BRACKETED) == [
        "[2026-11-22T06:13:01Z] one\n  more\nand more",
        "[2026-11-22T06:13:02Z] two",
    ]
    assert put_together("one\ntwo\n\nthree\n") == ["one", "two", "three"]


def test_a_record_without_end_is_told_in_bounded_pieces() -> None:
    text = "first\n" + "".join(f"  {n} {'x' * 100}\n" for n in range(2_000))
    found = put_together(text)
    assert all(len(t.encode()) <= limits.LOG_LINE_BYTES_MAX for t in found)
    assert "\n".join(found) == text.rstrip("\n")


@given(st.lists(st.sampled_from(["a", " b", "", "2026-11-22 06:13:01 c", "Caused by: d"])))
def test_every_line_is_in_one_record_and_every_byte_is_counted(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert "\n".join(put_together(text)).split("\n") == ([line for line in lines if line] or [""])


def follow(log: Path, count: int, *, cursor: str = "", multi_line: bool = True) -> Recorder:
    source = log_file(LOG, multi_line=multi_line)
    # A clock that goes: it says when a record was waited for long enough.
    with Followed(source, root_of(log), cursor=cursor, clock=SystemClock()) as recorder:
        recorder.wait_for(lambda: len(recorder.rows()) >= count)
    return recorder


def test_the_last_record_is_told_when_nothing_follows_and_a_restart_goes_on(log: Path) -> None:
    log.write_text(STAMPED_JAVA)
    began = time.monotonic()
    found = follow(log, 2)
    assert time.monotonic() - began >= records.TRACES_WAIT_S
    assert str(found.messages[0]).startswith("ERROR request failed\njava.lang.Illegal")
    assert str(found.messages[0]).endswith("\t... 3 more")
    with log.open("a") as file:
        file.write("2026-11-22 06:13:03 last\n more\n2026-11-22 06:13:04 open\n")
    again = follow(log, 2, cursor=found.cursor)
    assert again.messages == ["last\n more", "open"]


def test_a_record_that_is_not_complete_is_read_again_after_a_restart(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records.Traces, "wait_s", 60.0)
    log.write_text("2026-11-22 06:13:01 one\n2026-11-22 06:13:02 two\n more\n")
    found = follow(log, 1)
    with log.open("a") as file:
        file.write(" and more\n2026-11-22 06:13:03 three\n")
    assert follow(log, 1, cursor=found.cursor).messages == ["two\n more\n and more"]


def test_a_busy_folder_does_not_hold_the_last_record_back(log: Path) -> None:
    log.write_text("2026-11-22 06:13:01 one\n more\n")
    source = log_file(LOG, multi_line=True)
    with Followed(source, root_of(log), clock=SystemClock()) as recorder:
        until = time.monotonic() + 15
        while not recorder.rows() and time.monotonic() < until:
            (log.parent / "beside").touch()
            (log.parent / "beside").unlink()
            time.sleep(0.2)
    assert recorder.messages == ["one\n more"]


class Writer(threading.Thread):
    """Writes numbered records of several lines in any encoding, and rotates now and then."""

    def __init__(self, log: Path, count: int, chance: random.Random, encoding: str) -> None:
        super().__init__(daemon=True)
        self._log, self._count, self._chance, self._encoding = log, count, chance, encoding

    def run(self) -> None:
        file = self._open()
        for number in range(self._count):
            more = "".join(f"\tat ünit {number}.{n}\n" for n in range(self._chance.randrange(4)))
            data = f"2026-11-22 06:13:01 {number}\n{more}".encode(self._encoding)
            cut = self._chance.randrange(len(data))
            file.write(data[:cut])  # within a character, perhaps
            file.write(data[cut:])
            if self._chance.random() < 0.01:
                file.close()
                self._rotate()
                file = self._open()
            if self._chance.random() < 0.03:
                time.sleep(0.002)
        file.close()

    def _open(self) -> Any:
        file = self._log.open("ab", buffering=0)
        if file.tell() == 0:
            file.write("\ufeff".encode(self._encoding))
        return file

    def _rotate(self) -> None:
        for number in range(60, 0, -1):
            old = Path(f"{self._log}.{number}")
            if old.exists():
                old.rename(f"{self._log}.{number + 1}")
        self._log.rename(f"{self._log}.1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_no_line_is_lost_or_doubled_under_rotation_and_restarts(log: Path, encoding: str) -> None:
    chance = random.Random(encoding)
    count = 1_500
    log.touch()
    source = log_file(LOG, multi_line=True)
    kept = Recorder()
    with Followed(source, root_of(log), recorder=kept, clock=SystemClock()):
        kept.wait_for(lambda: bool(kept.cursor))
    written = random.Random(encoding)
    writer = Writer(log, count, written, encoding)
    writer.start()
    deadline = time.monotonic() + 60

    def lines() -> list[str]:
        return [line for message in kept.messages for line in str(message).split("\n")]

    def is_last(line: str) -> bool:
        return line == str(count - 1)

    while not any(map(is_last, lines())) and time.monotonic() < deadline:
        with Followed(source, root_of(log), cursor=kept.cursor, recorder=kept, clock=SystemClock()):
            time.sleep(chance.uniform(0.02, 0.2) if writer.is_alive() else 3.0)
    heads = [line for line in lines() if not line.startswith("\t")]
    assert heads == [str(number) for number in range(count)]
    tails = [line for line in lines() if line.startswith("\t")]
    assert len(tails) == len(set(tails))
    assert all(line.startswith("\tat ünit ") for line in tails)
    assert kept.health() == []


@pytest.mark.parametrize("multi_line", [False, True])
def test_a_byte_order_mark_is_no_part_of_the_first_line(log: Path, multi_line: bool) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        log.write_bytes("2026-11-22 06:13:01 größe 🦀\r\nzwei\r\n".encode(encoding))
        found = follow(log, 1, multi_line=multi_line)
        whole = "\n".join(str(message) for message in found.messages)
        assert whole == "größe 🦀\nzwei"


def test_the_end_of_a_large_file_in_utf_16_is_read_from_the_beginning_of_a_line(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in range(200, 204):
        monkeypatch.setattr(followed_file, "FIRST_BYTES", size)
        # U+0A00 and U+000A: the bytes of an end of a line, at an odd place too.
        log.write_bytes("".join(f"{n} ਊ\u0a00\u0100\n" for n in range(100)).encode("utf-16"))
        messages = [str(m) for m in follow(log, 10, multi_line=False).messages]
        first = int(messages[0].split(" ")[0])
        assert messages == [f"{n} ਊ\u0a00\u0100" for n in range(first, 100)]


def test_bytes_that_are_no_text_never_become_halves_of_characters(log: Path) -> None:
    log.write_bytes(b"\xff\xfe" + b"\x00\xd8a\x00\n\x00" + os.urandom(64) + b"\n\x00")
    for message in follow(log, 2, multi_line=False).messages:
        str(message).encode()  # lone surrogates would raise


@given(st.binary(max_size=300), st.lists(st.integers(1, 40)), st.booleans(), st.booleans())
def test_wide_lines_are_the_same_however_they_are_cut(
    data: bytes, sizes: list[int], one_by_one: bool, big: bool
) -> None:
    mark = b"\xfe\xff" if big else b"\xff\xfe"
    wide = wide_of(mark)
    assert wide is not None
    data += "end".encode(wide.encoding)[: len(data) % 2] + "\nlast\n".encode(wide.encoding)
    splitter = WideLineSplitter(wide, one_by_one=one_by_one)
    found: list[Lines] = []
    at = 0
    for size in [*sizes, len(data)]:
        found += splitter.feed(data[at : at + size])
        at += size
    (*_, whole) = list(WideLineSplitter(wide).feed(data))
    assert tuple(t for lines in found for t in lines.texts) == tuple(
        t for lines in WideLineSplitter(wide).feed(data) for t in lines.texts
    )
    done = 0
    for lines in found:
        done += lines.size_bytes
        assert lines.last == data[done - len(lines.last) : done]
        assert len(lines.last) == min(lines.size_bytes, 64)
    assert done <= len(data)
    assert whole.texts[-1:] == ("last",) or len(data) % 2


def test_a_wide_line_of_ten_megabytes_is_cut_and_says_so() -> None:
    splitter = splitter_of(b"\xff\xfe", one_by_one=False)
    chunk = "x".encode("utf-16-le") * (32 << 10)
    found = [lines for _ in range(160) for lines in splitter.feed(chunk)]
    assert found == []
    (lines,) = splitter.feed("\nnext\n".encode("utf-16-le"))
    long, following = lines.texts
    assert long.endswith(f" [cut: {160 * len(chunk)} bytes]")
    assert len(long) <= limits.LOG_LINE_BYTES_MAX
    assert following == "next"
