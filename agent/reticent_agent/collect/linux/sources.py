"""The event sources of a Linux laptop.

Enters: what the policy asks for. Leaves: sources. Must hold: a table that is not asked for has no
source, and logs are read only where they are named.
"""

from __future__ import annotations

from reticent_agent.collect.linux import sessions as session_sources
from reticent_agent.collect.linux.journal import journal_lines
from reticent_agent.collect.linux.logfile import log_file
from reticent_agent.collect.linux.logind import locks
from reticent_agent.collect.model import Asked, EventSource


def linux_sources(asked: Asked) -> tuple[EventSource, ...]:
    """Their names are their cursors'. A file named twice is followed once."""
    found: list[EventSource] = []
    if "session" in asked:
        found += [session_sources.sessions(), session_sources.failed_logons(), locks()]
    lines = asked.get("log_line")
    if lines is not None:
        if lines.get("journal"):
            found.append(journal_lines())
        found += [log_file(path) for path in dict.fromkeys(_paths(lines.get("files")))]
    if "app_usage" in asked:
        from reticent_agent.collect.apps.scopes import app_scopes

        found.append(app_scopes(asked["app_usage"]))
    return tuple(found)


def _paths(value: object) -> tuple[str, ...]:
    return tuple(str(path) for path in value) if isinstance(value, (tuple, list)) else ()


sources = linux_sources  # the name by which `collect.platform` finds it in every system's folder
