"""Table `os`: the distribution, its kernel, and how it is set up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.os import OS
from reticent_contract.rows import Row

from reticent_agent.collect.commands import NOT_STARTED, CommandError
from reticent_agent.collect.linux import key_values
from reticent_agent.collect.model import Context, FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_LOCALE = ("/etc/locale.conf", "/etc/default/locale")
_MACHINE_ID = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_ZONE = re.compile(r".*/zoneinfo/(?:posix/|right/)?(.+)")
_UNAME_SECONDS_MAX = 2.0


def collect(context: Context) -> Iterator[Row]:
    """One row, or none where the file root holds no system."""
    files = context.files
    release = key_values.parse(_first(files, _RELEASE) or "")
    return present(
        [
            snapshot(
                OS,
                context.clock.now_us(),
                {
                    "name": described(release.get("NAME")),
                    "version": described(release.get("VERSION_ID") or release.get("BUILD_ID")),
                    "build": files.read_text("/proc/sys/kernel/version"),
                    "kernel": files.read_text("/proc/sys/kernel/osrelease"),
                    "architecture": _architecture(context),
                    "time_zone": time_zone(files),
                    "locale": key_values.parse(_first(files, _LOCALE) or "").get("LANG"),
                    "machine_id": _machine_id(files),
                },
            )
        ]
    )


def _first(files: FileRoot, paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths if (text := files.read_text(path))), None)


def _architecture(context: Context) -> str | None:
    if told := context.files.read_text("/proc/sys/kernel/arch"):
        return told
    try:  # kernels before 6.1 tell it only through the system call
        output = context.commands.run(["/usr/bin/uname", "-m"], seconds_max=_UNAME_SECONDS_MAX)
    except CommandError as error:
        if error.reason == NOT_STARTED:
            raise
        return None
    return output.decode(errors="replace").strip()


def time_zone(files: FileRoot) -> str | None:
    """Its name in the time zone database, such as Europe/Berlin."""
    link = files.readlink("/etc/localtime")
    if link and (match := _ZONE.fullmatch(link)):
        return match[1]
    return files.read_text("/etc/timezone")


def _machine_id(files: FileRoot) -> str | None:
    """32 hex digits (machine-id(5)); images before their first boot hold `uninitialized`."""
    text = identifying(_first(files, _MACHINE_ID))
    return text if text and re.fullmatch(r"[0-9a-fA-F]{32}", text) else None


COLLECTOR = StateCollector(
    table=OS.name,
    collect=collect,
    watches=tuple(
        Watch(WatchKind.PATH, path=path)
        for path in (*_RELEASE, *_LOCALE, *_MACHINE_ID, "/etc/localtime", "/etc/timezone")
    ),
)
