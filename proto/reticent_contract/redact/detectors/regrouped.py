"""Numbers in groups of any size, behind the word that says what they are.

    a card       card 4111 1111 11111111, cc 411111-1111111111 12/29, amex 3782 822463 10005
    Aadhaar      aadhaar 2341-23412346, uid 2341-23412346 aadhaar
    an IMEI      imei 49015420 3237518
    an IBAN      iban de 89 37040044 0532013000, IBAN GB29NWBK 60161331926819 EUR
    a MAC        mac 001a2b:3c4d5e, mac address 001a 2b3c 4d5e

Enters: text. Leaves: what stands there, if its check digit (and issuer, and length) holds; a MAC,
which has none, if it has letters and digits. Must hold: linear; groups before and behind the value
(a date, an amount) are left out, from one end or the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.near import (
    Accept,
    ValueOf,
    compact,
    is_proved,
    is_told,
    near,
)

_DIGITS = r"[0-9](?:[ \-]?[0-9]){11,22}"
_LETTERS_AND_DIGITS = r"(?i)[a-z]{2}[ \-]?[0-9]{2}(?:[ \-]?[a-z0-9]){10,32}"
_PAIRS = r"(?i)[0-9a-f]{2}(?:[ .:\-]?[0-9a-f]{2}){5}"
_PAIRS_WITHIN = 12
_JOINT = re.compile(rb"[ \-]")
_DATED = re.compile(rb"(?:19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}(?![0-9])")
_IS_MIXED = re.compile(rb"(?i)(?=.*[a-f])(?=.*[0-9])")
_TRIES_MAX = 24
_BESIDE = (12, 16)  # as `near.BESIDE`


def _parts(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """All of it, then without its last groups, then without its first ones."""
    yield start, end
    joints = [each.start() for each in _JOINT.finditer(text, start, end)][:_TRIES_MAX]
    for at in reversed(joints):
        yield start, at
    for at in joints:
        yield at + 1, end


def _take(text: bytes, start: int, end: int, value_of: ValueOf) -> Iterable[Found]:
    for first, last in _parts(text, start, end):
        value = value_of(first, last)
        if value is not None:
            yield first, last, value
            return


def by_check(word: str, accept: Accept, *, digits: range, behind: bool = False) -> Finder:
    """A finder of so many digits that `accept` proves, behind a word; with `behind` before it."""

    def accepted(value: bytes) -> bytes | None:
        if len(compact(value)) not in digits or _DATED.match(value) is not None:
            return None
        return accept(value)

    return near(
        *(word, _DIGITS, "A", accepted),
        bounded=is_told,
        behind=behind,
        take=_take,
        reads=_BESIDE,
    )


def by_country(word: str, accept: Accept) -> Finder:
    """The same of an IBAN: it ends where its country says, and what follows is none of it."""
    return near(
        *(word, _LETTERS_AND_DIGITS, "A", accept), bounded=is_proved, behind=False, take=_take
    )


def _mixed(value: bytes) -> bytes | None:
    return value if _IS_MIXED.match(value) is not None else None


def by_pairs(word: str) -> Finder:
    """MACs whose pairs are joined in different ways."""
    return near(*(word, _PAIRS, "B", _mixed), behind=False, within=_PAIRS_WITHIN)
