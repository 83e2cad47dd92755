"""Whoever is named once in a text is meant wherever else that word stands: /ewojcik/infra.

Enters: a text, and the names that were found in it. Leaves: where else they stand.
Must hold: linear, so at most so many names are looked for; no digit is looked at, by which lines of
a shape would differ; a word that logs are written with is left. No name is kept, so none becomes a
pattern (`re` would remember it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reticent_contract.redact.detectors.model import Found

NAMES_MAX = 4
_CHARS_MIN = 5
_DIGITS = b"0123456789"
_OF_WORDS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-" + _DIGITS


def elsewhere(
    text: bytes, found: Sequence[Found], *, is_word: Callable[[bytes], bool]
) -> Iterator[Found]:
    """The same names, where `found` has them not. `is_word`: what logs are written with."""
    starts = {start for start, _, _ in found}
    for name in [*dict.fromkeys(value for _, _, value in found)][:NAMES_MAX]:
        if len(name) < _CHARS_MIN or text.count(name) < 2 or any(c in _DIGITS for c in name):
            continue
        if not is_word(name):
            yield from (
                each
                for each in standing(text, name, not_before=b".", not_behind=b"=(")
                if each[0] not in starts
            )


def standing(text: bytes, name: bytes, *, not_before: bytes, not_behind: bytes) -> Iterator[Found]:
    """Where a name stands by itself: no letter, digit, dash or one of these adjoins."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, behind = text[max(0, start - 1) : start], text[end : end + 1]
        if not (before and before in _OF_WORDS + not_before) and not (
            behind and behind in _OF_WORDS + not_behind
        ):
            yield start, end, name
        start = text.find(name, end)
