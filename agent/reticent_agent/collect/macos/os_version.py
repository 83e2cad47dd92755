"""Table `os`: which macOS this is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.os import OS
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.platform_expert import platform_expert
from reticent_agent.collect.model import Context, FileRoot, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import identifying_uuid

VERSION = "/System/Library/CoreServices/SystemVersion.plist"
PREFERENCES = "/Library/Preferences/.GlobalPreferences.plist"
ZONE = "/etc/localtime"
_ZONE = re.compile(r"/zoneinfo(?:\.default)?/(.+)")


def collect(context: Context) -> Iterator[Row]:
    """One row, or none where the file root holds no system."""
    version = asking.plist_file(context.files, VERSION)
    if not isinstance(version, dict):
        return iter(())
    kernel = asking.sysctl(context, "kern.osrelease", "hw.machine")
    preferences = asking.plist_file(context.files, PREFERENCES)
    locale = preferences.get("AppleLocale") if isinstance(preferences, dict) else None
    row = snapshot(
        OS,
        context.clock.now_us(),
        {
            "name": asking.text(version.get("ProductName")),
            "version": asking.text(version.get("ProductVersion")),
            "build": asking.text(version.get("ProductBuildVersion")),
            "kernel": kernel.get("kern.osrelease"),
            "architecture": kernel.get("hw.machine"),
            "time_zone": time_zone(context.files),
            "locale": asking.text(locale),
            "machine_id": identifying_uuid(
                asking.text(platform_expert(context).get("IOPlatformUUID"))
            ),
        },
    )
    return present([row])


def time_zone(files: FileRoot) -> str | None:
    """The zone that /etc/localtime names, such as Asia/Kolkata."""
    found = _ZONE.search(files.readlink(ZONE) or "")
    return None if found is None else found[1]


COLLECTOR = StateCollector(table=OS.name, collect=collect, seconds_max=30.0)
