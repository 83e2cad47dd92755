"""Whoever is named once in a text is meant wherever else that word stands: /ewojcik/infra.

Enters: a text, and the names that were found in it. Leaves: where else they stand.
Must hold: linear, so at most so many names are looked for; no digit is looked at, by which lines of
a shape would differ; a word that logs are written with is left. No name is kept, so none becomes a
pattern (`re` would remember it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reticent_contract.redact.detectors.model import Found

_CHARS_MIN = 5
_NAMES_MAX = 4
_DIGITS = b"0123456789"
_OF_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-" + _DIGITS)
_BEFORE = _OF_WORDS | frozenset(b".")
_BEHIND = frozenset(bytes([each]) for each in (*_OF_WORDS, *b"=("))


def elsewhere(
    text: bytes, found: Sequence[Found], *, is_word: Callable[[bytes], bool]
) -> Iterator[Found]:
    """The same names, where `found` has them not. `is_word`: what logs are written with."""
    starts = {start for start, _, _ in found}
    for name in [*dict.fromkeys(value for _, _, value in found)][:_NAMES_MAX]:
        if len(name) < _CHARS_MIN or text.count(name) < 2 or any(c in _DIGITS for c in name):
            continue
        if is_word(name):
            continue
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            is_joined = (start and text[start - 1] in _BEFORE) or text[end : end + 1] in _BEHIND
            if start not in starts and not is_joined:
                yield start, end, name
            start = text.find(name, end)
