"""How much each word of the language lets out: the one table that diff and `extends` go by.

Enters: two rules, or two treatments of a detector. Leaves: whether the second lets out more.
Must hold: fail closed. "As strict" is said only where it is sure; a word that is not ranked here is
as strict as nothing but itself.

How much an action lets out, the most first:

    keep  >  scan  >  truncate, mask  >  generalise, bucket, ip_prefix, date_shift
          >  pseudonymise  >  seal  >  replace  >  count_only  >  drop

Two actions that show a part of a value, from mask to date_shift, show different parts, so neither
is as strict as the other. Nor is a part of a text as strict as scan: that part is not looked
through any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Literal

from reticent_contract.catalog.model import FieldClass
from reticent_contract.redact.actions import (
    Action,
    Bucket,
    Generalise,
    IpPrefix,
    Keep,
    Mask,
    Pseudonymise,
    Scan,
    Treatment,
    Truncate,
)
from reticent_contract.redact.actions.bucket import SPANS

Direction = Literal["more", "less", "same"]

RANKS: Mapping[str, int] = MappingProxyType(
    {
        "drop": 0,
        "count_only": 1,
        "replace": 2,
        "seal": 3,
        "pseudonymise": 4,
        "date_shift": 5,
        "ip_prefix": 5,
        "bucket": 5,
        "generalise": 5,
        "mask": 6,
        "truncate": 6,
        "scan": 7,
        "keep": 8,
    }
)
# The order in which a person wants to read about fields.
SENSITIVITY: tuple[FieldClass, ...] = (
    FieldClass.CREDENTIAL,
    FieldClass.DIRECT_ID,
    FieldClass.CONTENT,
    FieldClass.QUASI_ID,
    FieldClass.TECHNICAL,
)
_SAYS_NOTHING = RANKS["replace"]  # the highest that does not look at the value
_SAYS_NO_PART = RANKS["pseudonymise"]  # the highest that shows no part of it
_UNKNOWN = 99
TREATMENT_RANKS: Mapping[str, int] = MappingProxyType(
    {"drop_value": 0, "replace": 1, "pseudonymise": 2, "ip_prefix": 3, "keep": 4}
)
_NOT_THERE = Treatment("keep")
_COARSER: Mapping[str, tuple[str, ...]] = {
    "hour": ("day",)
}  # any other two levels show different things


def as_strict(was: Action, now: Action) -> bool:
    """True where `now` is sure to let out at most what `was` did."""
    if was == now:
        return True
    high, low = RANKS.get(was.name, _UNKNOWN), RANKS.get(now.name, _UNKNOWN)
    if low <= _SAYS_NOTHING:
        return low <= high
    if isinstance(was, Scan) and not isinstance(now, Scan):
        return low <= _SAYS_NO_PART
    if was.name != now.name:
        # Two that show a part show different parts, however little that of one may be.
        return low < high < _UNKNOWN and (low <= _SAYS_NO_PART or isinstance(was, Keep))
    return _same_action_as_strict(was, now)


def _same_action_as_strict(was: Action, now: Action) -> bool:
    if isinstance(was, Mask) and isinstance(now, Mask):
        return now.keep_last <= was.keep_last
    if isinstance(was, Truncate) and isinstance(now, Truncate):
        return now.characters <= was.characters
    if isinstance(was, IpPrefix) and isinstance(now, IpPrefix):
        return now.v4 <= was.v4 and now.v6 <= was.v6
    if isinstance(was, Generalise) and isinstance(now, Generalise):
        if was.to == now.to == "grid":  # the cells of one lie within those of the other
            return now.degrees % was.degrees == 0
        return now.to in _COARSER.get(was.to, ())
    if isinstance(was, Pseudonymise) and isinstance(now, Pseudonymise):
        return now.scope == "device"
    if isinstance(was, Bucket) and isinstance(now, Bucket):
        return _is_coarser(was, now)
    if isinstance(was, Scan) and isinstance(now, Scan):
        detectors = {**was.treatments, **now.treatments}
        return (
            not differing(was, now, besides={"treatments", "otherwise"})
            and treated_as_strictly(was.otherwise, now.otherwise)
            and all(
                treated_as_strictly(was.treatments.get(d), now.treatments.get(d)) for d in detectors
            )
        )
    return False


def _is_coarser(was: Bucket, now: Bucket) -> bool:
    """Whether each bucket of `now` is made of whole ones of `was`, so that `was` tells it."""
    if was.to is not None and now.to is not None:
        return SPANS.index(now.to) >= SPANS.index(was.to)
    if was.width is not None and now.width is not None:
        return now.width % was.width == 0
    if was.width is not None and now.bounds:
        return all(bound % was.width == 0 for bound in now.bounds)
    return bool(now.bounds) and set(now.bounds) <= set(was.bounds)


def treated_as_strictly(was: Treatment | None, now: Treatment | None) -> bool:
    """The same for a detector's findings. None: a detector that is not there finds nothing."""
    was, now = was or _NOT_THERE, now or _NOT_THERE
    return was == now or all(_tier_as_strictly(was.of(tier), now.of(tier)) for tier in ("A", "B"))


def _tier_as_strictly(was: Treatment, now: Treatment) -> bool:
    high, low = TREATMENT_RANKS.get(was.kind), TREATMENT_RANKS.get(now.kind)
    if high is None or low is None or low > high:
        return False
    if low < high:
        return True
    one, other = replace(was, tier_b=None), replace(now, tier_b=None)
    if one == other:
        return True
    if was.kind == "pseudonymise":
        return now.scope == "device"
    if was.kind == "ip_prefix":
        return now.v4 <= was.v4 and now.v6 <= was.v6
    return False


def differing(one: object, other: object, *, besides: Collection[str]) -> list[str]:
    """Names of the fields of two dataclasses that are not equal."""
    names = {f.name for f in fields(one) + fields(other)}  # type: ignore[arg-type]  # both are dataclasses
    return sorted(
        n for n in names if n not in besides and getattr(one, n, None) != getattr(other, n, None)
    )


def rank_of(action: Action) -> int:
    return RANKS.get(action.name, _UNKNOWN)


def rank_of_treatment(treatment: Treatment | None) -> int:
    """None: a detector that is not there finds nothing."""
    return TREATMENT_RANKS.get((treatment or _NOT_THERE).kind, _UNKNOWN)


def direction_of(was: Action, now: Action) -> Direction:
    """Whether `now` lets out more than `was`, less, or the same."""
    return _direction(more=not as_strict(was, now), less=not as_strict(now, was))


def direction_of_treatment(was: Treatment | None, now: Treatment | None) -> Direction:
    return _direction(
        more=not treated_as_strictly(was, now), less=not treated_as_strictly(now, was)
    )


def _direction(*, more: bool, less: bool) -> Direction:
    """Where neither is as strict as the other, each lets out something that the other does not."""
    if more:
        return "more"
    return "less" if less else "same"
