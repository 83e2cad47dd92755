"""What a detector is: a name, the form of what it finds, and one or more finders.

Enters: text as UTF-8 bytes. Leaves: where something was found, and its value.
Must hold: every pattern is RE2's, hence linear in the length of the text; `gate` matches wherever
`find` could find something, so a text whose gates are all silent needs no finder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import re2

from reticent_contract.catalog.model import Form

Found = tuple[int, int, bytes]  # start and end in bytes, and the value in between
Find = Callable[[bytes], Iterable[Found]]

# RE2 takes 8 MiB a pattern where it is not told; the agent has 60 MB for everything.
PATTERN_BYTES_MAX = 1 << 20


def compile_pattern(pattern: str) -> re2._Regexp:
    """An RE2 pattern over UTF-8 bytes that takes little memory and writes nothing to stderr."""
    options = re2.Options()
    options.max_mem = PATTERN_BYTES_MAX
    options.log_errors = False
    return re2.compile(pattern, options)


@dataclass(frozen=True, slots=True)
class Finder:
    """One pattern of a detector. `gate` is a pattern as well; it may match too much, never less."""

    gate: str
    find: Find


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """`always_removed`: a policy may choose between replace and drop_value only."""

    name: str
    sentence: str
    form: Form
    finders: tuple[Finder, ...]
    always_removed: bool = False
    is_ip: bool = False


def whole_match(pattern: str, *, unless: Callable[[bytes, int, int], bool] | None = None) -> Finder:
    """A finder whose value is what `pattern` matches, except where `unless(text, start, end)`."""
    compiled = compile_pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for match in compiled.finditer(text):
            start, end = match.span()
            if unless is None or not unless(text, start, end):
                yield start, end, text[start:end]

    return Finder(pattern, find)
