"""What adjoins a value: whether that makes it a part of something longer.

Enters: a text in UTF-8, and where a value stands in it. Leaves: yes or no.
Must hold: looks at a bounded stretch; no sign of any alphabet is taken for a letter.

    a letter or a digit    makes it longer: xABCPE1234F, 41111111111111112; a letter of a script
                           without blanks does not (Chinese, Japanese, Korean, Thai)
    , : / + _ and a digit  part columns: 1,4111111111111111,2
    . - and a digit        make digits longer (0.4111111111111111, 41-99), and part columns where
                           the value has letters (2026-ABCPE1234F.1)
    a joint of the value   makes it longer: 123-45-6789-99, 0:1a:2b:3:4d:5e:7
    a date; .0             are columns, whatever joins them: 2026-11-27-4111111111111111.0
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from reticent_contract.redact.detectors.model import Pattern

JOINTS = frozenset(b"+-./:_,")
_DIGITS = frozenset(b"0123456789")
_BEYOND_ASCII = 0x80
_CHARACTER_BYTES = 4  # of UTF-8, at most
_DOT, _DASH, _PLUS = b".-+"
_NUMBERS_ON = frozenset(b".-")
_LETTER_IN = re.compile(rb"[A-Za-z]")
_DATE = rb"(?:19|20)[0-9]{2}(?:-[0-9]{2}-[0-9]{2}|[0-9]{4})"
_DATE_BEFORE = re.compile(rb"(?<![0-9])" + _DATE + rb"[\-_]\Z")
_DATE_BEHIND = re.compile(rb"[\-_]" + _DATE + rb"(?![0-9])")
_DATE_BYTES = 12  # with its joint and what stands before it
_OF_FLOAT = re.compile(rb"\.0{1,12}(?![0-9.])")  # as tables write whole numbers
_ZONE = re.compile(rb"\+[0-9]{2}:?[0-9]{2}(?![0-9])")  # of a time
# Thai, Lao, Tibetan, Burmese; Hangul's letters; Khmer; Chinese, Japanese, Korean.
_UNSPACED = (
    *(range(0x0E00, 0x1200), range(0x1780, 0x1800), range(0x2E80, 0xA4D0), range(0xA960, 0xA980)),
    *(range(0xAC00, 0xD800), range(0xF900, 0xFB00), range(0xFF65, 0xFFDD), range(0x1B000, 0x1B170)),
    range(0x20000, 0x40000),
)
_ORDINALS = "\u00aa\u00ba"  # n\u00ba 12
_VARIATIONS = range(0xFE00, 0xFE10)  # how the character before is drawn


@lru_cache(maxsize=4_096)
def is_sign(character: str) -> bool:
    """Whether no word of any alphabet has it: a quote, an arrow, a box, a blank, a U+FFFD."""
    category = unicodedata.category(character)
    return category[0] in "PSZ" or category in ("Cc", "Co", "Cn")


@lru_cache(maxsize=4_096)
def _makes_longer(character: str) -> bool:
    """Whether a value is a part of the word in which it adjoins this one, beyond ASCII."""
    category = unicodedata.category(character)
    if category == "Nd":
        return True
    point = ord(character)
    if category[0] == "L":
        is_whole_word = character in _ORDINALS or any(point in each for each in _UNSPACED)
        return not is_whole_word
    return category in ("Mn", "Mc") and not (
        point in _VARIATIONS or any(point in each for each in _UNSPACED)
    )


def letter_before(text: bytes, start: int) -> bool:
    """Whether a letter or a digit beyond ASCII stands right before, which makes a word longer."""
    if not start or text[start - 1] < _BEYOND_ASCII:
        return False
    before = text[max(0, start - _CHARACTER_BYTES) : start].decode("utf-8", "ignore")
    return bool(before) and _makes_longer(before[-1])


def letter_behind(text: bytes, end: int) -> bool:
    """The same right behind."""
    if end >= len(text) or text[end] < _BEYOND_ASCII:
        return False
    behind = text[end : end + _CHARACTER_BYTES].decode("utf-8", "ignore")
    return bool(behind) and _makes_longer(behind[0])


def joined_before(text: bytes, start: int, end: int, *, is_told: bool = False) -> bool:
    """Whether a joint and a digit before it make the value longer.

    `is_told`: a word says what it is and its check digit holds, so that a dash is none.
    """
    if start < 2 or text[start - 1] not in JOINTS or text[start - 2] not in _DIGITS:
        return False
    joint = text[start - 1]
    if joint == _PLUS or _DATE_BEFORE.search(text[max(0, start - _DATE_BYTES) : start]):
        return False
    return _goes_on(text[start:end], joint, is_told=is_told)


def joined_behind(text: bytes, start: int, end: int, *, is_told: bool = False) -> bool:
    """The same of a joint and a digit behind it."""
    if end + 1 >= len(text) or text[end] not in JOINTS or text[end + 1] not in _DIGITS:
        return False
    if _DATE_BEHIND.match(text, end) or _OF_FLOAT.match(text, end):
        return False
    joint = text[end]
    if joint == _PLUS:
        return _ZONE.match(text, end) is not None and not _LETTER_IN.search(text, start, end)
    return _goes_on(text[start:end], joint, is_told=is_told)


def _goes_on(value: bytes, joint: int, *, is_told: bool) -> bool:
    if joint in value:
        return True
    if joint not in _NUMBERS_ON or (is_told and joint == _DASH):
        return False
    return _LETTER_IN.search(value) is None


_RUN_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_FIRST_EMOJI = "\U0001f000"
_UNKNOWN = "\ufffd"


class OfLetters(Pattern):
    """A pattern that takes all characters beyond ASCII, and meets none of the signs among them.

    A class of all letters is too large for a DFA.
    """

    __slots__ = ()

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        return super()._spans(_without_signs(text, self._is_apart))

    @staticmethod
    def _is_apart(character: str) -> bool:
        return is_sign(character)


class OfMailbox(OfLetters):
    """The same, where pictures are letters (RFC 6531), and what a wrong decoding left of one is."""

    __slots__ = ()

    @staticmethod
    def _is_apart(character: str) -> bool:
        return is_sign(character) and character != _UNKNOWN and character < _FIRST_EMOJI


def _without_signs(text: bytes, is_apart: Callable[[str], bool]) -> bytes:
    """`text` with blanks in the place of the bytes of each sign beyond ASCII."""
    if text.isascii():
        return text

    def blanked(run: re.Match[bytes]) -> bytes:
        # Bytes that are no UTF-8 stay as they are.
        characters = run[0].decode("utf-8", "surrogateescape")
        return b"".join(
            b" " * len(c.encode("utf-8", "surrogateescape"))
            if is_apart(c)
            else c.encode("utf-8", "surrogateescape")
            for c in characters
        )

    return _RUN_BEYOND_ASCII.sub(blanked, text)
