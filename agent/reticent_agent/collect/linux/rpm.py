"""Packages that rpm installed, asked of rpm itself.

Source: rpm(8), query formats. `EPOCH:` is left out where a package has none, as `rpm -q` does.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package, installed_at
from reticent_agent.collect.model import Context

_PROGRAM = "/usr/bin/rpm"
# Watched, so never the files beside them: `rpm -qa` itself writes rpmdb.sqlite-wal and -shm.
DATABASES = tuple(
    f"{folder}/{name}"
    for folder in ("/var/lib/rpm", "/usr/lib/sysimage/rpm")
    for name in ("rpmdb.sqlite", "Packages.db", "Packages")
)
_FORMAT = (
    "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}"
    "\\t%{VENDOR}\\t%{INSTALLTIME}\\n"
)
_SECONDS_MAX = limits.COLLECT_SECONDS_MAX - 5.0  # ended before the collector's own time is over
_KEYS = "gpg-pubkey"  # the keys of repositories stand among the packages


def installed(context: Context) -> Iterator[Package]:
    """Packages in rpm's order. Raises CommandError where there is a database and rpm fails."""
    if not any(context.files.exists(path) for path in DATABASES):
        return iter(())
    if not context.files.exists(_PROGRAM):
        return iter(())
    output = context.commands.run([_PROGRAM, "-qa", "--qf", _FORMAT], seconds_max=_SECONDS_MAX)
    return parse(output)


def parse(output: bytes) -> Iterator[Package]:
    """One package a line; lines of another form are left out."""
    for line in output.split(b"\n"):
        parts = line.decode(errors="replace").split("\t")
        if len(parts) != 5 or not parts[0].strip() or parts[0] == _KEYS:
            continue
        name, version, *rest = parts
        architecture, vendor, seconds = ("" if part == "(none)" else part for part in rest)
        yield Package(name, version, architecture, vendor, installed_at(seconds))
