"""The event sources of a Windows laptop.

Enters: what the policy asks for. Leaves: sources. Must hold: a table that is not asked for has no
source, and channels are read only where they are named. Log files are not followed on Windows: one
that is named is reported as such, not passed over.
"""

from __future__ import annotations

import re

from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.model import Asked, Context, Emit, EventSource
from reticent_agent.collect.windows.installer import software_events
from reticent_agent.collect.windows.lines import channel_lines
from reticent_agent.collect.windows.network_events import network_events
from reticent_agent.collect.windows.sessions import failed_logons, sessions
from reticent_agent.collect.windows.system_log import power_events, starts
from reticent_agent.collect.windows.usb_events import usb_events

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")  # paths of other systems may stand in the same policy


def windows_sources(asked: Asked) -> tuple[EventSource, ...]:
    """Their names are their cursors'. A channel named twice is followed once."""
    found: list[EventSource] = []
    if "session" in asked:
        found += [sessions(), failed_logons(), starts()]
    if "power_event" in asked:
        found.append(power_events())
    if "usb_event" in asked:
        found.append(usb_events())
    if "network_event" in asked:
        found.append(network_events())
    if "software_event" in asked:
        found.append(software_events())
    lines = asked.get("log_line", {})
    found += [channel_lines(name) for name in dict.fromkeys(_texts(lines.get("channels")))]
    if any(_DRIVE.match(path) for path in _texts(lines.get("files"))):
        found.append(_unfollowed_files())
    return tuple(found)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, (tuple, list)) else ()


def _unfollowed_files() -> EventSource:
    """Named "files"."""

    def refuse(_context: Context, _cursor: str, _emit: Emit) -> None:
        raise SourceUnavailableError(
            "this release follows no log files on Windows",
            "name channels of the event log instead",
        )

    return EventSource(name="files", table="log_line", follow=refuse)


sources = windows_sources  # the name by which `collect.platform` finds it in every system's folder
