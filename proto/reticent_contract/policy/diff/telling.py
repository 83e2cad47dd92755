"""What a comparison says to somebody who reads it.

Enters: the differences, place by place. Leaves: sentences; one for all tables in which a field of
the same name changes in the same way. Must hold: no place is left untold, and the order stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from reticent_contract.policy.diff.model import Alike, Change, Comparison
from reticent_contract.policy.diff.ranks import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`places` has the most sensitive first; `tables` those that they lie in, if in any."""

    direction: Direction
    sentence: str
    places: tuple[str, ...]
    tables: tuple[str, ...]
    is_personal: bool

    def document(self) -> dict[str, object]:
        """As JSON says it, on the command line and over the API."""
        return {
            "place": self.places[0],
            "places": list(self.places),
            "tables": list(self.tables),
            "direction": self.direction,
            "personal": self.is_personal,
            "sentence": self.sentence,
        }


def told(comparison: Comparison) -> tuple[Told, ...]:
    """As ordered as the comparison: the most sensitive of what is told at once says where."""
    together: dict[tuple[Direction, Alike | str], list[Change]] = {}
    for change in comparison.changes:
        what = change.alike or f"{change.place}: {change.sentence}"  # alone
        together.setdefault((change.direction, what), []).append(change)
    return tuple(_told(changes) for changes in together.values())


def _told(changes: list[Change]) -> Told:
    first = changes[0]
    tables = tuple(dict.fromkeys(table for c in changes if (table := _table_of(c)) is not None))
    sentence = first.sentence
    if first.alike is not None and len(changes) > 1:
        sentence = f"{first.alike.said}: {len(tables)} tables ({', '.join(tables)})"
        sentence += f", {first.alike.about}" if first.alike.about else ""
    return Told(
        direction=first.direction,
        sentence=sentence,
        places=tuple(change.place for change in changes),
        tables=tables,
        is_personal=first.is_personal,
    )


def _table_of(change: Change) -> str | None:
    return str(change.path[1]) if change.path[0] == "tables" else None
