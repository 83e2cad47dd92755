"""Packages that pacman installed, from its local database.

Source: libalpm be_local.c: a folder a package, in it `desc`: `%FIELD%`, its values a line each, an
empty line. Its PACKAGER names a person and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package, installed_at
from reticent_agent.collect.model import Context

DATABASE = "/var/lib/pacman/local"
_FIELDS = frozenset({"%NAME%", "%VERSION%", "%ARCH%", "%INSTALLDATE%"})


def installed(context: Context) -> Iterator[Package]:
    """Packages by the names of their folders. Raises OSError where one cannot be read."""
    for path in context.files.glob(f"{DATABASE}/*/desc"):
        try:
            content = context.files.read_bytes(path, bytes_max=limits.SMALL_FILE_BYTES_MAX)
        except FileNotFoundError:
            continue  # it was removed while we looked
        package = parse(content)
        if package is not None:
            yield package


def parse(content: bytes) -> Package | None:
    """None where it has no name."""
    values: dict[str, str] = {}
    field = ""
    for raw in content.split(b"\n"):
        line = raw.decode(errors="replace").strip()
        if field and line:
            values.setdefault(field, line)
        field = line if line in _FIELDS else ""
    name = values.get("%NAME%")
    if not name:
        return None
    return Package(
        name,
        values.get("%VERSION%", ""),
        values.get("%ARCH%", ""),
        installed_at_us=installed_at(values.get("%INSTALLDATE%", "")),
    )
