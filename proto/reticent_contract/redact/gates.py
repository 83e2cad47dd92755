"""Patterns that cost an automaton less and match no less.

Enters: a gate, as a detector has it. Leaves: one that matches wherever that one does, and maybe
elsewhere: a finder then looks in vain, and nothing else comes of it.
Must hold: RE2 has no negation (no look-around), so whatever makes a part of a pattern match more
makes the whole match more.
"""

from __future__ import annotations

import re

_FIRST_BEYOND_ASCII = 0x80
# Where case is ignored, the Kelvin sign and the long s would make it match k and s.
ANY_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_CLASS = r"\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]"
_COUNT = r"\{([0-9]+)(?:,([0-9]*))?\}"
_PART = re.compile(
    rf"(?s){_CLASS}|\\Q.*?(?:\\E|\Z)|\\x\{{[0-9A-Fa-f]+\}}|\\[pP]\{{[^}}]*\}}|\\.|"
    r"\{[0-9]+(?:,[0-9]*)?\}|."
)
_COUNTED_BY_ONE = 8  # up to here a count tells more than its states cost
_CHARACTERS = re.compile(r"\\x\{([0-9A-Fa-f]+)\}(?:-\\x\{([0-9A-Fa-f]+)\})?")
_REPEATED_AT_END = re.compile(rf"(?s)({_CLASS})\+\Z")


def parts(pattern: str) -> list[str]:
    """Characters, classes, escapes and counts of a pattern, in order; together they are it."""
    return _PART.findall(pattern)


def cheaper(gate: str) -> str:
    """`gate` without what only its finder has to know.

    A character beyond ASCII becomes any of them: each byte that a pattern tells from others makes
    all states larger. A class repeated at the very end is met once: no state has to remember that
    the match goes on.
    """
    return "".join(_any_beyond(part) for part in parts(_REPEATED_AT_END.sub(r"\1", gate)))


def uncounted(gate: str) -> str:
    """`gate` with `+` or `*` for each long count: one state in the place of hundreds."""
    return "".join(_endless(part) for part in parts(gate))


def _endless(part: str) -> str:
    count = re.fullmatch(_COUNT, part)
    if count is None or int(count[2] or count[1]) <= _COUNTED_BY_ONE:
        return part
    return "+" if int(count[1]) else "*"


def _any_beyond(part: str) -> str:
    if part.startswith("[^"):
        return part
    if part.startswith("["):
        within = _CHARACTERS.sub(lambda m: "" if _is_beyond(m) else m[0], part)
        if within == part:
            return part
        return ANY_BEYOND_ASCII if within == "[]" else f"(?:{within}|{ANY_BEYOND_ASCII})"
    code = _CHARACTERS.fullmatch(part)
    return part if code is None or not _is_beyond(code) else ANY_BEYOND_ASCII


def _is_beyond(code: re.Match[str]) -> bool:
    return int(code[1], 16) >= _FIRST_BEYOND_ASCII


def in_order(gate: str) -> str:
    """`gate` with its alternatives sorted, so that RE2 shares what they begin with.

    Each alternative that shares nothing is a state of its own that the automaton carries along at
    every byte. `gate` may begin with one flag, `(?i)`.
    """
    flag, body = ("(?i)", gate[4:]) if gate.startswith("(?i)") else ("", gate)
    depth, alternatives = 0, [""]
    for part in parts(body):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            alternatives.append("")
        else:
            alternatives[-1] += part
    return f"{flag}(?:{'|'.join(sorted(alternatives))})"
