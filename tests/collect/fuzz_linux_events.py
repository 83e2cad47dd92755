"""The parsers of Linux's event sources, for `tests/collect/fuzz.py`.

Each takes bytes as a hostile file, kernel or program could give them, and raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reticent_agent.collect.lines import LineSplitter
from reticent_agent.collect.linux.flatpak_journal import change as flatpak_change
from reticent_agent.collect.linux.journal import parse_entry
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
from reticent_agent.collect.linux.zypp_history import ZyppHistory
from reticent_agent.collect.logs.position import decode_mark
from reticent_agent.collect.logs.records import Records, Rule, Traces
from reticent_agent.collect.logs.syslog_line import LineReader, begins_with_time
from reticent_agent.collect.logs.wide_lines import splitter_of
from reticent_contract.rows import Row

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
    return [(reader.read(text, now_us=NOW_US), begins_with_time(text)) for text in _texts(data)]


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
    "flatpak_entry": lambda data: (e := parse_entry(data)) and flatpak_change(e),
    "pacman_log": lambda data: _log(SoftwareLog(pacman_change), _texts(data)),
    "log_cursor": lambda data: decode_mark(data.decode(errors="replace")),
}
