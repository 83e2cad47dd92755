"""The parsers of macOS, for tests/collect/fuzz.py, with seeds from tests/fixtures/macos."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path

from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.macos import (
    asking,
    installed,
    mach_o,
    network_changes,
    network_interface,
    power,
    sessions,
    unified_log,
    usb,
    usb_changes,
    user_account,
    utmpx,
)
from reticent_agent.collect.macos.asking import UnknownFormError
from reticent_agent.collect.model import Context
from support.machines import FakeClock, FakeCommands, lay_out
from support.macs import MACS


def _text(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def _answered(answers: Mapping[str, bytes]) -> Context:
    return Context(
        files=DiskFiles("/nowhere"),
        commands=FakeCommands(dict(answers)),
        clock=FakeClock(),
        stopping=lambda: False,
    )


def _profile(content: bytes) -> object:
    with suppress(UnknownFormError):
        return asking.read_profile(content, ["SPDisplaysDataType", "SPNVMeDataType"])
    return None


def _accounts(content: bytes) -> object:
    with suppress(UnknownFormError):
        return user_account.read_accounts(content)
    return None


def _receipts(content: bytes) -> object:
    with suppress(UnknownFormError):
        return list(installed.installations(asking.read_plist(content, "fuzz"), after_us=0))
    return None


def _log(content: bytes) -> object:
    rows = unified_log.in_order(content.splitlines())
    half = unified_log.behind(rows[: len(rows) // 2 + 1], unified_log.Place()) if rows else None
    return None if half is None else unified_log.beyond(rows, half)


def _locks(content: bytes) -> object:
    context = _answered({f"{unified_log.ID} -nu 501": b"meera\n"})
    events = (unified_log.parse(line) for line in content.splitlines())
    return [unified_log.lock_row(context, event) for event in events if event]


def _power(content: bytes) -> object:
    told = dict(line.split(": ", 1) for line in _text(content) if ": " in line)
    return power.changes(power.Known("b", 1, 1, "z"), told, "z", now_us=1)


def _power_cursor(content: bytes) -> object:
    known = power.decode(content.decode("utf-8", "replace"))
    return None if known is None else power.changes(known, {}, "z", now_us=1)


def _session_cursor(content: bytes) -> object:
    return sessions.changes(sessions.decode(content.decode("utf-8", "replace")), [])


def _links(content: bytes) -> object:
    links = {link.name: link for link in network_interface.read_links(_text(content))}
    return list(network_changes.changes({}, links, ts_us=1)), list(
        network_changes.changes(links, {}, ts_us=1)
    )


def _plugged(content: bytes) -> object:
    with suppress(UnknownFormError):
        context = _answered({"/usr/sbin/ioreg": content})
        return list(usb_changes.changes([], usb.devices(context), ts_us=1))
    return None


PARSERS: dict[str, Callable[[bytes], object]] = {
    "system_profiler": _profile,
    "dscl": _accounts,
    "receipts": _receipts,
    "ifconfig": _links,
    "networksetup": lambda content: network_interface.read_ports(_text(content)),
    "ioreg_usb": _plugged,
    "utmpx": lambda content: sessions.changes(sessions.Known(), list(utmpx.records(content))),
    "mach_o": mach_o.read_head,
    "unified_log": _log,
    "screen_lock": _locks,
    "kernel_times": _power,
    "log_cursor": lambda content: unified_log.decode(content.decode("utf-8", "replace")),
    "power_cursor": _power_cursor,
    "session_cursor": _session_cursor,
}


@cache
def _said() -> tuple[dict[str, list[bytes]], dict[str, list[bytes]]]:
    """Of both Macs: what programs answer, by command line, and files by path."""
    programs: dict[str, list[bytes]] = {}
    files: dict[str, list[bytes]] = {}
    for path in sorted(MACS.glob("*.machine")):
        answers: dict[str, bytes] = {}
        with tempfile.TemporaryDirectory(prefix="seeds-") as folder:
            lay_out(path.read_text(), Path(folder), answers)
            for file in sorted(Path(folder).rglob("*")):
                if file.is_file() and not file.is_symlink():
                    name = f"/{file.relative_to(folder)}"
                    files.setdefault(name, []).append(file.read_bytes())
        for command, answer in answers.items():
            programs.setdefault(command, []).append(answer)
    return programs, files


def _of(part: str) -> list[bytes]:
    programs, files = _said()
    found = (said for name, said in chain(programs.items(), files.items()) if part in name)
    return [content for contents in found for content in contents]


def _utmpx() -> bytes:
    """A start, somebody at the Mac, and somebody who came from far away and left again."""
    at_s = 1_763_710_000
    people = [
        (b"", b"", 0, 10, at_s, b""),
        (b"", b"", 1, utmpx.BOOT_TIME, at_s - 9_000, b""),
        (b"meera", b"console", 187, utmpx.USER_PROCESS, at_s, b""),
        (b"meera", b"ttys003", 900, utmpx.USER_PROCESS, at_s + 60, b"203.0.113.9"),
        (b"meera", b"ttys003", 900, utmpx.DEAD_PROCESS, at_s + 120, b"203.0.113.9"),
    ]
    return b"".join(
        utmpx.LAYOUT.pack(user, b"s001", line, pid, kind, 0, ts_s, 5, host)
        for user, line, pid, kind, ts_s, host in people
    )


def _logged(message: str, program: str = "/usr/sbin/sshd") -> bytes:
    event = {
        "timestamp": "2025-11-22 10:00:00.000001+0530",
        "eventType": "logEvent",
        "eventMessage": message,
        "messageType": "Error",
        "processImagePath": program,
        "processID": 77,
        "subsystem": "com.openssh.sshd",
    }
    return json.dumps(event).encode()


_LOCKED = "com.apple.sessionagent.screenIsLocked, with userID:501"
SEEDS: Mapping[str, Sequence[bytes]] = {
    "system_profiler": _of("SPDisplaysDataType") + _of("SPNVMeDataType"),
    "dscl": _of("/usr/bin/dscl"),
    "receipts": _of("InstallHistory.plist"),
    "ifconfig": _of("/sbin/ifconfig"),
    "networksetup": _of("/usr/sbin/networksetup"),
    "ioreg_usb": _of("IOUSB"),
    "utmpx": [_utmpx()],
    "mach_o": _of("/Contents/MacOS/"),
    "unified_log": [_logged("Accepted publickey"), _logged("one") + b"\n" + _logged("two")],
    "screen_lock": [_logged(_LOCKED, unified_log.LOGIN_WINDOW)],
    "kernel_times": [
        b"kern.bootsessionuuid: 5B0D8F5C-0000-11EF-9E1A-000000000000\n"
        b"kern.boottime: { sec = 1763700000, usec = 1 } Fri Nov 21 05:40:00 2025\n"
        b"kern.sleeptime: { sec = 1763710000, usec = 5 }\n"
        b"kern.waketime: { sec = 1763740000, usec = 5 }\n"
    ],
    "log_cursor": [unified_log.Place(1_763_710_000_000_000, 3).encode().encode()],
    "power_cursor": [power.Known("b", 1, 2, "Asia/Kolkata").encode().encode()],
    "session_cursor": [b'{"v":1,"boot":5,"on":[["ttys003",900,7,"meera","203.0.113.9"]]}'],
}
