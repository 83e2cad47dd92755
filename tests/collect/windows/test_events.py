"""Events of Windows: whole rows of each machine, and that none is doubled or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.windows.channel import decode
from reticent_agent.collect.windows.event_xml import Event, time_us
from reticent_agent.collect.windows.lines import channel_lines, line
from reticent_agent.collect.windows.sessions import AUDITING, MANAGER, failed_logons, sessions
from reticent_agent.collect.windows.system_log import power_events, starts
from reticent_contract.rows import Row
from support.events import by_table
from support.windows import Machine, told

from .conftest import MACHINES

TABLES = ("session", "power_event", "usb_event", "network_event", "software_event", "log_line")
ASKED: dict[str, dict[str, Any]] = {table: {} for table in TABLES} | {
    "log_line": {"channels": ("Application",)}
}
JUST_AFTER_US = time_us("2025-11-20T09:40:10Z") or 0  # the last line of the Application log
LOCAL = f"{MANAGER}/Operational"


def everything(machine: Machine) -> list[Row]:
    rows: list[Row] = []
    for source in platform.sources(ASKED, platform="win32"):
        if source.table == "log_line":
            machine.clock.us = JUST_AFTER_US
        try:
            rows += told(machine, source)[0]
        except SourceUnavailableError:
            continue
    return rows


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_tells_exactly_its_events(machine: Callable[[str], Machine], name: str) -> None:
    built = machine(name)
    wanted = {table: rows for table, rows in built.expected.items() if table in TABLES}
    assert by_table(everything(built)) == wanted


def test_a_table_that_is_not_asked_for_has_no_source() -> None:
    for table in TABLES:
        found = platform.sources({table: ASKED[table]}, platform="win32")
        assert {source.table for source in found} == {table}
    assert platform.sources({}, platform="win32") == ()


def test_a_log_file_of_this_laptop_is_reported_as_not_followed(empty: Machine) -> None:
    asked = {"log_line": {"files": ("/var/log/syslog", "C:\\app\\app.log")}}
    (source,) = platform.sources(asked, platform="win32")
    with pytest.raises(SourceUnavailableError, match="no log files"):
        told(empty, source)
    assert platform.sources({"log_line": {"files": ("/var/log/x",)}}, platform="win32") == ()


def test_names_of_sources_differ() -> None:
    names = [source.name for source in platform.sources(ASKED, platform="win32")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("cut", range(1, 18))
def test_a_restart_anywhere_loses_and_doubles_nothing(
    machine: Callable[[str], Machine], cut: int
) -> None:
    built = machine("thinkpad")
    whole, _ = told(built, sessions())
    documents = built.laptop.event_log.by_channel["Security"]
    built.laptop.event_log.by_channel["Security"] = documents[:cut]
    first, cursor = told(built, sessions())
    built.laptop.event_log.by_channel["Security"] = documents
    second, _ = told(built, sessions(), cursor)
    assert first + second == whole


def test_after_a_log_was_cleared_only_what_is_later_is_told(
    machine: Callable[[str], Machine],
) -> None:
    built = machine("thinkpad")
    log = built.laptop.event_log
    documents = log.by_channel["Security"]
    log.by_channel["Security"] = documents[:11]
    first, cursor = told(built, sessions())
    # Cleared: record numbers begin again, and what was told is gone but for one event.
    log.by_channel["Security"] = [
        document.replace("<EventRecordID>50", "<EventRecordID>") for document in documents[10:]
    ]
    log.gone.add("Security")
    second, cursor = told(built, sessions(), cursor)
    log.by_channel["Security"] = documents
    log.gone.clear()
    whole, _ = told(built, sessions())
    assert first + second == whole
    assert decode(cursor).record == 32


def test_without_the_security_log_the_session_manager_tells_and_nothing_is_doubled(
    machine: Callable[[str], Machine],
) -> None:
    built = machine("optiplex")
    rows, cursor = told(built, sessions())
    assert [row.event for row in rows] == ["logon", "disconnect", "connect", "logoff"]
    assert decode(cursor).channel == LOCAL
    # From now on the Security log may be read: what it holds of that day was told already.
    log = built.laptop.event_log
    that_day = machine("thinkpad").laptop.event_log.by_channel["Security"]
    next_day = [document.replace("2025-11-20T", "2025-11-21T") for document in that_day]
    log.by_channel["Security"] = that_day
    assert told(built, sessions(), cursor)[0] == []
    log.by_channel["Security"] = that_day + next_day[:2]
    rows, cursor = told(built, sessions(), cursor)
    assert [(row.event, row.values["user_name"]) for row in rows] == [("logon", "AnnaVogel")]
    assert decode(cursor).channel == "Security"


def test_the_two_logons_of_an_administrator_are_one(machine: Callable[[str], Machine]) -> None:
    rows, _ = told(machine("thinkpad"), sessions())
    logons = [row.values["session_id"] for row in rows if row.event == "logon"]
    logoffs = [row.values["session_id"] for row in rows if row.event == "logoff"]
    assert logons == ["0x1a2b99", "0x5a1b2c"]
    assert sorted(logoffs) == sorted(logons)


def test_a_password_typed_as_a_name_is_not_told(machine: Callable[[str], Machine]) -> None:
    built = machine("thinkpad")
    rows, _ = told(built, failed_logons())
    assert [row.values.get("user_name") for row in rows] == ["AnnaVogel", None, "wartung"]
    built.clock.us = time_us("2025-11-20T10:41:30Z") or 0
    lines, _ = told(built, channel_lines("Security"))
    messages = [str(row.values["message"]) for row in lines]
    assert any("[typed]" in message for message in messages)
    assert not any("Sommer2025!" in message for message in messages)
    assert any("TargetUserName=AnnaVogel" in message for message in messages)


def test_a_password_typed_as_the_name_of_another_user_is_not_told() -> None:
    """4648: runas and its dialogue log the name before anybody checked it."""
    event = Event(
        provider=AUDITING, event_id=4648, level=0, record=1, ts_us=1, pid=4, channel="Security",
        computer="PC", data={"TargetUserName": "Sommer2025!"}, texts=(),
        message="Account Whose Credentials Were Used:\n\tAccount Name:\t\tSommer2025!",
    )  # fmt: skip
    row = line("Security", event, lambda name: name == "AnnaVogel")
    assert row is not None
    assert "Sommer2025!" not in str(row.values["message"])


def test_a_source_that_may_not_be_read_says_so(machine: Callable[[str], Machine]) -> None:
    with pytest.raises(SourceUnavailableError, match="Event Log Readers"):
        told(machine("optiplex"), failed_logons())


def test_the_time_of_an_event_is_its_own(machine: Callable[[str], Machine]) -> None:
    rows, _ = told(machine("thinkpad"), starts())
    assert [row.ts_us for row in rows] == [
        time_us("2025-11-20T06:57:19.5Z"),
        time_us("2025-11-20T16:05:40.1Z"),
        time_us("2025-11-21T06:50:00Z"),
    ]
    woke = [row for row in told(machine("thinkpad"), power_events())[0] if row.event == "wake"]
    assert woke[0].ts_us == time_us("2025-11-20T11:45:32.5Z")


def test_the_first_time_a_week_is_told(machine: Callable[[str], Machine]) -> None:
    built = machine("thinkpad")
    built.clock.us = time_us("2025-11-27T12:10:00Z") or 0
    rows, _ = told(built, sessions())
    assert [row.event for row in rows][:1] == ["disconnect"]
