"""How much each word of the language reveals: the one table that diff and strictness go by.

Enters: two rules, or two treatments of a detector. Leaves: whether the second reveals more.
Must hold: what cannot be weighed counts as revealing more; nobody is to be soothed by a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from reticent_contract.catalog.model import FieldClass
from reticent_contract.redact.actions import Action, Scan, Treatment

Direction = Literal["more", "less", "same"]

# By action, and by treatment of what a detector finds. A higher number reveals more; equal numbers
# hide different things of a value, and going from one to the other reveals something new.
REVEALS: Mapping[str, int] = MappingProxyType(
    {
        "keep": 90,
        "scan": 80,  # everything that no detector knows
        "truncate": 70,
        "mask": 70,
        "generalise": 60,
        "bucket": 60,
        "ip_prefix": 60,
        "date_shift": 60,
        "pseudonymise": 50,
        "pseudonymise device": 40,
        "seal": 30,  # to two people with a reason
        "replace": 20,
        "count_only": 20,
        "drop": 0,
        "drop_value": 0,
    }
)
_UNKNOWN = 100
# A field without a rule, and the order in which a person wants to read about fields.
NO_RULE = 0
SENSITIVITY: tuple[FieldClass, ...] = (
    FieldClass.CREDENTIAL,
    FieldClass.DIRECT_ID,
    FieldClass.CONTENT,
    FieldClass.QUASI_ID,
    FieldClass.TECHNICAL,
)

# What of a value is left, in numbers that grow with it; for words that have parameters.
_LEFT: Mapping[str, Callable[[Any], tuple[int, ...]]] = MappingProxyType(
    {
        "mask": lambda action: (action.keep_last,),
        "truncate": lambda action: (action.characters,),
        "ip_prefix": lambda action: (action.v4, action.v6),
        "replace": lambda _action: (),
    }
)
_FINER = {"hour": 2, "day": 1}
_KEEP = Treatment("keep")


def rank_of(said: Action | Treatment | None) -> int:
    """How much it reveals of a value; None is a field without a rule."""
    if said is None:
        return NO_RULE
    word = _word(said)
    if getattr(said, "scope", None) == "device" and word == "pseudonymise":
        word = "pseudonymise device"
    return REVEALS.get(word, _UNKNOWN)


def direction_of(before: Action | Treatment | None, after: Action | Treatment | None) -> Direction:
    """Whether `after` reveals more of a value than `before`. Scans: see `treatments_direction`."""
    if before == after:
        return "same"
    was, is_now = rank_of(before), rank_of(after)
    if was != is_now:
        return "more" if is_now > was else "less"
    if before is None or after is None:
        return "same"  # no rule, and drop
    if _word(before) != _word(after):
        return "same" if was <= REVEALS["replace"] else "more"  # nothing of the value is left
    return _parameters_direction(before, after)


def _parameters_direction(before: Action | Treatment, after: Action | Treatment) -> Direction:
    if isinstance(before, Scan) and isinstance(after, Scan):
        return treatments_direction(before, after)
    levels = (getattr(before, "to", None), getattr(after, "to", None))
    if _word(before) == "generalise" and levels[0] in _FINER and levels[1] in _FINER:
        return "more" if _FINER[levels[1]] > _FINER[levels[0]] else "less"
    left = _LEFT.get(_word(before))
    if left is None:
        return "more"
    direction = _tuples_direction(left(before), left(after))
    # Treatments have no other parameters: what still differs is of a later version.
    return "more" if direction == "same" and isinstance(before, Treatment) else direction


def treatment_direction(before: Treatment | None, after: Treatment | None) -> Direction:
    """None: a policy without the detector leaves in the text what it would find, as keep does."""
    return direction_of(before or _KEEP, after or _KEEP)


def treatments_direction(before: Scan, after: Scan) -> Direction:
    """More where any detector's findings are told more of, whatever happens to the others."""
    found = [
        treatment_direction(before.treatments.get(name), after.treatments.get(name))
        for name in {**before.treatments, **after.treatments}
    ]
    if "more" in found:
        return "more"
    if "less" in found:
        return "less"
    return "same" if before == after else "more"


def _tuples_direction(before: tuple[int, ...], after: tuple[int, ...]) -> Direction:
    if any(b > a for a, b in zip(before, after, strict=True)):
        return "more"
    return "less" if before != after else "same"


def _word(said: Action | Treatment) -> str:
    return said.kind if isinstance(said, Treatment) else said.name
