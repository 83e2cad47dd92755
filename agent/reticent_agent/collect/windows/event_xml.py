"""Events of the Windows event log, as XML.

Enters: one `<Event>` of http://schemas.microsoft.com/win/2004/08/events/event, with or without
RenderingInfo. Leaves: an `Event`, or None. Must hold: what is no event costs that event; a document
type, an entity or an endless document is refused, so nothing expands and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

from reticent_contract import limits

EVENT_CHARS_MAX = 1 << 20  # of one event; the service itself allows 64 KiB of data
ELEMENTS_MAX = 4_096
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    provider: str
    event_id: int
    level: int | None
    record: int
    ts_us: int
    pid: int | None
    channel: str
    computer: str = field(repr=False)  # its own name, with or without its domain
    data: Mapping[str, str] = field(repr=False)  # Data by name; of UserData, elements by name
    texts: tuple[str, ...] = field(repr=False)  # Data without names, in order
    message: str | None = field(repr=False)

    def text(self, name: str) -> str | None:
        """None where Windows writes that there is none."""
        value = self.data.get(name, "").strip()
        return value if value not in ("", "-") else None

    def number(self, name: str) -> int | None:
        return whole(self.data.get(name))


class _RefusedError(Exception):
    """The document is not one that Windows writes."""


def parse(document: str) -> Event | None:
    """None where it is no whole event."""
    if len(document) > EVENT_CHARS_MAX:
        return None
    reader = _Reader()
    try:
        reader.parser.Parse(document.encode("utf-8", "replace"), True)
    except (expat.ExpatError, _RefusedError, ValueError):
        return None
    return reader.event()


def whole(text: str | None) -> int | None:
    """Of decimal or 0x text, within 64 bits."""
    value = (text or "").strip()
    try:
        number = int(value, 16 if value[:2].lower() == "0x" else 10) if len(value) <= 20 else -1
    except ValueError:
        return None
    return number if 0 <= number < 1 << 64 else None


def time_us(text: str | None) -> int | None:
    """Microseconds of an xsd:dateTime in UTC with up to nine digits behind the second."""
    match = _TIME.fullmatch(text or "")
    if match is None:
        return None
    try:
        seconds = datetime.fromisoformat(f"{match[1]}+00:00").timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    found = int(seconds) * 1_000_000 + int((match[2] or "0").ljust(6, "0")[:6])
    return found if 0 <= found <= limits.EVENT_TS_US_MAX else None


class _Reader:
    """Collects what an `Event` needs while expat walks through."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(encoding="UTF-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._path: list[str] = []
        self._characters: list[str] = []
        self._attributes: dict[str, str] = {}
        self._elements = 0
        self._system: dict[str, str] = {}
        self._data: dict[str, str] = {}
        self._texts: list[str] = []
        self._message: str | None = None

    def event(self) -> Event | None:
        event_id, record = whole(self._system.get("EventID")), whole(self._system.get("record"))
        ts_us = time_us(self._system.get("SystemTime"))
        if event_id is None or record is None or ts_us is None:
            return None
        return Event(
            provider=self._system.get("provider", ""),
            event_id=event_id,
            level=whole(self._system.get("Level")),
            record=record,
            ts_us=ts_us,
            pid=whole(self._system.get("ProcessID")),
            channel=self._system.get("Channel", ""),
            computer=self._system.get("Computer", ""),
            data=self._data,
            texts=tuple(self._texts),
            message=self._message,
        )

    def _refuse(self, *_: object) -> None:
        raise _RefusedError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise _RefusedError
        self._path.append(name.rpartition(":")[2])
        self._characters.clear()
        self._attributes = attributes
        if self._path[:2] == ["Event", "System"]:
            if self._path[2:] == ["Provider"]:
                self._system["provider"] = attributes.get("Name", "")
            elif self._path[2:] == ["TimeCreated"]:
                self._system["SystemTime"] = attributes.get("SystemTime", "")
            elif self._path[2:] == ["Execution"]:
                self._system["ProcessID"] = attributes.get("ProcessID", "")

    def _text(self, text: str) -> None:
        self._characters.append(text)

    def _end(self, _name: str) -> None:
        path, text = self._path, "".join(self._characters)
        self._characters.clear()
        match path:
            case ["Event", "System", "EventRecordID"]:
                self._system["record"] = text
            case ["Event", "System", ("EventID" | "Level" | "Channel" | "Computer") as name]:
                self._system[name] = text
            case ["Event", "EventData", "Data"]:
                self._keep(self._attributes.get("Name"), text)
            case ["Event", "UserData", _, name]:
                self._keep(name, text)
            case ["Event", "RenderingInfo", "Message"]:
                self._message = text
        self._attributes = {}
        path.pop()

    def _keep(self, name: str | None, text: str) -> None:
        if name:
            self._data.setdefault(name, text)
        else:
            self._texts.append(text)
