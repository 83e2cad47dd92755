"""What the beginning of a log line tells: when, who, how severe.

Enters: one line. Leaves: its time if it has one, and the fields of `log_line`. Must hold: linear
time, no error for any input; the host name of the prefix is not passed on (it is not a field).

Known: RFC 5424, RFC 3164 (also without its <PRI>, as files have it), rsyslog's RFC 3339 prefix,
and a bare date and time as dpkg writes it. Times without a zone are local, as syslog writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from reticent_contract.rows import Value

TAG_CHARS_MAX = 128
AHEAD = timedelta(days=2)  # a date without a year that lies further ahead is of the year before
AHEAD_US = AHEAD // timedelta(microseconds=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_Parse = Callable[[str, int], int]
_PRI = re.compile(r"<(\d{1,3})>")
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\d*(Z|z|[+-]\d\d:?\d\d)?(?=[\s\]]|$)"
)
_OLD_STAMP = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?=\s)")
# Also the version of RFC 5424.
_BEGINNING = re.compile(rf"(?:\[|{_PRI.pattern})?(?:1 )?(?:{_STAMP.pattern}|{_OLD_STAMP.pattern})")
_TAG = re.compile(r" (\S{1,255}) ([^\s:\[\]]{1,128})(?:\[(\d{1,10})\])?: ?")
_5424 = re.compile(r" \S{1,255} (\S{1,48}) (\S{1,128}) \S{1,32} ")
_ELEMENT = re.compile(r'\[[^\s\]"]{1,32}(?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\.)*")*\]')


def begins_with_time(line: str) -> bool:
    """Whether a record begins here, by the forms above; also where the time is in brackets."""
    return _BEGINNING.match(line) is not None


class LineReader:
    """Remembers the second it parsed last: a busy log has thousands of lines in each."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone  # None: the laptop's own
        self._text = ""
        self._day = 0
        self._second_us: int | None = None

    def read(self, line: str, *, now_us: int) -> tuple[int, dict[str, Value]]:
        """Microseconds since 1970 (`now_us` where the line has none), and fields."""
        values: dict[str, Value] = {}
        at = 0
        if line.startswith("<") and (pri := _PRI.match(line)) and int(pri.group(1)) < 192:
            values["severity"] = int(pri.group(1)) % 8
            at = pri.end()
            if line.startswith("1 ", at) and (read := self._rfc5424(line, at + 2, values, now_us)):
                return read, values
        elif line.startswith("1 2") and (read := self._rfc5424(line, 2, values, now_us)):
            return read, values
        ts_us, end = self.stamp(line, at, now_us=now_us)
        if ts_us is None:
            values["message"] = line[at:]
            return now_us, values
        if tag := _TAG.match(line, end):
            values["program"] = tag.group(2)[:TAG_CHARS_MAX]
            if tag.group(3):
                values["pid"] = int(tag.group(3))
            end = tag.end()
        values["message"] = line[end:].lstrip(" ")
        return ts_us, values

    def _rfc5424(self, line: str, at: int, values: dict[str, Value], now_us: int) -> int | None:
        """RFC 5424, section 6: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG."""
        if line.startswith("- ", at):
            ts_us: int | None = now_us
            end = at + 1
        else:
            ts_us, end = self.stamp(line, at, now_us=now_us)
        header = _5424.match(line, end) if ts_us is not None else None
        if header is None:
            return None
        program, process = header.group(1), header.group(2)
        end = header.end()
        if line.startswith("-", end):
            end += 1
        else:
            while element := _ELEMENT.match(line, end):
                end = element.end()
        if program != "-":
            values["program"] = program
        if process.isascii() and process.isdigit() and len(process) <= 10:
            values["pid"] = int(process)
        values["message"] = line[end:].removeprefix(" ").removeprefix("\ufeff")
        return ts_us

    def stamp(self, line: str, at: int, *, now_us: int) -> tuple[int | None, int]:
        """The time that stands at `at`, and where it ends; None where none does."""
        if found := _STAMP.match(line, at):
            second, fraction, zone = found.groups()
            second_us = self._cached(second + (zone or ""), now_us, self._rfc3339)
            micros = int((fraction or "0").ljust(6, "0")[:6])
            return (None if second_us is None else second_us + micros), found.end()
        if found := _OLD_STAMP.match(line, at):
            return self._cached(found.group(), now_us, self._without_year), found.end()
        return None, at

    def _cached(self, text: str, now_us: int, parse: _Parse) -> int | None:
        day = now_us // 86_400_000_000
        if text != self._text or day != self._day:
            self._text, self._day = text, day
            try:
                second_us = parse(text, now_us)
                # A program that writes nonsense: then the time of reading is nearer to the truth.
                self._second_us = second_us if 0 < second_us < now_us + AHEAD_US else None
            except (ValueError, OverflowError, OSError):
                self._second_us = None
        return self._second_us

    def _rfc3339(self, text: str, _now_us: int) -> int:
        moment = datetime.fromisoformat(text[:19])
        zone = text[19:]
        if zone in ("Z", "z"):
            moment = moment.replace(tzinfo=UTC)
        elif zone:
            moment = datetime.fromisoformat(text[:19] + zone)
        return self._micros(moment)

    def _without_year(self, text: str, now_us: int) -> int:
        now = datetime.fromtimestamp(now_us / 1e6, UTC).astimezone(self._zone).replace(tzinfo=None)
        month = MONTHS.index(text[:3]) + 1
        hour, minute, second = (int(part) for part in text[7:].split(":"))
        for year in range(now.year + 1, now.year - 9, -1):
            try:
                moment = datetime(year, month, int(text[4:6]), hour, minute, second)  # noqa: DTZ001 - local
            except ValueError:
                if month == 2:
                    continue  # the 29th: of the last leap year
                raise
            if moment <= now + AHEAD:
                return self._micros(moment)
        raise ValueError

    def _micros(self, moment: datetime) -> int:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone) if self._zone else moment.astimezone()
        return round(moment.timestamp()) * 1_000_000
