"""Which collectors this operating system has.

Enters: `sys.platform`. Leaves: state collectors and event sources. Must hold: the folder of
another system is never imported; a system without collectors collects nothing and says why.

A new system is a folder beside `linux/` with the same two modules, and one line in `_FOLDERS`:
`state.py` with `COLLECTORS`, `sources.py` with `sources(asked)`.
"""

from __future__ import annotations

import sys
from importlib import import_module

from reticent_agent.collect.model import (
    NO_HELPER,
    Asked,
    EventSource,
    Privileged,
    StateCollector,
)

_FOLDERS = {
    "darwin": "reticent_agent.collect.macos",
    "linux": "reticent_agent.collect.linux",
    "win32": "reticent_agent.collect.windows",
}


def collectors(platform: str = sys.platform) -> tuple[StateCollector, ...]:
    """The state tables' collectors; empty where `why_none` tells a reason."""
    folder = _FOLDERS.get(platform)
    if folder is None:
        return ()
    found: tuple[StateCollector, ...] = import_module(f"{folder}.state").COLLECTORS
    return found


def sources(asked: Asked, *, platform: str = sys.platform) -> tuple[EventSource, ...]:
    """The sources of the event tables that are asked for, and no other."""
    folder = _FOLDERS.get(platform)
    if folder is None:
        return ()
    found: tuple[EventSource, ...] = import_module(f"{folder}.sources").sources(asked)
    wanted = [source for source in found if source.table in asked]
    if "site_visit" in asked:  # the browsers are the same everywhere
        from reticent_agent.collect.browsers.source import site_visits

        wanted.append(site_visits(asked["site_visit"], platform=platform))
    return tuple(wanted)


def privileged(platform: str = sys.platform, *, of_laptop: bool) -> Privileged:
    """Who answers for root here. Never for a copy of another laptop's files."""
    if platform != "linux" or not of_laptop:
        return NO_HELPER
    from reticent_agent.privileged.ask import SocketHelper

    return SocketHelper()


def why_none(platform: str = sys.platform) -> str | None:
    """Why this system has no collectors; None where it has them."""
    if platform in _FOLDERS:
        return None
    return (
        f"this release has no collectors for {platform!r} (it has: {', '.join(sorted(_FOLDERS))}); "
        f"nothing is collected here; install a release that has them"
    )
