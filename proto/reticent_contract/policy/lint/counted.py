"""Of how many characters of a match a checksum is calculated.

Enters: a pattern of a policy's own detector, and a checksum. Leaves: the fewest and the most. Must
hold: where the pattern is not understood nothing is said.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from math import inf

from reticent_contract.redact.checksums import COUNTED, digits_of
from reticent_contract.redact.detectors.custom_syntax import checked_groups
from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import (
    NO_WIDTH,
    Branch,
    Item,
    NotUnderstoodError,
    Reader,
    meets,
)

# By checksum: whether it can hold over so many.
_LENGTHS: Mapping[str, Callable[[float, float], bool]] = {
    "luhn": lambda _least, most: most >= 1,
    "verhoeff": lambda _least, most: most >= 1,
    "mod97": lambda least, most: least <= 64 and most >= 5,
    "gstin": lambda least, most: least <= 15 <= most,
}
_FLAGS = re.compile(r"\(\?[ims]+\)")
_CAPTURES = re.compile(r"(?<!\\)\((?!\?)|\(\?P?<[A-Za-z_]\w*>")
_DIGITS = frozenset(string.digits)
_LETTERS_TOO = frozenset(string.digits + string.ascii_letters)


def never_holds(pattern: str, checksum: str) -> str:
    """How many characters count, in words, where it holds over none so many; else nothing."""
    if checksum not in _LENGTHS or checked_groups(pattern):
        return ""
    counted = _DIGITS if COUNTED[checksum] is digits_of else _LETTERS_TOO
    flags = _FLAGS.match(pattern)
    source = pattern[flags.end() :] if flags else pattern
    try:
        branches = Reader(parts(_CAPTURES.sub("(?:", source))).whole()
    except NotUnderstoodError:
        return ""
    least, most = _of_branches(branches, counted)
    if _LENGTHS[checksum](least, most):
        return ""
    if least == most:
        return str(least) if least else "no"
    return f"{least} or more" if most == inf else f"{least} to {most:.0f}"


def _of_branches(branches: tuple[Branch, ...], counted: frozenset[str]) -> tuple[int, float]:
    widths = [[_of_item(item, counted) for item in branch] for branch in branches]
    least = min(sum(width[0] for width in branch) for branch in widths)
    return least, max(sum(width[1] for width in branch) for branch in widths)


def _of_item(item: Item, counted: frozenset[str]) -> tuple[int, float]:
    if item.branches is not None:
        least, most = _of_branches(item.branches, counted)
    else:
        characters = "" if item.source in NO_WIDTH else meets(item.source)
        least = int(bool(characters) and counted.issuperset(characters))
        most = int(not counted.isdisjoint(characters))
    return item.least * least, item.most * most if most else 0
