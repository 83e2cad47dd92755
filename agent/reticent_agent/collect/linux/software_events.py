"""Table `software_event`: what was installed, updated and removed.

Enters: the logs that dpkg, dnf 4, pacman and libzypp keep, the database of dnf5, what flatpak says
in the journal, the snaps that are mounted. Leaves: rows. Must hold: rotation and restarts lose and
double nothing, as with every log file. The first time the last seven days are told, as of sessions,
but of snaps, where nothing tells. A log that this laptop does not have is waited for, which costs
nothing.

Not told: rpm by hand. The table `software` shows what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.linux import zypp_history
from reticent_agent.collect.linux.dnf5_history import dnf5_transactions
from reticent_agent.collect.linux.flatpak_journal import flatpak_changes
from reticent_agent.collect.linux.snap_changes import snap_changes
from reticent_agent.collect.linux.software_logs import (
    DpkgActions,
    Parse,
    SoftwareLog,
    dnf_change,
    dpkg_change,
    pacman_change,
)
from reticent_agent.collect.logs.followed_file import FollowedFile
from reticent_agent.collect.logs.records import Rule
from reticent_agent.collect.model import Context, Emit, EventSource, FileRoot

DPKG_LOG = "/var/log/dpkg.log"
DNF_LOG = "/var/log/dnf.rpm.log"
PACMAN_LOG = "/var/log/pacman.log"
FIRST_US = 7 * 86_400_000_000


def software_changes() -> tuple[EventSource, ...]:
    """Named "software_dpkg", "software_dnf", "software_pacman", "software_zypp", …"""
    return (
        _source("software_dpkg", DPKG_LOG, lambda _: dpkg_change, rule=DpkgActions()),
        _source("software_dnf", DNF_LOG, lambda _: dnf_change),
        _source("software_pacman", PACMAN_LOG, lambda _: pacman_change),
        _source("software_zypp", zypp_history.PATH, _zypp),
        dnf5_transactions(),
        flatpak_changes(),
        snap_changes(),
    )


def _zypp(files: FileRoot) -> Parse:
    return zypp_history.ZyppHistory.of(files).change


def _source(
    name: str, path: str, parse: Callable[[FileRoot], Parse], *, rule: Rule | None = None
) -> EventSource:
    def follow(context: Context, cursor: str, emit: Emit) -> None:
        log = SoftwareLog(parse(context.files))
        first_us = 0 if cursor else context.clock.now_us() - FIRST_US

        def to_rows(texts: Sequence[str], now_us: int) -> list[Row]:
            found = (log.row(text, now_us=now_us) for text in texts)
            return [row for row in found if row is not None and row.ts_us >= first_us]

        FollowedFile(path, context, cursor, emit, component=name, to_rows=to_rows, rule=rule).run()

    return EventSource(name=name, table=SOFTWARE_EVENT.name, follow=follow)
