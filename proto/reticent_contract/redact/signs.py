"""Signs without which a pattern matches nothing.

Enters: a pattern of a gate. Leaves: which signs a text of ASCII must have one of, so that one
without them need not be asked for it.
Must hold: every match of the pattern has one of them, or a character beyond ASCII. What is not
understood needs none.
"""

from __future__ import annotations

import re

from reticent_contract.redact.gates import ANY_BEYOND_ASCII, parts
from reticent_contract.redact.necessary import (
    NO_WIDTH,
    Branch,
    Item,
    NotUnderstoodError,
    Reader,
    meets,
)

# Few lines of a log have one of these, and few of those that have one have another kind.
BEYOND_ASCII = ""
_RARE = "!#$%&*+<>?@\\^`{|}~"
_QUOTES = "\"'/"
KINDS = (BEYOND_ASCII, _RARE, _QUOTES)
# Deletes of a text all but these and what is beyond ASCII.
COMMON = bytes(code for code in range(128) if chr(code) not in _RARE + _QUOTES)
# Most patterns need none, and to read one takes longer than to see that.
_MIXED_CLASS = re.compile(
    r"(?<!\\)\[(?:\^|(?:[^\]\\\w ]|\\[^A-Za-z0-9])*(?:[\w ]|\\[A-Za-z0-9]))(?:[^\]\\]|\\.)*\]"
)
_MAY_NEED = re.compile(r"[!#%&<>@`~\"'/]|\\[$*+?\\^{|}]|\[[^\]]*[$*+?^{|}]")
_LITERAL = re.compile(r"\\[^A-Za-z0-9]|[^\\\[]")
# What is printed, and no escape that stands for more.
_PLAIN_CLASS = re.compile(r"\[(?!\^)(?:[^\\\[]|\\[^A-Za-z0-9])+\]")


def needed(pattern: str) -> str | None:
    """Of which of `KINDS` a sign, or what is beyond ASCII, stands in every match; None of none."""
    bare = _MIXED_CLASS.sub("", pattern)
    if _MAY_NEED.search(bare) is None and ANY_BEYOND_ASCII not in pattern:
        return None
    flag = re.match(r"\(\?[ims]+\)", pattern)
    start = flag.end() if flag else 0
    try:
        branches = Reader(parts(pattern[start:])).whole()
    except NotUnderstoodError:
        return None
    return _any_of(branches)


def _any_of(branches: tuple[Branch, ...]) -> str | None:
    """One kind that serves them all: what needs a character beyond ASCII, any kind serves."""
    kinds = {_most_telling(branch) for branch in branches} - {BEYOND_ASCII}
    if len(kinds) > 1:
        return None
    return kinds.pop() if kinds else BEYOND_ASCII


def _most_telling(branch: Branch) -> str | None:
    each = {_of(item) for item in branch if item.least}
    return next((kind for kind in KINDS if kind in each), None)


def _of(item: Item) -> str | None:
    if item.branches is not None:
        is_beyond = str(item).removesuffix(item.times) == ANY_BEYOND_ASCII
        return BEYOND_ASCII if is_beyond else _any_of(item.branches)
    source = item.source
    if source in NO_WIDTH or not source.isascii() or not source.isprintable():
        return None
    if _LITERAL.fullmatch(source) is not None:
        met = source[-1]
    elif _PLAIN_CLASS.fullmatch(source) is not None:
        met = meets(source)
    else:
        return None
    return next((kind for kind in KINDS if kind and not set(met) - set(kind)), None)
