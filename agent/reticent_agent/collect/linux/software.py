"""Table `software`: the packages of dpkg, rpm, pacman, snap, flatpak and Homebrew.

dpkg's status file is read as it is: `dpkg-query` would do no more and start a process. rpm's
database has had four formats, so rpm itself is asked, and only where there is a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.limits import COLLECT_SECONDS_MAX
from reticent_contract.rows import Row

from reticent_agent.collect.linux import dpkg, flatpak, homebrew, pacman, rpm, snap
from reticent_agent.collect.linux.packages import Package
from reticent_agent.collect.linux.readable import is_hidden
from reticent_agent.collect.model import Absence, Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot

_SOURCES: tuple[tuple[str, Callable[[Context], Iterable[Package]]], ...] = (
    ("dpkg", dpkg.installed),
    ("rpm", rpm.installed),
    ("pacman", pacman.installed),
    ("snap", snap.installed),
    ("flatpak", flatpak.installed),
    ("brew", homebrew.installed),
)
_WATCHED = (
    dpkg.STATUS,
    *rpm.DATABASES,
    pacman.DATABASE,
    *snap.FOLDERS,
    flatpak.FOLDER,
)


def collect(context: Context) -> Iterator[Row]:
    """One row a package and architecture; rpm keeps several versions of one (kernels).

    Raises OSError or CommandError where a database is there and cannot be read.
    """
    if is_hidden(context.files, "/home"):
        context.absent(Absence("software in homes is not read: the service may not enter them"))
    ts_us = context.clock.now_us()
    packages = (
        (source, package) for source, installed in _SOURCES for package in installed(context)
    )
    return present(
        snapshot(
            SOFTWARE,
            ts_us,
            {
                "source": source,
                "name": package.name,
                "version": package.version,
                "architecture": package.architecture,
                "vendor": package.vendor,
                "installed_at": package.installed_at_us,
            },
        )
        for source, package in packages
    )


COLLECTOR = StateCollector(
    table=SOFTWARE.name,
    collect=collect,
    watches=tuple(Watch(WatchKind.PATH, path=path) for path in _WATCHED),
    seconds_max=COLLECT_SECONDS_MAX,
)
