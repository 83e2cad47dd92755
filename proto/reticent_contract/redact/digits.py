"""Patterns that tell no digit from another.

Enters: a pattern. Leaves: one that matches wherever it does and takes every digit alike; and what
with a digit in it every match holds. Must hold: a pattern that takes all digits alike says the same
of two texts that differ in their digits only. What is not understood raises, or is taken for one
that tells them apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import re2

from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import Item, NotUnderstoodError, Reader

_DIGITS = "0123456789"
_EDGE = r"\b"
_WORDY = frozenset(c for c in range(0x80) if chr(c).isalnum() or c == ord("_"))
_STRUCTURE = frozenset("()|*+?")
_UNREADABLE = frozenset("QxpP" + _DIGITS)  # \Q…\E, \x41, \pN, \061: not one part each


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in every match. `begins`: and no letter, digit or _ before it."""

    run: bytes
    begins: bool

    def stands_in(self, text: bytes) -> bool:
        at = text.find(self.run)
        while at > 0 and self.begins and text[at - 1] in _WORDY:
            at = text.find(self.run, at + 1)
        return at >= 0


def any_digit(pattern: str) -> str:
    """`pattern` with every digit in the place of those it tells from others.

    NotUnderstoodError where it spells a character in a way that `gates.parts` takes apart.
    """
    return "".join(map(_of_any, parts(pattern)))


@lru_cache(maxsize=1_024)
def _of_any(part: str) -> str:
    if part in _STRUCTURE or (part[0] == "{" and part[-1] == "}"):
        return part
    if len(part) == 1 and part != ".":
        return "[0-9]" if part in _DIGITS else part
    if part[0] == "\\" and part[1] in _UNREADABLE and "{" not in part:
        raise NotUnderstoodError
    # Below `compile`, which would keep it.
    compiled = re2._Regexp(part, re2.Options())
    met = sum(compiled.fullmatch(digit) is not None for digit in _DIGITS)
    return f"(?:{part}|[0-9])" if 0 < met < len(_DIGITS) else part


def held_by(pattern: str) -> Held | None:
    """The longest run with a digit that stands in every match as it is; None where none does."""
    flag = re.match(r"\(\?[ims]+\)", pattern)
    start = flag.end() if flag else 0
    try:
        branches = Reader(parts(pattern[start:])).whole()
    except NotUnderstoodError:
        return None
    runs = [""]
    for item in branches[0] if len(branches) == 1 else ():
        if _is_literal(item, any_case=bool(flag)):
            runs[-1] += item.source
        else:
            runs += [item.source if str(item) == _EDGE else "", ""]
    with_digit = [run for run in runs if not run.isalpha() and run != _EDGE]
    longest = max(with_digit, key=len, default="")
    return Held(longest.encode(), runs[runs.index(longest) - 1] == _EDGE) if longest else None


def _is_literal(item: Item, *, any_case: bool) -> bool:
    is_once = item.branches is None and not item.count
    return is_once and item.source.isalnum() and not (any_case and item.source.isalpha())
