"""Vehicles: registration marks, and the numbers of chassis and of driving licences.

    India           KA 01 AB 1234, KA-01-AB-1234, KA01AB1234, 22 BH 1234 AA: by state and shape
    near a word     ka01ab1234, DL 3C 1234, KA.05.MN.8811
    elsewhere       number plate AB12 CDE, Kennzeichen B-MW 1234: only right behind the word
    near a word     VIN 1HGCM82633A004352 (ISO 3779), DL No KA01 20110012345

Blanks make a mark of what counts things too: UP 10 GB 2048 is a link's. Where the state's letters
are a word too and those between the numbers a unit, a word beside it has to tell.
"""

from __future__ import annotations

import re

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import Detector, words
from reticent_contract.redact.detectors.near import alone, compact, near

STATES = words(
    """
    AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ
    SK TG TN TR TS UA UK UP WB
    """
)
_STATE = "|".join(sorted(STATES))
_PLATE = (
    rf"(?:{_STATE})[ \-]?[0-9]{{2}}[ \-]?[A-Z]{{1,3}}[ \-]?[0-9]{{4}}|"
    # A letter behind the district, as Delhi writes on all of them: DL 8S BX 0071.
    rf"(?:{_STATE})[ \-][0-9]{{1,2}}[A-Z][ \-][A-Z]{{1,2}}[ \-][0-9]{{4}}|"
    r"[0-9]{2}[ \-]?BH[ \-]?[0-9]{4}[ \-]?[A-Z]{1,2}"
)
_PLATE_GATE = (
    r"[A-Z][ \-]?[0-9]{2}[ \-]?[A-Z]|[A-Z][ \-][0-9][A-Z][ \-][A-Z]|[0-9][ \-]?BH[ \-]?[0-9]"
)
_PLATE_LOOSE = (
    rf"(?i:{_STATE})[ +.\-]?[0-9]{{1,2}}(?i:[ +.\-]?[a-z]{{0,3}}){{1,2}}[ +.\-]?[0-9]{{1,4}}|"
    r"(?i)[0-9]{2}[ \-]?bh[ \-]?[0-9]{4}[ \-]?[a-z]{1,2}"
)
_WORD = (
    r"(?:vehicle|\bcar\b|\bbike\b|\bscooter\b|\btruck\b|\b(?:number|licen[cs]e)?[ _\-]?plate\b|"
    r"numberplate|license_?plate|\bplate_|\banpr\b|registration|\breg(?:n|d)?\.? ?_?no\b|\brto\b|"
    r"\brc\b|parking|\bparked\b|fastag\b|\bvr[nm]\b|challan|\bcab\b|\bambulance\b|\btaxi\b|\bdriver\b|"
    r"\bauto ?rickshaw\b|\bgaa?di\b|\bpuc\b)"
)
_MARK_WORD = (
    r"(?:\b(?:number|licen[cs]e|registration|car|vehicle)[ _\-]?plate\b|\bplate(?:\b|_)|"
    r"licen[cs]eplate|\bvr[mn]\b|\ba?lpr(?: read| hit)?\b|kennzeichen|immatriculation|"
    r"\bmatr[i\x{ed}]cula\b|\btarga\b|\bkenteken\b|\bnummerpl|rejestracyjn[a-z]*\b)"
)
# Two or three groups of capitals and digits, as most countries have them.
_MARK = (
    r"(?:[A-Z0-9]{1,4}(?:[ \-][A-Z0-9]{1,4}){1,2}|[0-9][A-Z0-9]{0,2}[ \-][A-Z0-9]{5,7}|"
    r"[A-Z]{1,2}[ \-][0-9]{5,6}|[A-Z0-9]{5,8})\b"
)
_MARK_WITHIN = 8
_VIN_WORD = r"(?:\bvin\b|_vin\b|chassis)"
_VIN = r"(?i)[a-hj-npr-z0-9]{17}"
_LICENCE_WORD = r"(?:\bdl(?:\b|_?no|_num)|driv(?:er'?s?|ing)[ _\-]?licen[cs]e)"
_LICENCE = rf"(?i)(?:{_STATE})[ \-]?[0-9]{{2}}[ \-/]?(?:19|20)[0-9]{{2}}[ \-/]?[0-9]{{7}}"
# Letters that count, where blanks part them from a number before and behind.
_UNITS = words(
    """
    AM AT B BY CM DB DPI FPS G GB GHZ HZ IN K KB KG KHZ KM M MB MHZ MM MS NS OF ON P PB PM PX RC
    T TB TO US W
    """
)
# States whose letters are a word or a unit as well.
_WORDS_TOO = words("AN AP AR AS BR DD DN GA HP LA LD ML MN MP NL OD OR TR TS UA UK UP")
_COUNTED = re.compile(rb"([A-Z]{2}) [0-9]{1,2}[A-Z]? ([A-Z]{1,3}) [0-9]{4}")
_DIGITS_MIN, _CHARS_MIN, _CHARS_MAX = 2, 5, 9


def _plate(value: bytes) -> bytes | None:
    text = compact(value)
    return value if text[:2] in STATES or text[2:4] == "BH" else None


def _plate_alone(value: bytes) -> bytes | None:
    counted = _COUNTED.fullmatch(value)
    if counted is None:
        return _plate(value)
    state, letters = counted[1].decode(), counted[2].decode()
    return None if state in _WORDS_TOO and letters in _UNITS else _plate(value)


def _plate_loose(value: bytes) -> bytes | None:
    return None if _PLATE_STRICT.fullmatch(value) and _plate_alone(value) else _plate(value)


_PLATE_STRICT = re.compile(_PLATE.encode())


def _mark(value: bytes) -> bytes | None:
    text = compact(value)
    digits = sum(char.isdigit() for char in text)
    is_mixed = _DIGITS_MIN <= digits < len(text)
    return value if is_mixed and _CHARS_MIN <= len(text) <= _CHARS_MAX else None


def _vin(value: bytes) -> bytes | None:
    return None if value.isdigit() or value.isalpha() else value


VEHICLE = Detector(
    name="vehicle",
    sentence="Registration marks of vehicles: India's by state and shape, others near a word; "
    "numbers of chassis and driving licences near a word.",
    form=Form.SERIAL,
    finders=(
        alone(_PLATE, "A", _plate_alone, gate=_PLATE_GATE),
        near(_WORD, _PLATE_LOOSE, "B", _plate_loose),
        near(_MARK_WORD, _MARK, "B", _mark, behind=False, within=_MARK_WITHIN),
        near(_VIN_WORD, _VIN, "B", _vin),
        near(_LICENCE_WORD, _LICENCE, "B", lambda value: value),
    ),
)
