"""The parsers of Windows, for tests/collect/fuzz.py. Each takes any bytes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from reticent_agent.collect.windows import (
    channel,
    cim,
    installer,
    lines,
    modem,
    people,
    peripheral,
    plugged,
    sessions,
    software,
    system_log,
)
from reticent_agent.collect.windows.event_xml import parse

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


PARSERS: dict[str, Callable[[bytes], object]] = {
    "windows_cim": _cim,
    "windows_event": _event,
    "windows_cursor": _text(channel.decode),
    "windows_modem": lambda content: list(modem.parse(content)),
    "windows_phone_numbers": modem.parse_numbers,
    "windows_usb_name": _text(plugged.usb_name),
    "windows_sid": _text(people.relative_id),
    "windows_uninstall": _text(_uninstall),
    "windows_package": _text(software.package),
    "windows_characters": lambda content: peripheral.characters(tuple(content)),
}
