"""Patterns that tell no digit from another.

Enters: a pattern. Leaves: one that matches wherever it does and takes every digit alike; and what
with a digit in it every match holds. Must hold: a pattern that takes all digits alike says the same
of two texts that differ in their digits only. What is not understood raises, or is taken for one
that tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile

import re2

from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import Item, NotUnderstoodError, Reader

_DIGITS = "0123456789"
_EDGE = r"\b"
_STRUCTURE = frozenset("()|*+?")
_ALIKE = re.compile(r"[A-Za-z0-9 ]|\\[^A-Za-z0-9]|\[(?!\^)(?:[A-Za-z0-9 ()./-]|\\[^A-Za-z0-9])+\]")
_UNREADABLE = frozenset("QxpP" + _DIGITS)  # \Q…\E, \x41, \pN, \061: not one part each
# Of a pattern that has nothing else, every part takes all digits or none: no end of a range is a
# digit, but for `0-9`. To take a pattern apart, and ask RE2 of each part, takes a hundred times
# as long, and a finder's pattern is read when a line first needs it.
_ESCAPED = r"\\(?:[^0-9xQpP]|x\{(?!0*3[0-9]\})[0-9A-Fa-f]+\})"
_ALL_OR_NONE = re.compile(
    rf"(?s)(?:[^0-9\\\[{{]|{_ESCAPED}|\{{[0-9]+(?:,[0-9]*)?\}}|"
    rf"\[(?!\^?\])(?:(?<!(?<!\\)-)0-9|[^\]\\\[0-9]|{_ESCAPED})*\])*"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in every match. `begins`: and no letter, digit or _ before it.

    `behind`: what stands right behind it, as a pattern of `re`, as far as both mean the same.
    `search`: of a text, something else than None where it stands there.
    """

    run: bytes
    begins: bool
    behind: str = ""
    search: Callable[[bytes], object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        run = re.escape(self.run)  # first, as the search for a literal is the fastest
        begins = rb"(?<=\b" + run + rb")" if self.begins else b""
        object.__setattr__(self, "search", re.compile(run + begins + self.behind.encode()).search)


def any_digit(pattern: str) -> str:
    """`pattern` with every digit in the place of those it tells from others.

    NotUnderstoodError where it spells a character in a way that `gates.parts` takes apart.
    """
    if _ALL_OR_NONE.fullmatch(pattern) is not None:
        return pattern
    return "".join(map(_of_any, parts(pattern)))


@lru_cache(maxsize=1_024)
def _of_any(part: str) -> str:
    if part in _STRUCTURE or (part[0] == "{" and part[-1] == "}"):
        return part
    if len(part) == 1 and part != ".":
        return "[0-9]" if part in _DIGITS else part
    if part[0] == "\\" and part[1] in _UNREADABLE and "{" not in part:
        raise NotUnderstoodError
    if _ALL_OR_NONE.fullmatch(part) is not None:
        return part
    # Below `compile`, which would keep it.
    compiled = re2._Regexp(part, re2.Options())
    met = len("".join(compiled.findall(_DIGITS)))
    return f"(?:{part}|[0-9])" if 0 < met < len(_DIGITS) else part


def held_by(pattern: str) -> Held | None:
    """The longest run with a digit that stands in every match as it is; None where none does."""
    flag = re.match(r"\(\?[ims]+\)", pattern)
    start = flag.end() if flag else 0
    try:
        branches = Reader(parts(pattern[start:])).whole()
    except NotUnderstoodError:
        return None
    items = branches[0] if len(branches) == 1 else ()
    runs: list[tuple[int, int]] = []  # from which item to which
    for at, item in enumerate(items):
        if _is_literal(item, any_case=bool(flag)):
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
    texts = {run: "".join(item.source for item in items[slice(*run)]) for run in runs}
    with_digit = [run for run in runs if not texts[run].isalpha()]
    if not with_digit:
        return None
    first, last = longest = max(with_digit, key=lambda run: len(texts[run]))
    behind = "".join(map(str, takewhile(_is_alike, items[last:])))
    is_behind_edge = first > 0 and str(items[first - 1]) == _EDGE
    return Held(texts[longest].encode(), is_behind_edge, behind if not flag else "")


def _is_alike(item: Item) -> bool:
    """Whether it means the same to `re`, over bytes."""
    return item.branches is None and _ALIKE.fullmatch(item.source) is not None


def _is_literal(item: Item, *, any_case: bool) -> bool:
    is_once = item.branches is None and not item.times
    return is_once and item.source.isalnum() and not (any_case and item.source.isalpha())
