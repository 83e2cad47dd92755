"""The event sources of a Mac.

Enters: what the policy asks for. Leaves: sources. Must hold: a table that is not asked for has no
source.
"""

from __future__ import annotations

from reticent_agent.collect.logs.logfile import log_files
from reticent_agent.collect.macos.installed import software_events
from reticent_agent.collect.macos.network_changes import network_events
from reticent_agent.collect.macos.power import power_events
from reticent_agent.collect.macos.sessions import sessions
from reticent_agent.collect.macos.unified_log import locks, log_lines
from reticent_agent.collect.macos.usb_changes import usb_events
from reticent_agent.collect.model import Asked, EventSource


def sources(asked: Asked) -> tuple[EventSource, ...]:
    """Their names are their cursors'."""
    found: list[EventSource] = []
    if "session" in asked:
        found += [sessions(), locks()]
    if "power_event" in asked:
        found.append(power_events())
    if "usb_event" in asked:
        found.append(usb_events())
    if "network_event" in asked:
        found.append(network_events())
    if "software_event" in asked:
        found.append(software_events())
    lines = asked.get("log_line", {})
    if lines.get("journal"):
        found.append(log_lines())
    found += log_files(lines)
    return tuple(found)
