"""Login records: bytes made with struct as utmp(5) draws them."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, Followed, Recorder
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.linux.sessions import BTMP, WTMP, failed_logons, sessions
from reticent_agent.collect.linux.wtmp import Sessions, layout, origin, records

NOW_S = NOW_US // 1_000_000
pytestmark = pytest.mark.skipif(os.uname().machine == "aarch64", reason="384-byte records below")


def record(
    kind: int,
    *,
    user: str = "",
    line: str = "",
    host: str = "",
    at: int = NOW_S,
    address: bytes = b"",
) -> bytes:
    return struct.pack(
        "<hxxi32s4s32s256shhiII16s20x",
        kind, 1, line.encode(), b"", user.encode(), host.encode(), 0, 0, 0, at, 5, address,
    )  # fmt: skip


BOOT = record(2, user="reboot", line="~", host="6.12.0")
DOWN = record(1, user="shutdown", line="~~", host="6.12.0")
LOGON = record(7, user="alice", line="pts/0", host="192.0.2.7", address=bytes([192, 0, 2, 7]))
LOGOFF = record(8, line="pts/0")


def kinds(recorder: Recorder) -> list[str]:
    return [row.event for row in recorder.rows()]


def rows_of(data: bytes) -> list[tuple[str, dict[str, object]]]:
    state = Sessions()
    found = [state.row(r) for r in records(data, layout("x86_64"))]
    return [(row.event, dict(row.values)) for row in found if row]


def write(path: Path, *parts: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(b"".join(parts))


def test_a_record_is_384_bytes_and_400_on_64_bit_arm() -> None:
    assert len(BOOT) == layout("x86_64").size == 384
    assert layout("aarch64").size == 400


def test_a_remote_session_from_its_beginning_to_its_end() -> None:
    who = {
        "user_name": "alice",
        "terminal": "pts/0",
        "remote": True,
        "remote_address": "192.0.2.7",
    }
    assert rows_of(BOOT + LOGON + LOGOFF + DOWN) == [
        ("boot", {}),
        ("logon", who),
        ("logoff", who),
        ("shutdown", {}),
    ]


def test_the_end_of_a_getty_is_no_logoff() -> None:
    assert rows_of(record(6, user="LOGIN", line="tty1") + record(8, line="tty1")) == []


def test_run_levels_and_clock_changes_are_no_sessions() -> None:
    assert rows_of(record(1, user="runlevel") + record(3) + record(4) + record(0)) == []


@pytest.mark.parametrize(
    ("host", "address", "values"),
    [
        (":0", "", {"remote": False}),
        ("", "", {"remote": False}),
        ("tmux(812).%0", "", {"remote": False}),
        ("login screen", "", {"remote": False}),
        ("fe80::1%eth0", "", {"remote": True, "remote_address": "fe80::1"}),
        ("2001:db8::7", "2001:db8::7", {"remote": True, "remote_address": "2001:db8::7"}),
        ("made-up.example", "", {"remote": True, "remote_host": "made-up.example"}),
        (
            "made-up.example",
            "192.0.2.7",
            {"remote": True, "remote_address": "192.0.2.7", "remote_host": "made-up.example"},
        ),
    ],
)
def test_where_a_session_comes_from(host: str, address: str, values: dict[str, object]) -> None:
    assert origin(host, address) == values


def test_ipv6_addresses_and_mapped_ones() -> None:
    six = bytes.fromhex("20010db8000000000000000000000007")
    mapped = bytes.fromhex("00000000000000000000ffffc0000207")
    found = rows_of(record(7, user="a", address=six) + record(7, user="a", address=mapped))
    assert [values["remote_address"] for _, values in found] == ["2001:db8::7", "192.0.2.7"]


def test_names_that_are_no_utf_8_are_no_error() -> None:
    broken = bytearray(LOGON)
    broken[44:47] = b"M\xfcl"
    assert rows_of(bytes(broken))[0][1]["user_name"] == "M�lce"


@given(st.binary(max_size=2_000) | st.lists(st.binary(min_size=384, max_size=384)).map(b"".join))
def test_any_bytes_give_rows_or_nothing(data: bytes) -> None:
    for machine in ("x86_64", "aarch64"):
        state = Sessions()
        found = list(records(data, layout(machine)))
        assert len(found) == len(data) // layout(machine).size
        for entry in found:
            row = state.row(entry)
            assert row is None or 0 <= row.ts_us < 1 << 62


def test_wtmp_is_followed_and_a_restart_remembers_who_is_logged_on(tmp_path: Path) -> None:
    path = tmp_path / WTMP[1:]
    write(path, BOOT, LOGON)
    with Followed(sessions(), tmp_path) as first:
        first.wait_for(lambda: kinds(first) == ["boot", "logon"])
    write(path, LOGOFF)
    with Followed(sessions(), tmp_path, cursor=first.cursor) as second:
        second.wait_for(lambda: kinds(second) == ["logoff"])
        write(path, DOWN[:100])
        time.sleep(0.05)
        write(path, DOWN[100:])
        second.wait_for(lambda: kinds(second) == ["logoff", "shutdown"])
    assert second.rows()[0].values["user_name"] == "alice"


def test_the_first_time_the_last_seven_days_are_told(tmp_path: Path) -> None:
    days = [record(2, at=NOW_S - days * 86_400) for days in (30, 8, 6, 1)]
    write(tmp_path / WTMP[1:], *days)
    with Followed(sessions(), tmp_path) as found:
        found.wait_for(lambda: len(found.rows()) == 2)
    assert [row.ts_us // 1_000_000 for row in found.rows()] == [
        NOW_S - 6 * 86_400,
        NOW_S - 86_400,
    ]


def test_wtmp_that_was_rotated_while_the_agent_was_off(tmp_path: Path) -> None:
    path = tmp_path / WTMP[1:]
    write(path, BOOT, LOGON)
    with Followed(sessions(), tmp_path) as first:
        first.wait_for(lambda: len(first.rows()) == 2)
    write(path, LOGOFF)
    path.rename(f"{path}.1")
    write(path, DOWN)
    with Followed(sessions(), tmp_path, cursor=first.cursor) as second:
        second.wait_for(lambda: kinds(second) == ["logoff", "shutdown"])


def test_the_name_of_a_failed_logon_is_told_only_where_there_is_such_an_account(
    tmp_path: Path,
) -> None:
    write(tmp_path / "etc/passwd", b"alice:x:1000:1000:::\n")
    write(
        tmp_path / BTMP[1:],
        record(6, user="alice", line="tty1"),
        record(6, user="my-made-up-password", line="ssh:notty", host="192.0.2.7"),
    )
    with Followed(failed_logons(), tmp_path) as found:
        found.wait_for(lambda: len(found.rows()) == 2)
    assert [dict(row.values) for row in found.rows()] == [
        {"remote": False, "user_name": "alice", "terminal": "tty1"},
        {"remote": True, "remote_address": "192.0.2.7", "terminal": "ssh:notty"},
    ]
    assert kinds(found) == ["failed_logon"] * 2
