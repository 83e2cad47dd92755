"""What a comparison of two policies consists of."""

from __future__ import annotations

from dataclasses import dataclass

from reticent_contract.policy.diff.ranks import Direction
from reticent_contract.reading import Path

_DIRECTIONS: tuple[Direction, ...] = ("more", "less", "same")


@dataclass(frozen=True, slots=True)
class Alike:
    """What is said once of all tables in which a field of this name changes in the same way."""

    said: str  # "full_name was pseudonymised, is now kept"
    about: str  # "personal, it names somebody or one device"; empty where it goes without saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `weight` orders those of one direction: the smaller is the more sensitive.

    `path`: where the policy that comes after says so, or would. `alike`: of a field.
    """

    place: str  # "user_account.full_name", "log_line.message.email", "pseudonyms.epoch"
    path: Path
    direction: Direction
    sentence: str
    is_personal: bool
    weight: tuple[int, int]
    alike: Alike | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences: what reveals more first, and of those the most sensitive first."""

    changes: tuple[Change, ...]

    @property
    def verdict(self) -> Direction:
        """`more` where any single change reveals more, whatever others take away."""
        found = {change.direction for change in self.changes}
        return next((d for d in _DIRECTIONS if d in found), "same")


def in_order(changes: list[Change]) -> tuple[Change, ...]:
    def key(change: Change) -> tuple[int, tuple[int, int], str]:
        return _DIRECTIONS.index(change.direction), change.weight, change.place

    return tuple(sorted(changes, key=key))
