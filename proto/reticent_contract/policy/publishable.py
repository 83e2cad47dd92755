"""What is refused where a policy is written, and not where it is in force.

Enters: a document that parses and is about to be published. Leaves: a problem for each place. Must
hold: laptops are not asked. A policy that is in force stays so, as one that is refused would end
collecting everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_contract.policy.readable import unreadable
from reticent_contract.reading import Problem
from reticent_contract.redact.detectors.custom_syntax import (
    checked_groups,
    may_lack_checked,
    takes_bytes,
)

_BYTES = (
    r"has \C, which meets half a character, and a text with such a match is dropped whole; "
    "write . for any character"
)
_TWICE = (
    "has several groups `checked`, and the checksum is calculated over the first alone, so what "
    "the others match is never found; write one, as in (?:A|B)(?P<checked>…), or one detector each"
)
_LACKING = (
    "may match without its group `checked`, and what it matches then is never found; write the "
    "group where every match has it, or a detector for the others"
)
_IDLE = (
    "has a group `checked` and no checksum that is calculated over it; add `checksum`, or write "
    "the group as (?:…)"
)


def unpublishable(document: Mapping[str, object]) -> list[Problem]:
    """Texts for people that they cannot read, and detectors that find less than they seem to."""
    return [*unreadable(document), *_half_working(document)]


def _half_working(document: Mapping[str, object]) -> list[Problem]:
    problems: list[Problem] = []
    own = document.get("detectors")
    for name, said in own.items() if isinstance(own, Mapping) else ():
        wrong = _of_pattern(str(said["pattern"]), has_checksum="checksum" in said)
        problems += (Problem(("detectors", name, "pattern"), each) for each in wrong)
    return problems


def _of_pattern(pattern: str, *, has_checksum: bool) -> list[str]:
    wrong = [_BYTES] if takes_bytes(pattern) else []
    groups = checked_groups(pattern)
    if groups and not has_checksum:
        wrong.append(_IDLE)
    elif groups > 1:
        wrong.append(_TWICE)
    elif groups and may_lack_checked(pattern):
        wrong.append(_LACKING)
    return wrong
