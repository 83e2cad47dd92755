"""Software installed and removed, as Windows Installer logs it in the Application log.

Enters: MsiInstaller 1033 and 1034 ("Windows Installer: Event Logging"): the product's name,
its version, its language, the status, its maker. Leaves: software_event rows. Must hold: what
failed was not installed. Programs with a setup of their own and Store packages log nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence

from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows.channel import Channel, decode, follow, query
from reticent_agent.collect.windows.event_xml import Event

PROVIDER = "MsiInstaller"
CHANNEL = Channel(name="Application", query=query((PROVIDER, (1033, 1034))))
_EVENTS = {1033: "installed", 1034: "uninstalled"}
# ERROR_SUCCESS, and the two that ask for a restart.
_DONE = frozenset({"0", "1641", "3010"})
_NONE = "(NULL)"


def software_events() -> EventSource:
    """Named "installer"."""
    return EventSource(name="installer", table="software_event", follow=_follow)


def installer_rows(event: Event) -> Sequence[Row]:
    name = _EVENTS.get(event.event_id)
    if name is None or event.provider != PROVIDER or len(event.texts) < 4:
        return ()
    product, version, _, status = (text.strip() for text in event.texts[:4])
    if status not in _DONE or not product or product == _NONE:
        return ()
    values = {
        "source": "msi",
        "name": product,
        "version": version if version != _NONE else None,
    }
    return (event_row(SOFTWARE_EVENT, name, event.ts_us, values),)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    follow(context, CHANNEL, decode(cursor), emit, installer_rows)
