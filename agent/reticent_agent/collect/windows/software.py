"""Table `software`: what the registry lists as installed.

Never Win32_Product: asking it repairs every package of Windows Installer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.laptop import RegistryValue
from reticent_agent.collect.windows.people import is_person
from reticent_agent.collect.windows.registry import MACHINE, USERS, keys, number, text, values

_UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
_STORE = rf"{MACHINE}\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore"
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
# Microsoft's "Package identity": name_version_architecture_resource_publisher.
_FULL_NAME = re.compile(
    r"([A-Za-z0-9.-]{3,50})_(\d{1,5}(?:\.\d{1,5}){3})_(\w{2,8})_([A-Za-z0-9.~-]{0,30})_[a-z0-9]{13}"
)
_UPDATES = frozenset({"security update", "update rollup", "hotfix", "servicepack"})

Found = dict[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a program and architecture; programs of one person stand beside the common ones."""
    ts_us = context.clock.now_us()
    found = chain(_programs(context), _packages(context))
    return present(snapshot(SOFTWARE, ts_us, values_) for values_ in found)


def program(entry: Mapping[str, RegistryValue], architecture: str | None) -> Found | None:
    """Of an Uninstall key; None for parts of Windows, updates, and keys without a name."""
    name = text(entry, "DisplayName")
    if name is None or number(entry, "SystemComponent") == 1 or text(entry, "ParentKeyName"):
        return None
    if (text(entry, "ReleaseType") or "").casefold() in _UPDATES:
        return None
    return {
        "source": "msi" if number(entry, "WindowsInstaller") == 1 else "setup",
        "name": name,
        "version": text(entry, "DisplayVersion"),
        "architecture": architecture,
        "vendor": text(entry, "Publisher"),
        "installed_at": _midnight_us(text(entry, "InstallDate")),
    }


def package(full_name: str) -> Found | None:
    """Of an MSIX or Store package; None for languages and scales of another package."""
    match = _FULL_NAME.fullmatch(full_name)
    if match is None or match[4] not in ("", "~", "neutral"):
        return None
    return {
        "source": "msix",
        "name": match[1],
        "version": match[2],
        "architecture": match[3].lower(),
    }


def _programs(context: Context) -> Iterator[Found]:
    places = [
        (rf"{MACHINE}\SOFTWARE\{_UNINSTALL}", "64-bit"),
        (rf"{MACHINE}\SOFTWARE\WOW6432Node\{_UNINSTALL}", "32-bit"),
    ]
    places += [
        (rf"{USERS}\{sid}\SOFTWARE\{_UNINSTALL}", "")
        for sid in keys(context, USERS)
        if is_person(sid)
    ]
    for place, architecture in places:
        for key in keys(context, place):
            found = program(values(context, rf"{place}\{key}"), architecture or None)
            if found is not None:
                yield found


def _packages(context: Context) -> Iterator[Found]:
    """Installed for everybody, or for one person; each once."""
    people = [sid for sid in keys(context, _STORE) if is_person(sid)]
    names = dict.fromkeys(
        name for place in ("Applications", *people) for name in keys(context, rf"{_STORE}\{place}")
    )
    yield from (found for name in names if (found := package(name)))


def _midnight_us(day: str | None) -> int | None:
    """InstallDate is yyyymmdd; some programs write what they like."""
    match = _DATE.fullmatch(day or "")
    if match is None:
        return None
    try:
        then = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
    return max(0, int(then.timestamp())) * 1_000_000


COLLECTOR = StateCollector(table=SOFTWARE.name, collect=collect, seconds_max=30.0)
