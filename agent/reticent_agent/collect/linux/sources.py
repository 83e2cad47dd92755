"""The event sources of a Linux laptop.

Enters: what the policy asks for. Leaves: sources. Must hold: a table that is not asked for has no
source, and logs are read only where they are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from reticent_agent.collect.linux import sessions as session_sources
from reticent_agent.collect.linux.journal import journal_lines
from reticent_agent.collect.linux.logind import locks
from reticent_agent.collect.logs.logfile import log_files
from reticent_agent.collect.model import Asked, EventSource


def linux_sources(asked: Asked) -> tuple[EventSource, ...]:
    """Their names are their cursors'. A file named twice is followed once."""
    found: list[EventSource] = []
    for table, sources_of in _BY_TABLE.items():
        if table in asked:
            found += sources_of(asked[table])
    return tuple(found)


def _session(_: Mapping[str, object]) -> Iterable[EventSource]:
    return (session_sources.sessions(), session_sources.failed_logons(), locks())


def _log_line(options: Mapping[str, object]) -> Iterable[EventSource]:
    if options.get("journal"):
        yield journal_lines()
    yield from log_files(options)


# Their modules are imported where the table is asked: the agent of a policy that does not is
# smaller by them.
def _usb_event(_: Mapping[str, object]) -> Iterable[EventSource]:
    from reticent_agent.collect.linux.usb_events import plugging

    return (plugging(),)


def _network_event(_: Mapping[str, object]) -> Iterable[EventSource]:
    from reticent_agent.collect.linux.network_events import network_changes

    return (network_changes(),)


def _software_event(_: Mapping[str, object]) -> Iterable[EventSource]:
    from reticent_agent.collect.linux.software_events import software_changes

    return software_changes()


def _power_event(_: Mapping[str, object]) -> Iterable[EventSource]:
    from reticent_agent.collect.linux.power_events import clock_jumps, zone_changes

    return (clock_jumps(), zone_changes())


def _app_usage(options: Mapping[str, object]) -> Iterable[EventSource]:
    from reticent_agent.collect.apps.scopes import app_scopes

    return (app_scopes(options),)


_BY_TABLE: Mapping[str, Callable[[Mapping[str, object]], Iterable[EventSource]]] = {
    "session": _session,
    "log_line": _log_line,
    "usb_event": _usb_event,
    "network_event": _network_event,
    "software_event": _software_event,
    "power_event": _power_event,
    "app_usage": _app_usage,
}

sources = linux_sources  # the name by which `collect.platform` finds it in every system's folder
