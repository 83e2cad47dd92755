"""From where a laptop came, as lines of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from reticent_contract.catalog.connection import CONNECTION

from reticent_server.console.values import html_of
from reticent_server.query.reach import Masked
from reticent_server.store.events.model import Event, FieldValue

CONNECTED = f"{CONNECTION.name}.connected"
_PLACE = ("country", "region", "city", "latitude", "longitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLine:
    """Cells; empty where the policy or the operator's files say nothing."""

    at_s: float
    address: Markup
    place: Markup
    network: Markup


def connections_of(events: Sequence[Event]) -> list[ConnectionLine]:
    return [
        ConnectionLine(
            at_s=event.ts_us / 1_000_000,
            address=_joined(event.fields, ("wan_address",)),
            place=_joined(event.fields, _PLACE),
            network=_network(event.fields),
        )
        for event in events
    ]


def _network(fields: Mapping[str, FieldValue]) -> Markup:
    """`Example Telecom, AS64500`: a number that is a name is not grouped."""
    number = fields.get("network_number")
    words = [_joined(fields, ("network_owner",))]
    if isinstance(number, Masked):
        words.append(Markup("AS ") + html_of("network_number", number))
    elif number is not None:
        words.append(Markup("AS{}").format(number))
    return Markup(", ").join(word for word in words if word)


def _joined(fields: Mapping[str, FieldValue], names: Sequence[str]) -> Markup:
    return Markup(", ").join(
        html_of(name, fields[name], CONNECTION.by_name[name]) for name in names if name in fields
    )
