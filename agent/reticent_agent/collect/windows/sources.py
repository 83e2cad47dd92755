"""The event sources of a Windows laptop.

Enters: what the policy asks for. Leaves: sources. Must hold: a table that is not asked for has no
source, and channels are read only where they are named. Log files are not followed on Windows yet.
"""

from __future__ import annotations

from reticent_agent.collect.model import Asked, EventSource
from reticent_agent.collect.windows.installer import software_events
from reticent_agent.collect.windows.lines import channel_lines
from reticent_agent.collect.windows.network_events import network_events
from reticent_agent.collect.windows.sessions import failed_logons, sessions
from reticent_agent.collect.windows.system_log import power_events, starts
from reticent_agent.collect.windows.usb_events import usb_events


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
    channels = asked.get("log_line", {}).get("channels", ())
    if isinstance(channels, (tuple, list)):
        found += [channel_lines(str(name)) for name in dict.fromkeys(channels)]
    return tuple(found)


sources = windows_sources  # the name by which `collect.platform` finds it in every system's folder
