"""The parsers of Linux's event sources, for `tests/collect/fuzz.py`.

Each takes bytes as a hostile file, kernel or program could give them, and raises nothing.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from collect.kept_machine import Damage, KeptFiles
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.lines import LineSplitter
from reticent_agent.collect.linux import journal, journal_sessions, logind, snap_changes
from reticent_agent.collect.linux.dnf5_history import read_from
from reticent_agent.collect.linux.flatpak_journal import change as flatpak_change
from reticent_agent.collect.linux.network_events import Network
from reticent_agent.collect.linux.rtnetlink import parse_messages
from reticent_agent.collect.linux.software_logs import (
    DpkgActions,
    SoftwareLog,
    dnf_change,
    dpkg_change,
    pacman_change,
)
from reticent_agent.collect.linux.uevent import parse_uevent
from reticent_agent.collect.linux.usb_events import Devices
from reticent_agent.collect.linux.zypp_history import ZyppHistory
from reticent_agent.collect.logs.logfile import _row
from reticent_agent.collect.logs.position import decode_mark
from reticent_agent.collect.logs.records import Records, Rule, Traces
from reticent_agent.collect.logs.syslog_line import LineReader, begins_with_time
from reticent_agent.collect.logs.wide_lines import splitter_of
from reticent_agent.collect.model import Context
from reticent_contract.rows import Row
from support.damaged_database import DamagedDatabase
from support.dnf5 import INSTALL, OK, REPLACED, UPGRADE, Dnf5
from support.machines import FIXTURES, FakeClock, FakeCommands, lay_out

EVENTS = FIXTURES / "linux" / "events"
NOW_US = 1_795_327_981_000_000


def _texts(data: bytes) -> list[str]:
    splitter = splitter_of(data, one_by_one=False)
    texts = [text for lines in splitter.feed(data) for text in lines.texts]
    rest = splitter.flush()
    return [*texts, rest] if rest else texts


def _records(data: bytes, rule: Rule) -> list[str]:
    records, splitter = Records(rule), LineSplitter(one_by_one=True)
    complete = [record for line in splitter.feed(data) for record in records.add(line)]
    return [text for record in (*complete, *records.flush()) for text in record.texts]


def _log(log: SoftwareLog, records: Sequence[str]) -> list[Row]:
    rows = (log.row(record, now_us=NOW_US) for record in records)
    return [row for row in rows if row is not None]


def _syslog_lines(data: bytes) -> object:
    reader = LineReader()
    return [(_row(reader, "/x", t, now_us=NOW_US), begins_with_time(t)) for t in _texts(data)]


_SCRATCH = tempfile.TemporaryDirectory(prefix="fuzz-events-")  # removed when the process ends
lay_out((EVENTS / "logind.machine").read_text(), Path(_SCRATCH.name), {})
_FILES = KeptFiles(DiskFiles(_SCRATCH.name))
_CONTEXT = Context(files=_FILES, commands=FakeCommands(), clock=FakeClock(), stopping=lambda: False)
_CURSOR = json.loads((EVENTS / "journal.jsonl").read_bytes().splitlines()[0])["__CURSOR"]
_SESSION_FILE = "/run/systemd/sessions/7"


def _journal(data: bytes) -> object:
    entries = [entry for line in data.split(b"\n") if (entry := journal.parse_entry(line))]
    _FILES.damage = Damage()
    return [
        (
            journal.log_row(entry, message=""),
            journal._is_own(entry, "1"),
            journal_sessions.session_row(_CONTEXT, entry),
        )
        for entry in entries
    ]


def _whole_message(data: bytes) -> object:
    """What journalctl answers when it is asked for one long message alone."""
    context = replace(_CONTEXT, commands=FakeCommands({journal.JOURNALCTL: data}))
    return journal._WholeMessages(context).fetch(journal.Entry(_CURSOR, 1, {}))


def _session_file(data: bytes) -> object:
    _FILES.damage = Damage(("file", _SESSION_FILE), data)
    return journal_sessions.session_details(_CONTEXT, "7")


def _plugged(data: bytes) -> object:
    _FILES.damage = Damage()
    devices = Devices(_FILES)
    return [row for message in data.split(b"\n--\n") for row in devices.told(message, NOW_US)]


def _dnf5(path: Path) -> None:
    made = Dnf5(path)
    for number in range(20):
        name = f"tool-{number}"
        made.end(made.begin((INSTALL, name, 0, "1.0", OK)))
        made.end(made.begin((UPGRADE, name, 1, "1.1", OK), (REPLACED, name, 0, "1.0", OK)))
    made.database.close()


_DNF5 = DamagedDatabase(_dnf5)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "uevent": parse_uevent,
    "rtnetlink": lambda data: list(parse_messages(data)),
    "network_events": lambda data: list(Network(list).told(data, NOW_US)),
    "lines": _texts,
    "lines_utf_16": lambda data: _texts(b"\xff\xfe" + data),
    "records": lambda data: _records(data, Traces()),
    "syslog_line": _syslog_lines,
    "dpkg_log": lambda data: _log(SoftwareLog(dpkg_change), _records(data, DpkgActions())),
    "dnf_log": lambda data: _log(SoftwareLog(dnf_change), _texts(data)),
    "zypp_history": lambda data: _log(SoftwareLog(ZyppHistory().change), _texts(data)),
    "flatpak_entry": lambda data: (e := journal.parse_entry(data)) and flatpak_change(e),
    "dnf5_history": lambda data: read_from(str(_DNF5.laid(data)), 0),
    "pacman_log": lambda data: _log(SoftwareLog(pacman_change), _texts(data)),
    "journal": _journal,
    "journal_whole": _whole_message,
    "logind": lambda data: logind.lock_row(_CONTEXT, data),
    "session_file": _session_file,
    "usb_events": _plugged,
    "snap_cursor": lambda data: snap_changes.decode(data.decode(errors="replace")),
    "log_cursor": lambda data: decode_mark(data.decode(errors="replace")),
}


def _lines(name: str) -> list[bytes]:
    return (EVENTS / name).read_bytes().splitlines()


def _hex(name: str) -> list[bytes]:
    """The messages of a file that has one a line, after a sign of its own or none."""
    lines = (line.partition(b"#")[0].split() for line in _lines(name))
    return [bytes.fromhex(words[-1].decode()) for words in lines if words]


def _uevents() -> list[bytes]:
    blocks = (EVENTS / "uevents.txt").read_bytes().split(b"\n\n")
    return [block.replace(b"\n", b"\0") + b"\0" for block in blocks if block.strip()]


def _records_seeds() -> list[bytes]:
    return [
        b"one\n  at more\n  at more\ntwo\n\tgoes on\n",
        b'Traceback (most recent call last):\n  File "x", line 1\nValueError: no\nnext\n',
    ]


ALLOWED: Mapping[str, Sequence[type[Exception]]] = {
    "dnf5_history": (sqlite3.Error, UnicodeDecodeError),  # a damaged file: the source starts again
}
SEEDS: Mapping[str, Sequence[bytes]] = {
    "uevent": _uevents(),
    "usb_events": _uevents(),
    "rtnetlink": _hex("rtnetlink.hex"),
    "network_events": _hex("rtnetlink.hex"),
    "lines": [b"one\ntwo\r\n\nthree", "é\n".encode("utf-16"), "é\n".encode("utf-32-le")],
    "lines_utf_16": ["one\ntwo\r\n".encode("utf-16-le"), "é\n".encode("utf-16-be")],
    "records": _records_seeds(),
    "syslog_line": _lines("syslog.log"),
    "dpkg_log": [(EVENTS / "dpkg.log").read_bytes()],
    "dnf_log": [(EVENTS / "dnf.rpm.log").read_bytes()],
    "zypp_history": [(EVENTS / "zypp_history.log").read_bytes()],
    "flatpak_entry": _lines("flatpak.jsonl"),
    "dnf5_history": _DNF5.pieces(),
    "pacman_log": [(EVENTS / "pacman.log").read_bytes()],
    "journal": [*_lines("journal.jsonl"), *_lines("logind.jsonl")],
    "logind": [
        b"/org/freedesktop/login1/session/_37: org.freedesktop.DBus.Properties.PropertiesChanged "
        b"('org.freedesktop.login1.Session', {'LockedHint': <true>}, @as [])"
    ],
    "journal_whole": _lines("journal.jsonl"),
    "session_file": [b"UID=1000\nUSER=anjali\nREMOTE=1\nREMOTE_HOST=192.0.2.7\nCLASS=user\n"],
    "snap_cursor": [b'{"v":1,"snaps":{"hello":["42","2.11"],"core24":["x1",""]}}'],
    "log_cursor": [b'{"v":1,"i":7,"d":8,"o":90,"m":1,"s":"00ff","h":[5,"ab"],"t":[6,"cd"]}'],
}
