"""Lines out of bytes, whatever the bytes are and however they come."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reticent_agent.collect.lines import Lines, LineSplitter, bounded_text
from reticent_contract import limits

SMALL = 64  # bytes_max of the splitters here


def fed(splitter: LineSplitter, *chunks: bytes) -> list[Lines]:
    return [lines for chunk in chunks for lines in splitter.feed(chunk)]


def texts(*chunks: bytes, bytes_max: int = limits.LOG_LINE_BYTES_MAX) -> list[str]:
    return [t for lines in fed(LineSplitter(bytes_max), *chunks) for t in lines.texts]


def test_a_line_without_an_end_is_kept_until_it_is_complete() -> None:
    splitter = LineSplitter()
    assert fed(splitter, b"one\ntw")[0].texts == ("one",)
    assert fed(splitter, b"o") == []
    assert fed(splitter, b"\n")[0].texts == ("two",)
    assert splitter.flush() is None


def test_the_last_line_of_a_file_that_ended_is_given_by_flush() -> None:
    splitter = LineSplitter()
    assert fed(splitter, b"one") == []
    assert splitter.flush() == "one"
    assert splitter.flush() is None


def test_crlf_and_empty_lines() -> None:
    assert texts(b"one\r\n\r\n\ntwo\r", b"\n") == ["one", "two"]


def test_what_is_no_utf_8_is_read_as_windows_1252() -> None:
    assert texts(b"M\xfcller\n", "Łódź \x80".encode() + b"\x80\x81\n") == [
        "Müller",
        "Łódź \x80€\ufffd",
    ]


def test_nuls_that_a_truncation_left_are_skipped() -> None:
    found = fed(LineSplitter(SMALL), b"\0" * 1_000, b"\0" * 500 + b"one\n")
    assert found == [Lines(("one",), 1_504, b"\0" * 60 + b"one\n")]


def test_a_line_of_ten_megabytes_is_cut_and_says_so_in_bounded_memory() -> None:
    splitter = LineSplitter()
    chunk = b"x" * (64 << 10)
    tracemalloc.start()
    found = []
    for _ in range(160):
        found += fed(splitter, chunk)
    found += fed(splitter, b"\nnext\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
    (long,), after = found[0].texts, found[1].texts
    assert len(long.encode()) == limits.LOG_LINE_BYTES_MAX
    assert long.endswith(" [cut: 10485760 bytes]")
    assert found[0].size_bytes == 10_485_761
    assert after == ("next",)


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, SMALL + 1])
def test_only_a_line_over_the_bound_is_cut(size: int) -> None:
    (text,) = texts(b"x" * size + b"\n", bytes_max=SMALL)
    assert ("[cut" in text) == (size > SMALL)
    assert len(text) <= SMALL


def test_replacement_characters_do_not_push_a_text_over_the_bound() -> None:
    text = bounded_text(b"\xff" * SMALL, SMALL, SMALL)
    assert len(text.encode()) <= SMALL
    assert text.endswith(f" [cut: {SMALL} bytes]")


parts = st.sampled_from([b"a", b"\n", b"\r\n", b"\0", b"\xff", b"\xc3\xa9", b"x" * 70, b"longer"])


@example(b"x" * 70 + b"\n\0", [15, 50])
@example(b"a\n\0\0b\n\0", [1, 1, 1, 1, 1, 1])
@given(st.lists(parts, max_size=40).map(b"".join), st.lists(st.integers(1, 50), max_size=20))
def test_lines_do_not_depend_on_how_the_bytes_come(data: bytes, cuts: list[int]) -> None:
    chunks, at = [], 0
    for cut in cuts:
        chunks.append(data[at : at + cut])
        at += cut
    chunks.append(data[at:])
    whole, piecewise = LineSplitter(SMALL), LineSplitter(SMALL)
    first, second = fed(whole, data), fed(piecewise, *chunks)
    assert [t for lines in first for t in lines.texts] == [t for ln in second for t in ln.texts]
    assert sum(lines.size_bytes for lines in first) == sum(lines.size_bytes for lines in second)
    assert whole.flush() == piecewise.flush()
    done = 0
    for lines in second:  # what the cursor's fingerprint is made of is what precedes the offset
        done += lines.size_bytes
        assert data[:done].endswith(lines.last)
        assert all(len(text.encode()) <= SMALL for text in lines.texts)
    assert data[:done].count(b"\n") == data.count(b"\n")
