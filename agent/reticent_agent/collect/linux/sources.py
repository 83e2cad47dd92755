"""The event sources of a Linux laptop.

Enters: what the policy asks for. Leaves: sources. Must hold: sessions are always followed (the
policy decides what of them may leave), logs only where they are named.
"""

from __future__ import annotations

from reticent_agent.collect.linux import sessions as session_sources
from reticent_agent.collect.linux.journal import journal_lines
from reticent_agent.collect.linux.logfile import log_file
from reticent_agent.collect.linux.logind import locks
from reticent_agent.collect.model import EventSource


def linux_sources(*, files: tuple[str, ...], journal: bool) -> tuple[EventSource, ...]:
    """All sources; their names are their cursors'. A file named twice is followed once."""
    found = [session_sources.sessions(), session_sources.failed_logons(), locks()]
    if journal:
        found.append(journal_lines())
    found.extend(log_file(path) for path in dict.fromkeys(files))
    return tuple(found)


sources = linux_sources  # the name by which `collect.platform` finds it in every system's folder
