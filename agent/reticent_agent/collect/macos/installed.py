"""Packages installed and updated, by the receipts that macOS's installer keeps.

Enters: /Library/Receipts/InstallHistory.plist, to which every installation adds one. Leaves: rows.
An application that is dragged into its folder has no receipt; the state table `software` tells it,
and what was removed. The cursor: microseconds of the last receipt that was told.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.looking import again
from reticent_agent.collect.macos.software import HISTORY, receipts
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import integer
from reticent_agent.collect.worthless import described

LOOK_S = 300.0
FIRST_US = 7 * 86_400_000_000  # the first time the last seven days are told


def software_events() -> EventSource:
    """Named "receipts"."""
    return EventSource(name="receipts", table=SOFTWARE_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    kept = integer(cursor)
    after_us = context.clock.now_us() - FIRST_US if kept is None else kept
    for _ in again(context, every_s=LOOK_S):
        rows = list(installations(asking.plist_file(context.files, HISTORY), after_us=after_us))
        if rows:
            after_us = max(row.ts_us for row in rows)
            emit(rows, cursor=str(after_us))


def installations(history: object, *, after_us: int) -> Iterator[Row]:
    """One row a package, in the order of their times; those later than `after_us`."""
    versions: dict[str, str] = {}
    for at_us, names, receipt in sorted(receipts(history), key=lambda found: found[0]):
        version = described(asking.text(receipt.get("displayVersion")))
        shown = described(asking.text(receipt.get("displayName")))
        for name in names or ((shown,) if shown else ()):
            before = versions.get(name)
            if at_us > after_us:
                values: dict[str, Value] = {"source": "pkg", "name": name}
                if version:
                    values["version"] = version
                if before is not None:
                    values["version_before"] = before
                event = "installed" if name not in versions else "updated"
                yield Row(SOFTWARE_EVENT.name, event, at_us, values)
            versions[name] = version or ""
