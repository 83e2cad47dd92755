"""The signs of a policy's own pattern, as far as its repetitions and its group `checked` go.

Enters: a pattern that RE2 takes. Leaves: what in it makes a detector useless, or slow. Must hold:
in a class, between \\Q and \\E and behind a backslash a sign stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

CHECKED = "checked"  # the group of a pattern over which its checksum runs
_PART = re.compile(
    r"(?s)(?P<empty>\\Q(?:\\E|\Z)|\(\?[a-zA-Z-]+\))|\\Q.*?(?:\\E|\Z)|(?P<byte>\\C)|\\."
    r"|\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]"
    rf"|(?P<checked>\(\?P?<{CHECKED}>)|(?P<open>\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:?))?)|(?P<close>\))"
    r"|(?P<either>\|)|(?P<endless>[*+]|\{[0-9]+,\})|(?P<perhaps>\?|\{0(?:,[0-9]+)?\})"
    r"|(?P<times>\{[0-9]+(?:,[0-9]+)?\})|."
)


def endless_in(pattern: str) -> str | None:
    """The first repetition that says no end."""
    return next((sign for kind, sign in _signs(pattern) if kind == "endless"), None)


def takes_bytes(pattern: str) -> bool:
    """Whether it has RE2's \\C, which alone of its syntax matches half a character."""
    return any(kind == "byte" for kind, _ in _signs(pattern))


def checked_groups(pattern: str) -> int:
    """How many groups say what its checksum runs over: `T2-(?P<checked>[0-9]{8})`."""
    return sum(kind == "checked" for kind, _ in _signs(pattern))


@dataclass(slots=True)
class _Open:
    """A group that is not closed yet. `is_checked`: it is `checked`, or that stands in it."""

    is_checked: bool = False
    holds_checked: bool = False
    is_either: bool = False


@dataclass(slots=True)
class _Walk:
    """`closed`: whether what a repetition would speak of holds the group. `repeated`: it has one
    already, so that a `?` only says to take as few as possible."""

    groups: list[_Open] = field(default_factory=lambda: [_Open()])
    closed: bool = False
    repeated: bool = False
    may_lack: bool = False

    def close(self) -> None:
        group = self.groups.pop()
        self.may_lack |= group.holds_checked and group.is_either
        self.closed = group.is_checked or group.holds_checked
        self.groups[-1].holds_checked |= self.closed


def may_lack_checked(pattern: str) -> bool:
    """Whether a match may have no part in the group `checked`: it, or what it stands in, may be
    left out, or is one of several branches."""
    walk = _Walk()
    for kind, _ in _signs(pattern):
        if kind in ("perhaps", "times", "endless"):
            walk.may_lack |= kind == "perhaps" and walk.closed and not walk.repeated
            walk.repeated = True
            continue
        walk.repeated = False
        if kind == "empty":
            continue  # a repetition behind it speaks of what stands before it
        if kind == "close":
            walk.close()
            continue
        walk.closed = False
        if kind in ("open", "checked"):
            walk.groups.append(_Open(is_checked=kind == "checked"))
        elif kind == "either":
            walk.groups[-1].is_either = True
    outermost = walk.groups[0]
    return walk.may_lack or (outermost.holds_checked and outermost.is_either)


def _signs(pattern: str) -> Iterator[tuple[str | None, str]]:
    for part in _PART.finditer(pattern):
        yield part.lastgroup, part.group()
