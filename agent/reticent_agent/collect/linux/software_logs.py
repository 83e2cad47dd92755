"""What the logs of package managers say.

Enters: one record of dpkg.log, one line of dnf.rpm.log or pacman.log. Leaves: a `software_event`
row, or None. Must hold: no error for any input; only what was done is told, not what was begun; a
reinstallation of the same version is no change.

dpkg.log (dpkg(1), --log): an action with the version before and after, then the states that the
package went through; it was done when the right one was reached (a purge of what is removed
already takes its settings alone, and is not told):
    2026-11-22 06:13:01 upgrade tool:amd64 1.0 1.1
    2026-11-22 06:13:01 status half-configured tool:amd64 1.0
    2026-11-22 06:13:02 status unpacked tool:amd64 1.1
dnf.rpm.log: `<time> SUBDEBUG Installed: name-[epoch:]version-release.architecture`.
pacman.log: `[<time>] [ALPM] upgraded name (1.0-1 -> 1.1-1)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.logs.syslog_line import LineReader
from reticent_agent.collect.rows import event_row

# A package that takes long to unpack is one action still.
DPKG_WAIT_S = 600.0

_DPKG = re.compile(
    r"(\S{10} \S{8}) (install|upgrade|remove) ([^\s:]{1,512})(?::(\S{1,64}))? (\S+) (\S+)"
)
_DPKG_STATE = re.compile(r"\S{10} \S{8} status (\S+) ([^\s:]{1,512})(?::(\S{1,64}))? (\S+)")
_GONE = ("config-files", "not-installed")

_DNF = re.compile(
    r"\S{10,40} SUBDEBUG (Installed|Upgrade|Downgrade|Erase|Removed|Obsoleted): "
    r"(\S{1,512})-((?:[0-9]+:)?[^\s-]{1,128}-[^\s-]{1,128})\.([^\s.-]{1,64})"
)
_DNF_EVENTS = {
    "Installed": "installed",
    "Upgrade": "updated",  # "Upgraded" is the old package, which goes
    "Downgrade": "updated",
    "Erase": "uninstalled",
    "Removed": "uninstalled",
    "Obsoleted": "uninstalled",
}

_PACMAN = re.compile(
    r"\[(\S{10,40})\] \[ALPM\] (installed|upgraded|downgraded|removed) (\S{1,512}) "
    r"\((?:(\S{1,256}) -> )?(\S{1,256})\)"
)
_PACMAN_EVENTS = {
    "installed": "installed",
    "upgraded": "updated",
    "downgraded": "updated",
    "removed": "uninstalled",
}


class DpkgActions:
    """Which lines of dpkg.log are one record: an action and the states after it, until done."""

    wait_s = DPKG_WAIT_S

    def continues(self, first: str, line: str) -> bool:
        return _DPKG.fullmatch(first) is not None and _DPKG_STATE.fullmatch(line) is not None

    def closes(self, first: str, line: str) -> bool:
        action = _DPKG.fullmatch(first)
        return action is None or _is_done(action, line)


class SoftwareLog:
    """One log; `parse` is one of its functions below."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._times = LineReader()

    def row(self, record: str, *, now_us: int) -> Row | None:
        found = self._parse(record)
        if found is None:
            return None
        ts_us, _ = self._times.stamp(found.time, 0, now_us=now_us)
        values = {
            "source": found.source,
            "name": found.name,
            "version": found.version,
            "version_before": found.version_before,
            "architecture": found.architecture,
        }
        return event_row(SOFTWARE_EVENT, found.event, now_us if ts_us is None else ts_us, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    event: str
    time: str
    source: str
    name: str
    version: str
    version_before: str | None = None
    architecture: str | None = None


Parse = Callable[[str], Change | None]


def dpkg_change(record: str) -> Change | None:
    """An action that was done, by its first line; its time is that of the line that says so."""
    first, *states = record.split("\n")
    action = _DPKG.fullmatch(first)
    if action is None:
        return None
    done = next((line for line in states if _is_done(action, line)), None)
    _, verb, name, architecture, before, after = action.groups()
    if done is None or (verb == "upgrade" and before == after):
        return None
    removed = verb == "remove"
    events = {"install": "installed", "upgrade": "updated"}
    return Change(
        event="uninstalled" if removed else events[verb],
        time=done[:19],
        source="dpkg",
        name=name,
        version=before if removed else after,
        version_before=before if verb == "upgrade" else None,
        architecture=architecture,
    )


def dnf_change(line: str) -> Change | None:
    found = _DNF.fullmatch(line)
    if found is None:
        return None
    action, name, version, architecture = found.groups()
    return Change(
        event=_DNF_EVENTS[action],
        time=line.split(" ", 1)[0],
        source="rpm",
        name=name,
        version=version.removeprefix("0:"),
        architecture=architecture,
    )


def pacman_change(line: str) -> Change | None:
    found = _PACMAN.fullmatch(line)
    if found is None:
        return None
    time, action, name, before, version = found.groups()
    return Change(
        event=_PACMAN_EVENTS[action],
        time=time,
        source="pacman",
        name=name,
        version=version,
        version_before=before,
    )


def _is_done(action: re.Match[str], line: str) -> bool:
    state = _DPKG_STATE.fullmatch(line)
    if state is None:
        return False
    verb, name, architecture, version = action.group(2, 3, 4, 6)
    if state.group(2) != name or (state.group(3) or architecture) != architecture:
        return False
    if verb in ("install", "upgrade"):
        return state.group(1) == "unpacked" and state.group(4) == version
    return state.group(1) in _GONE
