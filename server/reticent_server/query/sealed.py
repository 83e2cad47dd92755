"""Sealed values on their way out: named by their key, their ciphertext withheld.

    sealed:TABLE.FIELD:KEYID:withheld

Whoever holds the privacy officer's key opens offline whatever ciphertext they have, and nobody here
would hear of it. So a ciphertext leaves for an approved request alone (`http.unsealing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from reticent_contract.redact.sealed import PREFIX, parse_sealed

from reticent_server.store.events.model import DeviceSummary, Event, FieldValue

WITHHELD = "withheld"
_WRITTEN = re.compile(rf"{PREFIX}[a-z0-9_]{{1,64}}\.[a-z0-9_]{{1,64}}:([0-9a-f]{{16}}):{WITHHELD}")


def withheld(value: FieldValue) -> FieldValue:
    """The same object where nothing is sealed. Of a list each value is sealed by itself."""
    if isinstance(value, list):
        return [_text_withheld(text) for text in value] if _has_sealed(value) else value
    return _text_withheld(value) if isinstance(value, str) else value


def fields_withheld(fields: Mapping[str, FieldValue]) -> Mapping[str, FieldValue]:
    """The same object where nothing is sealed."""
    if not any(map(_has_sealed, fields.values())):
        return fields
    return {name: withheld(value) for name, value in fields.items()}


def event_withheld(event: Event) -> Event:
    """From where it was delivered too: that repeats the address of `connection` on every row."""
    if not is_sealed(event):
        return event
    where = {
        name: _text_withheld(value) if isinstance(value, str) else value
        for name, value in event.delivered_from.items()
    }
    return replace(event, fields=fields_withheld(event.fields), delivered_from=where)


def summary_withheld(summary: DeviceSummary) -> DeviceSummary:
    """A laptop's own name may be sealed like any text, and lists of laptops repeat it."""

    def shown(text: str | None) -> str | None:
        return None if text is None else _text_withheld(text)

    return replace(
        summary,
        host_name=shown(summary.host_name),
        os_name=shown(summary.os_name),
        os_version=shown(summary.os_version),
    )


def is_sealed(event: Event) -> bool:
    return any(map(_has_sealed, (*event.fields.values(), *event.delivered_from.values())))


def _has_sealed(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_sealed, value))
    return isinstance(value, str) and value.startswith(PREFIX) and parse_sealed(value) is not None


def _text_withheld(text: str) -> str:
    return f"{text.rpartition(':')[0]}:{WITHHELD}" if _has_sealed(text) else text


def key_of_withheld(text: str) -> str | None:
    """The key's number where `text` is what `withheld` leaves."""
    match = _WRITTEN.fullmatch(text)
    return None if match is None else match[1]
