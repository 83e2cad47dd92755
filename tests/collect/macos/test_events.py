"""Events of a Mac: what is told, what is told once, and what an agent that was off tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect import platform
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.macos import (
    asking,
    installed,
    mach_o,
    network_changes,
    power,
    sessions,
    software,
    unified_log,
    usb,
    usb_changes,
    utmpx,
)
from reticent_agent.collect.macos.network_interface import read_links
from reticent_agent.collect.model import Context
from reticent_contract.catalog import CATALOG
from reticent_contract.rows import Row
from support.events import by_table
from support.machines import FakeClock, FakeCommands
from support.macs import MACS

BOOT_US = 1_763_700_000_000_000
AT_S = 1_763_710_000


def record(kind: int, user: str, line: str, pid: int, at_s: int, host: str = "") -> bytes:
    return utmpx.LAYOUT.pack(
        user.encode(), b"s001", line.encode(), pid, kind, 0, at_s, 5, host.encode()
    )


SIGNATURE = record(10, "utmpx-1.00", "", 0, 0)
BOOT = record(utmpx.BOOT_TIME, "", "", 1, BOOT_US // 1_000_000)
MEERA = record(utmpx.USER_PROCESS, "meera", "console", 187, AT_S)
REMOTE = record(utmpx.USER_PROCESS, "meera", "ttys003", 900, AT_S + 60, "203.0.113.9")
GONE = record(utmpx.DEAD_PROCESS, "meera", "ttys003", 900, AT_S + 120, "203.0.113.9")


def told(known: sessions.Known, *content: bytes) -> tuple[list[Row], sessions.Known]:
    return sessions.changes(known, list(utmpx.records(b"".join(content))))


def brief(rows: Sequence[Row]) -> list[tuple[str, object]]:
    return [(row.event, row.values.get("terminal")) for row in rows]


def test_a_lock_is_told_though_nobody_knows_whose_number_it_is() -> None:
    commands = FakeCommands({f"{unified_log.ID} -nu 501": b"meera\n"})
    context = Context(
        files=DiskFiles("/nowhere"), commands=commands, clock=FakeClock(), stopping=lambda: False
    )
    event = {
        "ts_us": 5,
        "processImagePath": unified_log.LOGIN_WINDOW,
        "eventMessage": "com.apple.sessionagent.screenIsLocked, with userID:502",
    }
    row = unified_log.lock_row(context, event)
    assert row is not None
    assert row.values == {"user_id": 502}


@pytest.mark.parametrize("module", [sessions, power, unified_log])
def test_a_cursor_with_an_endless_number_is_the_first_time(module: ModuleType) -> None:
    kept = {"boot": 1, "on": [], "boottime_us": 1, "wake_us": 1, "zone": "", "ts": 1, "same": 1}
    assert module.decode(json.dumps(kept)) != module.decode("")
    kept |= {"boot": 1e999, "wake_us": 1e999, "ts": 1e999}
    assert module.decode(json.dumps(kept)) == module.decode("")


def test_a_day_at_a_mac() -> None:
    rows, known = told(sessions.Known(), SIGNATURE, BOOT, MEERA, REMOTE)
    assert brief(rows) == [("boot", None), ("logon", "console"), ("logon", "ttys003")]
    assert rows[1].values == {
        "user_name": "meera", "session_id": "187", "remote": False, "terminal": "console",
    }  # fmt: skip
    assert rows[2].values["remote_address"] == "203.0.113.9"
    assert rows[2].values["remote"] is True
    known = sessions.decode(known.encode())  # the agent was restarted
    rows, known = told(known, SIGNATURE, BOOT, MEERA, REMOTE)
    assert rows == []
    rows, known = told(known, SIGNATURE, BOOT, MEERA, GONE)
    assert brief(rows) == [("logoff", "ttys003")]
    assert rows[0].ts_us == (AT_S + 120) * 1_000_000 + 5
    rows, known = told(known, SIGNATURE, record(utmpx.BOOT_TIME, "", "", 1, AT_S + 9_000), MEERA)
    assert brief(rows)[0][0] == "logon"  # its time in the fixture lies before the start
    assert {row.event for row in rows} == {"boot", "logon"}


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "x", '{"on": [[1]], "boot": 1}', "null"])
def test_a_cursor_that_is_none_of_ours_is_the_first_time(cursor: str) -> None:
    assert sessions.decode(cursor) == sessions.Known()
    assert power.decode(cursor) is None
    assert unified_log.decode(cursor) == unified_log.Place()


KERNEL = {
    "kern.bootsessionuuid": "4C4C4544-0000-3510-8052-C4C04F4E3132",
    "kern.boottime": "{ sec = 1763700000, usec = 12 } Fri Nov 21 10:10:00 2025",
    "kern.sleeptime": "{ sec = 0, usec = 0 } Thu Jan  1 05:30:00 1970",
    "kern.waketime": "{ sec = 0, usec = 0 } Thu Jan  1 05:30:00 1970",
}


def test_a_night_and_a_clock_that_is_set() -> None:
    rows, known = power.changes(None, KERNEL, "Asia/Kolkata", now_us=1)
    assert rows == []
    slept = {
        **KERNEL,
        "kern.sleeptime": "{ sec = 1763720000, usec = 0 } Fri Nov 21",
        "kern.waketime": "{ sec = 1763750000, usec = 500000 } Sat Nov 22",
    }
    rows, known = power.changes(known, slept, "Asia/Kolkata", now_us=2)
    assert [(row.event, row.ts_us) for row in rows] == [
        ("sleep", 1_763_720_000_000_000),
        ("wake", 1_763_750_000_500_000),
    ]
    assert rows[1].values == {"duration_ms": 30_000_500}
    assert power.decode(known.encode()) == known
    assert power.changes(known, slept, "Asia/Kolkata", now_us=3) == ([], known)
    moved = {**slept, "kern.boottime": "{ sec = 1763700003, usec = 12 } Fri"}
    rows, known = power.changes(known, moved, "Europe/Paris", now_us=4)
    assert [(row.event, dict(row.values)) for row in rows] == [
        ("clock_changed", {"shift_ms": 3_000}),
        ("time_zone_changed", {"time_zone": "Europe/Paris"}),
    ]
    again = {**moved, "kern.bootsessionuuid": "another", "kern.boottime": "{ sec = 9, usec = 1 }"}
    rows, _ = power.changes(known, again, "Europe/Paris", now_us=5)
    assert rows == []  # another start is no changed clock


def test_small_steps_of_the_clock_are_told_when_they_make_a_second() -> None:
    _, known = power.changes(None, KERNEL, "", now_us=1)
    seen = []
    for at in ("1763700000, usec = 250012", "1763700000, usec = 750012", "1763700001, usec = 12"):
        told_now = {**KERNEL, "kern.boottime": f"{{ sec = {at} }}"}
        rows, known = power.changes(known, told_now, "", now_us=2)
        seen += [row.values["shift_ms"] for row in rows]
    assert seen == [1_000]


def links(text: str) -> dict:
    return {link.name: link for link in read_links(text.splitlines())}


def test_a_cable_is_pulled_and_an_address_changes() -> None:
    before = links(
        "en5: flags=8863<UP,BROADCAST,RUNNING> mtu 1500\n\tinet 198.51.100.7 netmask 0xffffff00\n"
        "en0: flags=8863<UP,BROADCAST,RUNNING> mtu 1500\n\tinet 192.0.2.23 netmask 0xffffff00\n"
    )
    now = links(
        "en5: flags=8822<BROADCAST> mtu 1500\n"
        "en0: flags=8863<UP,BROADCAST,RUNNING> mtu 1500\n\tinet 192.0.2.40 netmask 0xffffff00\n"
    )
    rows = list(network_changes.changes(before, now, ts_us=7))
    assert [(row.event, *row.values.values()) for row in rows] == [
        ("address_removed", "en0", "192.0.2.23"),
        ("address_added", "en0", "192.0.2.40"),
        ("down", "en5"),
        ("address_removed", "en5", "198.51.100.7"),
    ]
    assert list(network_changes.changes(now, now, ts_us=8)) == []


def test_a_stick_is_pulled_and_another_plugged() -> None:
    old: dict[str, Any] = {
        "port": "01120000",
        "vendor_id": "0781",
        "serial": "4C53",
        "product": None,
    }
    new: dict[str, Any] = {
        "port": "01120000",
        "vendor_id": "0951",
        "serial": "6077",
        "product": None,
    }
    rows = list(usb_changes.changes([old], [new], ts_us=9))
    assert [(row.event, row.values["serial"]) for row in rows] == [
        ("pulled", "4C53"),
        ("plugged", "6077"),
    ]
    assert "product" not in rows[0].values


def receipt(date: str, version: str, *packages: str) -> dict[str, object]:
    return {
        "date": datetime.fromisoformat(date),  # a property list's dates have no zone
        "displayName": "VPN",
        "displayVersion": version,
        "packageIdentifiers": list(packages),
    }


def test_receipts_tell_what_was_installed_and_what_it_replaced() -> None:
    history = [
        receipt("2025-10-01T09:30", "4.1", "com.example.vpn"),
        receipt("2025-11-21T10:00", "4.2", "com.example.vpn", "com.example.vpn.helper"),
        {"displayName": "without a date"},
        "no receipt",
    ]
    rows = list(installed.installations(history, after_us=1_760_000_000_000_000))
    assert [(row.event, dict(row.values)) for row in rows] == [
        ("updated", {"source": "pkg", "name": "com.example.vpn", "version": "4.2",
                     "version_before": "4.1"}),
        ("installed", {"source": "pkg", "name": "com.example.vpn.helper", "version": "4.2"}),
    ]  # fmt: skip
    assert list(installed.installations(history, after_us=rows[-1].ts_us)) == []
    assert list(installed.installations(None, after_us=0)) == []


def entry(message: str, microseconds: int, **other: object) -> bytes:
    event = {
        "timestamp": f"2025-11-22 10:00:00.{microseconds:06d}+0530",
        "eventType": "logEvent",
        "eventMessage": message,
        "messageType": "Error",
        "processImagePath": "/usr/sbin/sshd",
        "processID": 77,
        "subsystem": "com.openssh.sshd",
        **other,
    }
    return json.dumps(event).encode()


def test_a_line_of_the_unified_log() -> None:
    row = unified_log.log_row(unified_log.parse(entry("error: PAM", 250_000)) or {})
    assert row is not None
    assert row.ts_us == 1_763_785_800_250_000
    assert row.values == {
        "source": "unified_log", "message": "error: PAM", "program": "sshd", "pid": 77,
        "unit": "com.openssh.sshd", "severity": 3,
    }  # fmt: skip
    assert unified_log.parse(b'Filtering the log data using "process == ..."') is None
    assert unified_log.parse(entry("x", 1, eventType="activityCreateEvent")) is None
    assert unified_log.log_row(unified_log.parse(entry("", 1)) or {}) is None


def test_what_show_and_stream_both_have_is_told_once(mac: Callable) -> None:
    """Restarted behind b1: show gives a, b1, b2, c; the stream had c and then d, out of order."""
    built = mac("intel")
    a, b1, b2, c = (entry(m, t) for m, t in (("a", 1), ("b1", 2), ("b2", 2), ("c", 3)))
    place = unified_log.behind(unified_log.in_order([a, b1]), unified_log.Place())
    assert place.same == 1
    start = f"@{place.ts_us // 1_000_000}"
    show = f"/usr/bin/log show --style ndjson --start {start} --predicate {unified_log.PREDICATE}"
    built.programs.answers[show] = b"\n".join([a, b1, b2, c])
    built.programs.lines = [b"Filtering the log data", entry("d", 4), c]
    seen: list[Row] = []
    cursors: list[str] = []

    def emit(rows: Sequence[Row], *, cursor: str) -> None:
        seen.extend(rows)
        cursors.append(cursor)

    context = replace(built.context, clock=FakeClock(place.ts_us + 5_000_000))
    unified_log.log_lines().follow(context, place.encode(), emit)
    assert [row.values["message"] for row in seen] == ["b2", "c", "d"]
    assert unified_log.decode(cursors[-1]).same == 1


def test_a_gap_that_cannot_be_read_is_told(mac: Callable) -> None:
    built = mac("")
    built.programs.lines = [entry("a", 9)]
    seen: list[Row] = []
    place = unified_log.Place(1_763_785_800_000_001, 1)
    unified_log.log_lines().follow(
        built.context, place.encode(), lambda rows, cursor: seen.extend(rows)
    )
    assert [(row.table, row.event) for row in seen] == [
        ("agent_health", "rows_dropped"),
        ("log_line", "line"),
    ]


def test_the_screen_is_locked_and_by_whom(mac: Callable) -> None:
    built = mac("")
    built.programs.answers["/usr/bin/id -nu 501"] = b"meera\n"
    message = (
        "-[SessionAgentNotificationCenter sendBSDNotification:forUserID:] | sendBSDNotification: "
        "com.apple.sessionagent.screenIsLocked, with userID:501"
    )
    forged = message.replace("501", "502")  # by whoever can call a program loginwindow
    built.programs.lines = [
        entry(forged, 0, processImagePath="/Users/eve/loginwindow"),
        entry(message, 1, processImagePath=unified_log.LOGIN_WINDOW),
        entry("another", 2, processImagePath=unified_log.LOGIN_WINDOW),
    ]
    seen: list[Row] = []
    unified_log.locks().follow(built.context, "", lambda rows, cursor: seen.extend(rows))
    assert [(row.event, dict(row.values)) for row in seen] == [
        ("lock", {"user_id": 501, "user_name": "meera"})
    ]


def test_the_events_of_a_made_up_day(mac: Callable) -> None:
    """What tests/fixtures/macos/events.json lists, from which the page of sources is made."""
    rows, known = told(sessions.Known(), SIGNATURE, BOOT, MEERA, REMOTE)
    rows += told(known, SIGNATURE, BOOT, MEERA, GONE)[0]
    host = record(utmpx.USER_PROCESS, "meera", "ttys004", 901, AT_S, "imac-lab.example.com")
    rows += told(known, SIGNATURE, BOOT, MEERA, host)[0]
    _, calm = power.changes(None, KERNEL, "Asia/Kolkata", now_us=1)
    night = {
        "kern.sleeptime": "{ sec = 1763720000, usec = 0 }",
        "kern.waketime": "{ sec = 1763750000, usec = 0 }",
        "kern.boottime": "{ sec = 1763700003, usec = 12 }",
    }
    rows += power.changes(calm, {**KERNEL, **night}, "Europe/Paris", now_us=2)[0]
    link = links("en0: flags=8863<UP,RUNNING> mtu 1500\n\tinet 192.0.2.23 netmask 0xffffff00\n")
    rows += network_changes.changes({}, link, ts_us=3)
    rows += network_changes.changes(link, {}, ts_us=4)
    built = mac("apple_silicon")
    plugged = usb.devices(built.context)
    rows += usb_changes.changes([], plugged, ts_us=5)
    rows += usb_changes.changes(plugged, [], ts_us=6)
    history = asking.plist_file(built.context.files, software.HISTORY)
    rows += installed.installations(history, after_us=0)
    rows += unified_log.in_order([entry("error: PAM", 250_000)])
    built.programs.answers["/usr/bin/id -nu 501"] = b"meera\n"
    for state in ("Locked", "Unlocked"):
        message = f"sendBSDNotification: com.apple.sessionagent.screenIs{state}, with userID:501"
        event = unified_log.parse(entry(message, 1, processImagePath=unified_log.LOGIN_WINDOW))
        rows += [row for row in (unified_log.lock_row(built.context, event or {}),) if row]
    assert by_table(rows) == json.loads((MACS / "events.json").read_text())


def test_sources_are_those_of_the_tables_that_are_asked_for() -> None:
    assert platform.sources({}, platform="darwin") == ()
    every = {table.name: {"journal": True} for table in CATALOG}
    found = platform.sources(every, platform="darwin")
    assert {source.table for source in found} >= {
        "session", "power_event", "usb_event", "network_event", "software_event", "log_line",
    }  # fmt: skip
    assert len({source.name for source in found}) == len(found)
    assert platform.sources({"log_line": {"journal": False}}, platform="darwin") == ()


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_as_logons_programs_and_events(content: bytes) -> None:
    sessions.changes(sessions.Known(), list(utmpx.records(content)))
    mach_o.read_head(content)
    event = unified_log.parse(content)
    assert event is None or unified_log.log_row(event) is None or event["ts_us"] is not None
