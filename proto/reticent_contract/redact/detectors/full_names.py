"""Full names: words with capitals, one behind the other, that logs are not written with.

    in any sentence      Anders Holmqvist, T. Brandt, Pieter de Wit
    behind a word        verified as IMRAN SHAIKH, holder GURPREET SINGH

Enters: text. Leaves: full names. Must hold: linear; no digit is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.sentence import may_be_name

_LOWER = r"[a-z\x{df}-\x{f6}\x{f8}-\x{24f}]"
_WORD = rf"[A-Z\x{{c0}}-\x{{de}}]{_LOWER}+(?:[\-'\x{{2019}}][A-Z\x{{c0}}-\x{{de}}]{_LOWER}+)?"
_PARTICLE = "(?:de|van|von|der|den|la|da|di|el|al|bin|ibn|dos|du|ter|ten|af|zu)"
_FULL = rf"(?:[A-Z]\.|{_WORD})(?:(?: (?:[A-Z]\.|{_PARTICLE})){{0,2}} {_WORD})+"
_FULL_GATE = r"(?:[a-z]|[A-Z]\.|[\x{df}-\x{24f}]) [A-Z\x{c0}-\x{de}][a-z\x{df}-\x{24f}]"
_CAPITALS_GATE = r"\b(?:as|by|for|from|holder|name|of|payee|to) [A-Z]{2,} [A-Z]{2}"
_CAPITALS = r"\b(?:as|by|for|from|holder|name|of|payee|to) [A-Z]{3,}(?: [A-Z]{2,}){1,3}\b"
_PART = re.compile(rb"[^ ]+")
_INITIAL = re.compile(rb"[A-Z]\.")
_PARTICLES = frozenset(_PARTICLE[3:-1].encode().split(b"|"))
# It is a part of something longer: a path, an identifier, a function, a key.
_BEFORE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/\\@$%#")
_BEHIND = (b"_", b"/", b"\\", b"(", b"::", b"=", b"@", b"-")


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        yield from _names(text, start, end)


def _names(text: bytes, start: int, end: int) -> Iterable[Found]:
    """Of `Enrolled Leticia Ferreira` the words that are no words of logs, if there are two."""
    run: list[tuple[int, int]] = []
    words = [(start + part.start(), start + part.end()) for part in _PART.finditer(text[start:end])]
    if text[end : end + 4].decode("utf-8", "ignore")[:1].isalnum():
        words.pop()  # GmbH
    for first, last in (*words, (end, end)):
        word = text[first:last]
        if _INITIAL.fullmatch(word) is not None or word in _PARTICLES or _is_name(word):
            run.append((first, last))
            continue
        found = _of(text, run)
        if found is not None:
            yield found
        run = []


def _is_name(word: bytes) -> bool:
    return bool(word) and all(map(may_be_name, word.lower().split(b"-")))


def _of(text: bytes, run: list[tuple[int, int]]) -> Found | None:
    while run and text[slice(*run[0])] in _PARTICLES:
        run = run[1:]
    while run and not _is_name(text[slice(*run[-1])]):
        run = run[:-1]
    if len(run) < 2:
        return None
    start, end = run[0][0], run[-1][1]
    if (start and text[start - 1] in _BEFORE) or text.startswith(_BEHIND, end):
        return None
    return start, end, text[start:end]


def _find_capitals(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        yield from _names(text, text.index(b" ", start) + 1, end)


FULL_NAMES: tuple[Finder, ...] = (
    finder_at(_FULL_GATE, Pattern(_FULL), _find, "B", reads=(0, 0)),
    finder_at(_CAPITALS_GATE, Pattern(_CAPITALS), _find_capitals, "B", reads=(0, 0)),
)
