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
    r"\bauto ?rickshaw\b|\bgaa?di\b|\bpuc\b|"
    r"\x{917}\x{93e}\x{921}\x{93c}?\x{940}|\x{917}\x{93e}\x{95c}\x{940}|\x{935}\x{93e}\x{939}\x{928})"
)
_MARK_WORD = (
    r"(?:\b(?:number|licen[cs]e|registration|car|vehicle)[ _\-]?plates?\b(?: (?:number|no|nr))?|"
    r"\bplate(?:\b|_)(?: ?(?:number|no|nr)\b)?|"
    r"\bplaca(?: d[eo]l? (?:carro|ve[i\x{ed}]culo|moto|coche|auto))?[:\s]|"
    r"\brego\b|\bplaque\b|\bplaka\b|rendsz\x{e1}m|"
    r"licen[cs]eplate|immatricul\w{1,4}|\bnr rej|[\x{8f66}\x{8eca}]\x{724c}|\bvr[mn]\b|"
    r"\ba?lpr(?: read| hit)?\b|kennzeichen|immatriculation|"
    r"\b(?:vehicle|car|van|truck|bike|motorbike) (?:reg(?:istration|n)?|number|no)\b(?: (?:no|"
    r"number|mark|plate)\b)?|"
    r"\bmatr[i\x{ed}]cula\b|\btarga\b|\bkenteken\b|\bnummerpl|rejestracyjn[a-z]*\b)"
)
# Two or three groups of capitals and digits, as most countries have them.
_MARK = (
    r"(?:[A-Z0-9]{1,4}(?:[ \-][A-Z0-9]{1,4}){1,2}|[0-9][A-Z0-9]{0,2}[ \-][A-Z0-9]{5,7}|"
    r"[A-Z]{1,2}[ \-][0-9]{5,6}|[A-Z0-9]{5,8})\b"
)
_MARK_WITHIN = 8
# Of countries whose marks nothing else looks like, with a word for what bears one somewhere near.
_BEARS_WORD = (
    r"(?:vehicle|\bcars?\b|\bvan\b|\blorry\b|\btruck\b|\bmotor(?:bike|cycle)\b|\bbike\b|\bbus\b|\btaxi\b|"
    r"\bcab\b|\breg(?:istration|n|d)?\b|\bplates?\b|parking|\bparked\b|\bmot due\b|\bdvla\b|"
    r"\bv5c\b|"
    r"\bdriv(?:es?|ing|er)\b|\bfahrzeug|\bauto\b|\b[pl]kw\b|wagen\b|\bvoiture\b|v\x{e9}hicule|"
    r"\bcoche\b|\bcarro\b|veh\x{ed}culo|ve\x{ed}culo|\bveicolo\b|\bmacchina\b|\bpojazd|samoch\x{f3}d|"
    r"\bcamion|\bbil\b|\bmaut\b|\btoll\b|\bgarage\b|\bpermit\b|"
    r"\b(?:audi|bmw|toyota|volkswagen|vw|ford|opel|skoda|tesla|honda|hyundai|renault|peugeot|nissan|mazda|"
    r"kia|volvo|fiat|suzuki|mercedes|porsche|jaguar|vauxhall)\b)"
)
_BORNE = (
    r"(?:[A-Z]{2}[0-9]{2} ?[A-HJ-PR-Z]{3}|[A-Z]{2}[ \-][0-9]{3}[ \-][A-Z]{2}|"
    r"[0-9]{4}[ \-][B-DF-HJ-NPR-TV-Z]{3}|[A-Z]{1,3}-[A-Z]{1,2} ?[0-9]{1,4}[EH]?|"
    r"[0-9][A-Z]{3}[0-9]{3}|[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2}|[A-Z]{2}-[0-9]{2}-[A-Z]{2})\b"
)
_BORNE_WITHIN = 24
# In letters of their own, which nothing else is written with: Russia's, China's, Japan's.
_CYRILLIC = r"[АВЕКМНОРСТУХ]"
_LETTERED = (
    rf"{_CYRILLIC}[0-9]{{3}}{_CYRILLIC}{{2}} ?[0-9]{{2,3}}\b|"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][· \-]?[A-Z0-9]{5,6}\b|"
    r"[\x{4e00}-\x{9fff}]{1,4} ?[0-9]{2,3} ?[あ-ん] ?[0-9]{1,2}-[0-9]{2}\b"
)
_LETTERED_GATE = (
    r"[А-Х][0-9]{3}[А-Х]|[\x{4e00}-\x{9fff}][A-Z][· \-]?[A-Z0-9]{4}|"
    r"[0-9] ?[あ-ん] ?[0-9]{1,2}-[0-9]"
)
_VIN_WORD = r"(?:\bvin\b|_vin\b|chassis|fahrgestell|ch\x{e2}ssis|\btelaio\b|\bbastidor\b)"
_VIN = r"(?i)[a-hj-npr-z0-9]{17}"
_LICENCE_WORD = r"(?:\bdl(?:\b|_?no|_num)|driv(?:er'?s?|ing)[ _\-]?licen[cs]e|\blicen[cs]e no\b)"
_LICENCE = (
    rf"(?i)(?:{_STATE})[ \-]?[0-9]{{2}}[ \-/]?(?:19|20)[0-9]{{2}}[ \-/]?[0-9]{{7}}|"
    rf"[a-z]{{2}}[a-z9]{{3}}[0-9]{{6}}[a-z9]{{2}}[0-9][a-z]{{2}}\b"
)
# Of the United States, by the state: driver license TX 41220987
_OF_STATE = r"[A-Z]{2} [A-Z]?[0-9]{7,9}\b"
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
# RTO codes: MH-12, KA-03; AP 123 is none of a vehicle either.
_DISTRICT = re.compile(rb"[A-Za-z]{2}[ +.\-]?[0-9]{1,3}")
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
    if _DISTRICT.fullmatch(value) is not None:
        return None
    return None if _PLATE_STRICT.fullmatch(value) and _plate_alone(value) else _plate(value)


_PLATE_STRICT = re.compile(_PLATE.encode())


def _mark(value: bytes) -> bytes | None:
    text = compact(value)
    digits = sum(char.isdigit() for char in text)
    is_mixed = _DIGITS_MIN <= digits < len(text)
    return value if is_mixed and _CHARS_MIN <= len(text) <= _CHARS_MAX else None


def _vin(value: bytes) -> bytes | None:
    return None if value.isdigit() or value.isalpha() else value


def _letter(value: bytes) -> bytes | None:
    return value


VEHICLE = Detector(
    name="vehicle",
    sentence="Registration marks of vehicles: India's by state and shape, others near a word; "
    "numbers of chassis and driving licences near a word.",
    form=Form.SERIAL,
    finders=(
        alone(_PLATE, "A", _plate_alone, gate=_PLATE_GATE),
        near(_WORD, _PLATE_LOOSE, "B", _plate_loose),
        near(_MARK_WORD, _MARK, "B", _mark, behind=False, within=_MARK_WITHIN),
        near(_BEARS_WORD, _BORNE, "B", _mark, within=_BORNE_WITHIN),
        alone(_LETTERED, "B", _letter, gate=_LETTERED_GATE, edge=""),
        near(_VIN_WORD, _VIN, "B", _vin),
        near(_LICENCE_WORD, _LICENCE, "B", lambda value: value),
        near(_LICENCE_WORD, _OF_STATE, "B", _letter, behind=False, within=_MARK_WITHIN),
    ),
)
