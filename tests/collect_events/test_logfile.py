"""Log files as they live: growing, rotated, cut, replaced, missing, hostile. With real inotify."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from collect_events.fakes import Followed, Recorder
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.logs.followed_file import FIRST_BYTES
from reticent_agent.collect.logs.logfile import log_file
from reticent_agent.collect.logs.position import Mark, decode_mark

LOG = "/var/log/app.log"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / LOG[1:]
    path.parent.mkdir(parents=True)
    return path


def root_of(log: Path) -> Path:
    return log.parents[2]


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def once(
    log: Path, count: int, *, cursor: str = "", during: Callable[[], None] = lambda: None
) -> Recorder:
    """Follows until `count` rows have come."""
    with Followed(log_file(LOG), root_of(log), cursor=cursor) as recorder:
        if not cursor:
            recorder.wait_for(lambda: bool(recorder.collected))
        during()
        recorder.wait_for(lambda: len(recorder.rows()) >= count)
        time.sleep(0.05)
    return recorder


def test_what_is_there_and_what_comes(log: Path) -> None:
    append(log, "one\ntwo\nthr")
    found = once(log, 4, during=lambda: append(log, "ee\nfour\n"))
    assert found.messages == ["one", "two", "three", "four"]
    row = found.rows()[0]
    assert (row.kind, row.values["source"]) == ("log_line.line", LOG)


def test_a_restart_goes_on_where_it_ended(log: Path) -> None:
    append(log, "one\ntwo\nhal")
    first = once(log, 2)
    append(log, "f\nthree\n")
    assert once(log, 2, cursor=first.cursor).messages == ["half", "three"]


def test_a_restart_of_a_file_that_did_not_grow_gives_nothing(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    assert once(log, 0, cursor=cursor).rows() == []


def test_the_cursor_holds_nothing_of_the_file(log: Path) -> None:
    append(log, "alice@example.test\n")
    cursor = once(log, 1).cursor
    for form in (b"alice", b"alice".hex().encode(), b"YWxpY2"):
        assert form not in cursor.encode()
    assert cursor != once(log, 1).cursor  # the salt


def test_a_file_that_appears_later_with_its_folder_is_followed(log: Path) -> None:
    log.parent.rmdir()
    log.parent.parent.rmdir()

    def appear() -> None:
        time.sleep(0.05)
        log.parent.mkdir(parents=True)
        append(log, "one\n")

    with Followed(log_file(LOG), root_of(log)) as recorder:
        recorder.wait_for(lambda: len(recorder.collected) == 1)
        appear()
        recorder.wait_for(lambda: recorder.messages == ["one"])


def test_of_a_large_file_the_end_is_read_the_first_time(log: Path) -> None:
    line = "x" * 99 + "\n"
    append(log, line * 20_000)
    found = once(log, FIRST_BYTES // 100)
    assert FIRST_BYTES // 100 - 1 <= len(found.rows()) <= FIRST_BYTES // 100
    assert set(found.messages) == {line[:-1]}


def test_rotation_by_rename_while_followed(log: Path) -> None:
    append(log, "one\n")

    def rotate() -> None:
        log.rename(f"{log}.1")
        append(Path(f"{log}.1"), "two, to the old file\nthree, without an end")
        log.touch()
        time.sleep(0.4)
        append(Path(f"{log}.1"), " yet\n")
        append(log, "four\n")

    assert once(log, 4, during=rotate).messages == [
        "one",
        "two, to the old file",
        "three, without an end yet",
        "four",
    ]


def test_the_last_line_of_a_rotated_file_needs_no_end(log: Path) -> None:
    append(log, "one\ntwo")

    def rotate() -> None:
        log.rename(f"{log}.1")
        append(log, "three\n")

    assert once(log, 3, during=rotate).messages == ["one", "two", "three"]


def test_rotation_by_copy_and_truncation_while_followed(log: Path) -> None:
    append(log, "one\n")

    def rotate() -> None:
        append(log, "two\n")
        shutil.copy(log, f"{log}.1")
        os.truncate(log, 0)
        append(log, "three, which is longer than all that was there before\n")

    assert once(log, 3, during=rotate).messages[:2] == ["one", "two"]


def test_several_rotations_while_the_agent_was_off(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    append(log, "two\nthree")
    log.rename(f"{log}.3")
    time.sleep(0.01)
    append(Path(f"{log}.2"), "four\n")
    time.sleep(0.01)
    append(Path(f"{log}.1"), "five\n")
    time.sleep(0.01)
    append(log, "six\n")
    assert once(log, 5, cursor=cursor).messages == ["two", "three", "four", "five", "six"]


def test_rotation_by_date_while_the_agent_was_off(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    append(log, "two\n")
    log.rename(f"{log}-20261122")
    append(log, "three\n")
    assert once(log, 2, cursor=cursor).messages == ["two", "three"]


def test_copy_and_truncation_while_the_agent_was_off(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    append(log, "two\n")
    shutil.copy(log, f"{log}.1")
    os.truncate(log, 0)
    append(log, "ONE\nthree\n")
    assert once(log, 3, cursor=cursor).messages == ["two", "ONE", "three"]


def test_a_file_that_was_cut_and_has_grown_again_is_read_from_its_start(
    log: Path,
) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    log.write_text("another file with more in it\n")
    found = once(log, 2, cursor=cursor)
    assert found.messages == ["another file with more in it"]


def test_an_old_file_that_is_gone_is_reported_and_the_new_one_read(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    log.unlink()
    append(log, "another\n")
    found = once(log, 2, cursor=cursor)
    assert found.messages == ["another"]
    assert found.health() == [("rows_dropped", f"file:{LOG}", "rotated_away")]


def test_truncation_without_a_copy_while_followed(log: Path) -> None:
    append(log, "one\n")

    def cut() -> None:
        time.sleep(0.3)
        log.write_text("")
        time.sleep(0.6)
        append(log, "two\n")

    assert once(log, 2, during=cut).messages == ["one", "two"]


def test_a_writer_that_seeks_leaves_a_hole_and_loses_no_line(log: Path) -> None:
    with log.open("w") as file:
        file.write("one\n" * 100)
        file.flush()

        def cut() -> None:
            os.truncate(log, 0)
            file.write("two\n")
            file.flush()

        assert once(log, 101, during=cut).messages == ["one"] * 100 + ["two"]


def test_a_line_of_ten_megabytes_does_not_stop_the_next(log: Path) -> None:
    append(log, "one\n")

    def write() -> None:
        append(log, "x" * (10 << 20) + "\nthree\n")

    found = once(log, 3, during=write).messages
    assert [found[0], found[2]] == ["one", "three"]
    assert str(found[1]).endswith(f"[cut: {10 << 20} bytes]")


def test_crlf_and_latin_1(log: Path) -> None:
    log.write_bytes(b"caf\xe9\r\nnext\r\n")
    assert once(log, 2).messages == ["café", "next"]


def test_a_fifo_is_refused_and_not_opened(log: Path) -> None:
    os.mkfifo(log)
    with (
        pytest.raises(SourceUnavailableError, match="no regular file"),
        Followed(log_file(LOG), root_of(log)),
    ):
        time.sleep(0.1)


def test_a_fifo_that_takes_the_files_place_is_not_opened(log: Path) -> None:
    append(log, "one\n")

    def replace() -> None:
        log.rename(f"{log}.1")
        os.mkfifo(log)
        append(Path(f"{log}.1"), "two\n")
        time.sleep(0.4)
        log.unlink()
        append(log, "three\n")

    found = once(log, 4, during=replace)
    assert found.messages == ["one", "two", "three"]
    assert found.health() == [("collector_failed", f"file:{LOG}", "unreadable")]


def test_a_link_to_another_file_is_not_followed_on_a_laptop(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("made-up-secret\n")
    link = tmp_path / "app.log"
    link.symlink_to(secret)
    with (
        pytest.raises(SourceUnavailableError),
        Followed(log_file(str(link)), Path("/")) as recorder,
    ):
        time.sleep(0.1)
    assert recorder.rows() == []


def test_stop_is_prompt_while_nothing_happens(log: Path) -> None:
    append(log, "one\n")
    followed = Followed(log_file(LOG), root_of(log))
    with followed as recorder:
        recorder.wait_for(lambda: len(recorder.collected) >= 1)
        time.sleep(0.2)
        began = time.monotonic()
        followed.stop.set()
    assert time.monotonic() - began < 0.5


def test_lines_of_other_files_in_the_folder_wake_nobody(log: Path) -> None:
    append(log, "one\n")
    with Followed(log_file(LOG), root_of(log)) as recorder:
        recorder.wait_for(lambda: len(recorder.collected) >= 2)
        for number in range(100):
            append(log.with_name("other.log"), f"{number}\n")
        time.sleep(0.1)
        assert len(recorder.collected) == 2


@pytest.mark.parametrize(
    "cursor", ["x", "{}", "[]", "null", '{"i":1}', '{"v":1,"i":"a"}', "[" * 9_999]
)
def test_a_cursor_that_is_none_of_ours_begins_anew(log: Path, cursor: str) -> None:
    assert decode_mark(cursor) is None
    append(log, "one\n")
    assert once(log, 1, cursor=cursor).messages == ["one"]


def test_a_mark_survives_its_text() -> None:
    mark = Mark(inode=5, device=6, offset=700, head_bytes=256, before_bytes=64)
    mark.head, mark.before = mark.fingerprint(b"head"), mark.fingerprint(b"before")
    assert decode_mark(mark.encode()) == mark


def test_a_copy_that_was_cut_off_before_anything_was_read(log: Path) -> None:
    log.touch()
    cursor = once(log, 0).cursor
    append(log, "one\n")
    shutil.copy(log, f"{log}.1")
    os.truncate(log, 0)
    append(log, "two\n")
    assert once(log, 2, cursor=cursor).messages == ["one", "two"]


def test_a_copy_whose_log_is_not_cut_yet_is_not_read_twice(log: Path) -> None:
    append(log, "zero\n")
    cursor = once(log, 1).cursor
    shutil.copy(log, f"{log}.2")
    os.truncate(log, 0)
    append(log, "one\n")
    time.sleep(0.02)
    shutil.copy(log, f"{log}.1")

    def cut() -> None:
        time.sleep(0.3)
        os.truncate(log, 0)
        append(log, "two\n")

    assert once(log, 2, cursor=cursor, during=cut).messages == ["one", "two"]


def test_an_old_file_that_was_not_read_is_read_though_the_one_before_it_is_gone(log: Path) -> None:
    append(log, "one\n")
    cursor = once(log, 1).cursor
    log.unlink()
    time.sleep(0.02)
    append(Path(f"{log}.1"), "two\n")
    append(log, "three\n")
    found = once(log, 3, cursor=cursor)
    assert found.messages == ["two", "three"]
    assert [h[2] for h in found.health()] == ["rotated_away"]
