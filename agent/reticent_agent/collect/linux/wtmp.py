"""Login records: /var/log/wtmp and /var/log/btmp.

Enters: fixed records of `struct utmp` (utmp(5); glibc's bits/utmp.h). Leaves: session rows. Must
hold: any bytes give rows or nothing, never an error; a file cut inside a record does not shift
what follows (reading begins at a multiple of the record's size).

    0 type i16 | 4 pid i32 | 8 line 32 | 40 id 4 | 44 user 32 | 76 host 256 | 332 exit 2 x i16 |
    336 session i32 | 340 seconds u32 | 344 microseconds u32 | 348 address 16 | 364 unused 20 = 384

On 64-bit ARM session, seconds and microseconds are 8 bytes each: 400 in all.
"""

from __future__ import annotations

import ipaddress
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from reticent_contract import limits
from reticent_contract.rows import Row, Value

RUN_LEVEL, BOOT_TIME, LOGIN_PROCESS, USER_PROCESS, DEAD_PROCESS = 1, 2, 6, 7, 8

_COMMON = struct.Struct("<hxxi32s4s32s256shhiII16s20x")
_ARM64 = struct.Struct("<hxxi32s4s32s256shhqqq16s24x")


@dataclass(frozen=True, slots=True)
class Record:
    type: int
    line: str
    user: str
    host: str
    ts_us: int
    address: str  # "" where there is none


def layout(machine: str | None = None) -> struct.Struct:
    """Of the records that this laptop's glibc writes."""
    return _ARM64 if (machine or os.uname().machine) == "aarch64" else _COMMON


def records(data: bytes, shape: struct.Struct) -> Iterator[Record]:
    """Whole records of `data`; a rest is left alone."""
    whole = len(data) - len(data) % shape.size
    for kind, _, line, _, user, host, _, _, _, seconds, micros, address in shape.iter_unpack(
        data[:whole]
    ):
        yield Record(
            type=kind,
            line=_text(line),
            user=_text(user),
            host=_text(host),
            ts_us=_micros(seconds, micros),
            address=_address(address),
        )


class Sessions:
    """Turns records into rows. An end names only its terminal, so who began there is kept."""

    def __init__(self) -> None:
        self._open: dict[str, dict[str, Value]] = {}

    def row(self, record: Record) -> Row | None:
        if record.type == BOOT_TIME:
            self._open.clear()
            return _row("boot", record, {})
        if record.type == RUN_LEVEL and record.user == "shutdown":
            self._open.clear()
            return _row("shutdown", record, {})
        if record.type == USER_PROCESS and record.user:
            values = _who(record)
            if len(self._open) >= limits.OPEN_SESSIONS_MAX:
                self._open.pop(next(iter(self._open)))
            self._open[record.line] = values
            return _row("logon", record, values)
        if record.type == DEAD_PROCESS:
            values = self._open.pop(record.line, {}) or (_who(record) if record.user else {})
            # A getty that ends without anybody having logged on is no session.
            return _row("logoff", record, values) if values else None
        return None


def failed_logon(record: Record, known_users: frozenset[str]) -> Row | None:
    """A row of /var/log/btmp.

    The name is passed on only where there is such an account: people type passwords there.
    """
    if record.type not in (LOGIN_PROCESS, USER_PROCESS):
        return None
    values = _who(record)
    if record.user not in known_users:
        values.pop("user_name", None)
    return _row("failed_logon", record, values)


def origin(host: str, address: str = "") -> dict[str, Value]:
    """Where a session comes from. Local ones say ":0" (a display) or the name of a multiplexer."""
    name = host.split("%", 1)[0]
    if not address:
        try:
            address = str(ipaddress.ip_address(name))
        except ValueError:
            address = ""
    if address:
        values: dict[str, Value] = {"remote": True, "remote_address": address}
        if name and not _is_address(name):
            values["remote_host"] = name
        return values
    if not name or name.startswith(":") or "(" in name or " " in name or name == "localhost":
        return {"remote": False}
    return {"remote": True, "remote_host": name}


def _who(record: Record) -> dict[str, Value]:
    values: dict[str, Value] = origin(record.host, record.address)
    if record.user:
        values["user_name"] = record.user
    if record.line:
        values["terminal"] = record.line
    return values


def _row(event: str, record: Record, values: dict[str, Value]) -> Row:
    return Row(table="session", event=event, ts_us=record.ts_us, values=values)


def _micros(seconds: int, micros: int) -> int:
    whole = max(0, min(seconds, limits.EVENT_TS_US_MAX // 1_000_000))
    return whole * 1_000_000 + max(0, min(micros, 999_999))


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def _address(raw: bytes) -> str:
    if not any(raw):
        return ""
    if not any(raw[4:]):
        return str(ipaddress.IPv4Address(raw[:4]))
    found = ipaddress.IPv6Address(raw)
    return str(found.ipv4_mapped or found)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
