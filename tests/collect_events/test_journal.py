"""The journal as journalctl's JSON, from tests/fixtures/linux/events/journal.jsonl."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeCommands, Followed
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.linux.journal import (
    JOURNALCTL,
    WHOLE_PER_MINUTE,
    journal_lines,
    log_row,
    parse_entry,
)
from reticent_contract import limits

FIXTURE = Path(__file__).parents[1] / "fixtures" / "linux" / "events" / "journal.jsonl"
LINES = FIXTURE.read_bytes().splitlines()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    program = tmp_path / JOURNALCTL[1:]
    program.parent.mkdir(parents=True)
    program.touch()
    return tmp_path


def cursor(number: int) -> str:
    return f"s={'a' * 32};i={number:x};b={'b' * 32};m=1;t={NOW_US:x};x=c"


def entry(number: int, **fields: object) -> bytes:
    head = {"__CURSOR": cursor(number), "__REALTIME_TIMESTAMP": str(NOW_US + number)}
    return json.dumps(head | fields).encode()


def test_entries_become_rows_with_the_cursor_of_the_last(root: Path) -> None:
    commands = FakeCommands(LINES)
    with Followed(journal_lines(), root, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) == 5)
    rows = [dict(row.values) for row in found.rows()]
    assert rows[0] == {
        "source": "journal",
        "unit": "ssh.service",
        "program": "sshd",
        "severity": 6,
        "pid": 812,
        "message": "Accepted publickey for alice from 192.0.2.7 port 50022",
    }
    assert rows[1]["message"] == "caf� au lait"  # an array of bytes, not UTF-8
    assert rows[2]["message"] == "[cut: more than 4096 bytes]"  # null
    assert (rows[3]["program"], rows[3].get("pid")) == ("kernel", None)
    assert rows[4]["message"] == "first of two"
    assert found.rows()[0].ts_us == 1_795_327_981_000_001
    assert found.cursor == json.loads(LINES[-1])["__CURSOR"]


def test_the_first_time_the_last_minute_is_told_and_then_what_follows_the_cursor(
    root: Path,
) -> None:
    commands = FakeCommands([entry(1, MESSAGE="m")])
    with Followed(journal_lines(), root, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) == 1)
    assert f"--since=@{NOW_US // 1_000_000 - 60}" in commands.started[0]
    assert {"--follow", "--no-tail", "--output=json"} <= set(commands.started[0])
    with Followed(journal_lines(), root, cursor=found.cursor, commands=commands):
        time.sleep(0.05)
    assert f"--after-cursor={cursor(1)}" in commands.started[-1]


@pytest.mark.parametrize("bad", ["x", "--root=/", "s=1;i=2", ""])
def test_a_cursor_that_journalctl_would_refuse_is_not_passed_on(root: Path, bad: str) -> None:
    commands = FakeCommands()
    with Followed(journal_lines(), root, cursor=bad, commands=commands):
        time.sleep(0.05)
    assert not any("cursor" in part for part in commands.started[0])


def test_a_long_message_is_fetched_whole(root: Path) -> None:
    commands = FakeCommands([entry(1, MESSAGE=None)])
    commands.answers = [entry(1, MESSAGE="x" * 40_000)]
    with Followed(journal_lines(), root, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) == 1)
    (message,) = found.messages
    assert str(message).endswith("[cut: 40000 bytes]")
    assert len(str(message)) == limits.LOG_LINE_BYTES_MAX


def test_a_flood_of_long_messages_starts_few_programs(root: Path) -> None:
    commands = FakeCommands([entry(n, MESSAGE=None) for n in range(300)])
    with Followed(journal_lines(), root, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) == 300)
    assert len(commands.started) == 1 + WHOLE_PER_MINUTE


def test_what_we_log_ourselves_is_not_collected(root: Path) -> None:
    lines = [
        entry(1, MESSAGE="m", _SYSTEMD_UNIT="reticent-agent.service"),
        entry(2, MESSAGE="m", _PID=str(os.getpid())),
        entry(3, MESSAGE="other"),
    ]
    with Followed(journal_lines(), root, commands=FakeCommands(lines)) as found:
        found.wait_for(lambda: found.messages == ["other"])


def test_lines_that_are_no_entries_cost_only_themselves(root: Path) -> None:
    lines = [b"-- No entries --", b"{", b"", b"[1]", b'{"__CURSOR":"x"}', entry(4, MESSAGE="m")]
    with Followed(journal_lines(), root, commands=FakeCommands(lines)) as found:
        found.wait_for(lambda: found.messages == ["m"])


def test_many_lines_come_in_groups(root: Path) -> None:
    lines = [entry(n, MESSAGE="m") for n in range(2_000)]
    with Followed(journal_lines(), root, commands=FakeCommands(lines)) as found:
        found.wait_for(lambda: len(found.rows()) == 2_000)
    assert len(found.collected) < 50
    assert max(len(c.rows) for c in found.collected) <= limits.BATCH_ROWS_MAX
    assert found.cursor == cursor(1_999)


def test_a_slow_taker_slows_the_program_down(root: Path) -> None:
    taken = []

    class Counting(FakeCommands):
        def follow(self, arguments, *, stopping):
            for number in range(100_000):
                taken.append(number)
                yield entry(number, MESSAGE="m")

    followed = Followed(journal_lines(), root, commands=Counting())
    followed.recorder.emit = lambda rows, *, cursor: time.sleep(0.5)  # type: ignore[method-assign]
    with followed:
        time.sleep(0.4)
        count = len(taken)
    assert count < 2_000


def test_the_end_of_journalctl_is_an_error_of_the_source(root: Path) -> None:
    class Failing(FakeCommands):
        def follow(self, arguments, *, stopping):
            yield entry(1, MESSAGE="m")
            raise CommandError(arguments[0], "failed", "ended with code 1")

    followed = Followed(journal_lines(), root, commands=Failing())
    with pytest.raises(CommandError), followed as found:
        found.wait_for(lambda: found.messages == ["m"] and followed.error is not None)


def test_without_journalctl_the_source_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceUnavailableError, match="not installed") as caught,
        Followed(journal_lines(), tmp_path),
    ):
        time.sleep(0.05)
    assert caught.value.permanent


values = st.none() | st.text(max_size=20) | st.integers() | st.lists(
    st.integers(-5, 300) | st.text(max_size=3) | st.none(), max_size=5
) | st.dictionaries(st.text(max_size=3), st.none(), max_size=2)  # fmt: skip
NAMES = ["MESSAGE", "PRIORITY", "_PID", "SYSLOG_PID", "_COMM", "SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT"]


@given(st.dictionaries(st.sampled_from([*NAMES, "__CURSOR", "__REALTIME_TIMESTAMP"]), values))
def test_any_values_give_a_row_or_nothing(fields: dict[str, object]) -> None:
    found = parse_entry(entry(1, **fields))
    if found is not None:
        row = log_row(found, message="m")
        assert row.ts_us >= 0
        assert all(isinstance(value, str | int) for value in row.values.values())
        assert row.values.get("severity", 0) in range(8)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_line_gives_an_entry_or_nothing(line: bytes) -> None:
    assert parse_entry(line) is None or line.startswith(b"{")


def test_deep_nesting_and_lone_surrogates_are_no_error() -> None:
    assert parse_entry(b"[" * 100_000) is None
    found = parse_entry(entry(1, MESSAGE="\ud800x"))
    assert found is not None
    assert found.text("MESSAGE") == "\ud800x"
