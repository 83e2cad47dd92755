"""The parsers of Windows, for tests/collect/fuzz.py, with seeds from tests/fixtures/windows.

Each takes any bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from reticent_agent.collect.model import Asked
from reticent_agent.collect.windows import (
    channel,
    cim,
    installer,
    lines,
    modem,
    network_events,
    people,
    peripheral,
    plugged,
    sessions,
    software,
    system_log,
    usb_events,
)
from reticent_agent.collect.windows.event_xml import parse
from reticent_agent.collect.windows.laptop import Connection, UsbNotice
from reticent_agent.collect.windows.sources import windows_sources
from reticent_contract.rows import Row
from support.machines import FIXTURES, FakeClock
from support.windows import FakeLaptop, Machine, documents

_QUESTIONS = (cim.Question(cim_class="Win32_BIOS", properties=("SerialNumber", "ReleaseDate")),)


def _cim(content: bytes) -> object:
    with suppress(cim.CimError):
        (first, *_) = (*cim.parse(content, _QUESTIONS)["Win32_BIOS"].instances, {})
        return cim.day(first, "ReleaseDate"), cim.whole(first, "x"), cim.items(first, "y")
    return None


def _event(content: bytes) -> object:
    event = parse(content.decode("utf-8", "replace"))
    if event is None:
        return None
    return [
        sessions.Open().rows(event),
        sessions.manager_rows(event),
        sessions.failed_logon(event, lambda _: False),
        system_log.start_rows(event),
        system_log.power_rows(event, lambda: None),
        installer.installer_rows(event),
        lines.line("System", event, lambda _: False),
    ]


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode("utf-8", "surrogateescape"))


def _uninstall(text: str) -> object:
    entry = {"displayname": text, "installdate": text, "systemcomponent": text}
    return software.program(entry, None)


class _OneEvent:
    """An event log that has one event in every channel, whatever is asked for."""

    def __init__(self, document: str) -> None:
        self._document = document

    def follow(
        self,
        channel: str,
        query: str,
        *,
        after: int | None,
        with_message: bool,
        stopping: Callable[[], bool],
    ) -> Iterator[Sequence[str]]:
        yield [self._document]


_ASKED: Asked = {
    "session": {},
    "power_event": {},
    "software_event": {},
    "log_line": {"channels": ("System", "Security")},
}


def _sources(text: str) -> object:
    """The whole event through every source that follows the event log, from the first time on."""
    machine = Machine(FakeLaptop(Path("/nowhere")), clock=FakeClock(1))
    machine.laptop.event_log = _OneEvent(text)  # type: ignore[assignment]
    told: list[Row] = []

    def emit(rows: Sequence[Row], *, cursor: str) -> None:
        told.extend(rows)
        assert channel.decode(cursor).encode() == cursor

    for source in windows_sources(_ASKED):
        source.follow(machine.context, "", emit)
    return told


def _notices(text: str) -> object:
    machine = Machine(FakeLaptop(Path("/nowhere")))
    link, _, address = text.partition("\n")
    connections = {link: Connection(is_up=True, addresses=frozenset(address.split()))}
    return [
        usb_events.usb_row(machine.context, UsbNotice(arrived=True, symbolic_link=link)),
        *network_events.changes({}, connections, 1),
        *network_events.changes(connections, {}, 1),
    ]


PARSERS: dict[str, Callable[[bytes], object]] = {
    "windows_cim": _cim,
    "windows_event": _event,
    "windows_sources": _text(_sources),
    "windows_notices": _text(_notices),
    "windows_cursor": _text(channel.decode),
    "windows_modem": lambda content: list(modem.parse(content)),
    "windows_phone_numbers": modem.parse_numbers,
    "windows_usb_name": _text(plugged.usb_name),
    "windows_sid": _text(people.relative_id),
    "windows_uninstall": _text(_uninstall),
    "windows_package": _text(software.package),
    "windows_characters": lambda content: peripheral.characters(tuple(content)),
}

_FOLDERS = sorted(path for path in (FIXTURES / "windows").iterdir() if path.is_dir())


def _answers() -> list[bytes]:
    """PowerShell's whole answers: every class that a fixture has, under the name that is asked."""
    return [
        b'{"Win32_BIOS":%s}\r\n' % path.read_bytes().strip()
        for folder in _FOLDERS
        for path in sorted((folder / "cim").glob("*.json"))
    ]


def _events() -> list[bytes]:
    return [
        document.encode()
        for folder in _FOLDERS
        for path in sorted((folder / "events").glob("*.xml"))
        for document in documents(path.read_text("utf-8"))
    ]


def _netsh(ending: str) -> list[bytes]:
    return [path.read_bytes() for folder in _FOLDERS for path in folder.glob(f"netsh*{ending}.txt")]


SEEDS: Mapping[str, Sequence[bytes]] = {
    "windows_cim": _answers(),
    "windows_event": _events(),
    "windows_sources": _events(),
    "windows_notices": [
        b"\\\\?\\USB#VID_0781&PID_5581#4C53#{a5dcbf10-6530-11d2-901f-00c04fb951ed}",
        b"Ethernet\n192.0.2.7 2001:db8::7",
    ],
    "windows_cursor": [
        channel.Cursor(channel="Security", record=211, ts_us=5, kept=("a",)).encode().encode()
    ],
    "windows_modem": _netsh("interfaces"),
    "windows_phone_numbers": _netsh("readyinfo"),
    "windows_usb_name": [rb"USB\VID_0781&PID_5581\4C530001230101117392", rb"USB\VID_046D&PID_C077"],
    "windows_sid": [b"S-1-5-21-1085031214-1563985344-725345543-1001"],
    "windows_uninstall": [b"20250821", b"Example VPN"],
    "windows_package": [
        b"Microsoft.WindowsTerminal_1.22.11141.0_x64__8wekyb3d8bbwe",
        b"App_1.0_neutral_~_abc",
    ],
    "windows_characters": ["DELL U2720Q\0".encode("utf-16-le")],
}
