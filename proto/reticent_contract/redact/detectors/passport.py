"""Passports of any country: their numbers near a word, and the zone that machines read.

    near the word      passport M4821973, "passportNo":"AB1234567", Passport J 8369854
    right behind it    Reisepass C01X00T47, passeport n° 14CV28142, passport no 533921847
    ICAO 9303          L898902C36UTO7408122F1204159ZE184226B<<<<<10, proved by its check digits,
                       and P<UTOERIKSSON<<ANNA<MARIA<<<<… above it, which names the holder

Countries number their passports as they like: up to three letters and six to eight digits, or eight
or nine of both mixed. What could be anything else, a mix or digits alone, counts only right behind
the word or `number` after it; eight digits that are a day are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import Detector, Finder, Found, Pattern
from reticent_contract.redact.detectors.near import BESIDE, UNDERSCORED, is_underscored, near

_WORD = (
    r"(?:passport|passeport|passaport|pasaport|paszport|paspoort|reise ?pass|\bpass-?(?:nummer|nr)|"
    r"\bpas nr|"
    r"\btravel[ _]?doc(?:ument)?\b|\bpp(?:t?[ _.]?(?:no|num|number)\b|t? ?#)|"
    r"\x{43f}\x{430}\x{441}\x{43f}\x{43e}\x{440}\x{442}|\x{65c5}\x{5238}|"
    r"[\x{62a4}\x{8b77}]\x{7167}|\x{30d1}\x{30b9}\x{30dd}\x{30fc}\x{30c8}|\x{c5ec}\x{ad8c}|"
    r"\x{92a}\x{93e}\x{938}\x{92a}\x{94b}\x{930}\x{94d}\x{91f}|"
    r"\x{62c}\x{648}\x{627}\x{632}|\x{67e}\x{627}\x{633}\x{67e}\x{648}\x{631}\x{62a})"
)
_LETTERED = (
    r"(?i)(?:[a-z]{1,3}-?[0-9]{6,8}|[a-z] [0-9]{7}|(?-i:[A-Z]{1,2}) ?[0-9]{2} [0-9]{4,6}|"
    rf"(?-i:[A-Z]{{2}}) [0-9]{{6,7}}|[0-9]{{9}}){UNDERSCORED}"
)
# Whatever stands between the word and its number, none of it is another word.
_NUMBERED = (
    rf"{_WORD}(?:[eo]?[sn]?\b|[a-z]{{0,3}}?)[\W_]{{0,3}}"
    r"(?:(?:biom\x{e9}trique|ordinaire|fran\x{e7}ais|ordinary|diplomatic|official|renewed) )?"
    r"(?:(?:book |card )?(?:(?:num(?:ber|m?er|[e\x{e9}]ro)?|"
    r"nr|no|id|"
    r"n)\b|\x{2116}|\x{756a}\x{53f7}|\x{53f7}\x{7801})[.\x{b0}\x{ba}]{0,2})?[\W_]{0,3}"
)
# In pairs, as somebody dictates one.
_MIXED = (
    rf"(?:[A-Z0-9]{{8,9}}|[0-9]{{2}} ?[0-9]{{2}} [0-9]{{6}}|"
    rf"[A-Z]{{1,2}} ?[0-9]{{1,3}}(?: [0-9]{{1,3}}){{2,4}}){UNDERSCORED}"
)
_DAY = re.compile(rb"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]")
_DIGITS_MIN = 3


_VOTERS = re.compile(rb"(?i)\b(?:voter|elector|epic)[a-z ]{0,16}\W{0,3}\Z")
_VOTERS_BYTES = 28


def _is_no_voters(text: bytes, start: int, end: int) -> bool:
    """`Passport: S8171121; Voter ID: LUB7964545`: the word right before it is another's."""
    is_voters = _VOTERS.search(text, max(0, start - _VOTERS_BYTES), start) is not None
    return not is_voters and is_underscored(text, start, end)


def _any(value: bytes) -> bytes | None:
    return value


def _mixed(value: bytes) -> bytes | None:
    digits = sum(byte in b"0123456789" for byte in value)
    return None if digits < _DIGITS_MIN or _DAY.fullmatch(value) is not None else value


_MRZ = (
    r"\bP[A-Z<][A-Z]{1,3}<{0,2}[A-Z]+(?:<[A-Z]+)*<<[A-Z<]{6,37}|"
    r"\b[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]\b"
)
_MRZ_GATE = r"[A-Z]<<[A-Z<]|[0-9][A-Z<]{3}[0-9]{6}"
_MRZ_FIND = Pattern(_MRZ)
_WEIGHTS = (7, 3, 1)
_CHECKED = ((0, 9), (13, 19), (21, 27))  # number, day of birth, expiry; a check digit behind each


def _is_checked(line: bytes, first: int, last: int) -> bool:
    """ICAO 9303, part 3: weights 7, 3 and 1, letters from A = 10, fillers 0."""
    total = sum(
        (0 if char == "<" else int(char, 36)) * _WEIGHTS[place % 3]
        for place, char in enumerate(line[first:last].decode())
    )
    return total % 10 == int(line[last : last + 1])


def _find_mrz(text: bytes) -> Iterable[Found]:
    for start, end in _MRZ_FIND.spans(text):
        line = text[start:end]
        names_holder = b"<<" in line and not any(byte in b"0123456789" for byte in line)
        if names_holder or all(_is_checked(line, *each) for each in _CHECKED):
            yield start, end, line


PASSPORT = Detector(
    name="passport",
    sentence="Passport numbers near the word passport, and what machines read of a passport.",
    form=Form.SERIAL,
    finders=(
        near(_WORD, _LETTERED, "B", _any, bounded=_is_no_voters, reads=BESIDE),
        near(_NUMBERED, _MIXED, "B", _mixed, behind=False, within=4, gate=rf"(?i){_WORD}"),
        Finder(_MRZ_GATE, _find_mrz, "A", needs=_MRZ_FIND),
    ),
)
