"""Where somebody is, in the notations of surveyors, radio, receivers and maps' own links.

    surveyors      MGRS 31U DQ 48251 11932, UTM 31N 448251 5411932
    a camera       GPSLatitude=12/1,58/1,1780/100; 12:58:17N 77:35:40E, as pilots write it
    languages      широта 55.7558 долгота 37.6173
    radio, words   locator JN18EU41, ///filled.count.soap
    receivers      +CGPSINFO: 3113.343286,N,12121.234064,E; latitudeE7: 488566000
    aviation       4851N00221E
    links          !3d48.8566!4d2.3522, 8FW4V942+3M, a Plus Code with its area
    drawings       POINT Z (2.3522 48.8566 35), LINESTRING(2.35 48.85, 2.36 48.86)
    degrees        48.8566°, 2.3522°; Latitude 33 52 10 S; Position 48,8566; 2,3522

Must hold: what a word has to tell is looked for near it; the others have a form that nothing else
has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.grouped import Grouped, grouped
from reticent_contract.redact.detectors.model import Finder, Found, finder_at
from reticent_contract.redact.detectors.near import alone, is_proved, near
from reticent_contract.redact.detectors.place import is_pair, pair_in_range

_GRID_WORD = r"(?:\bmgrs\b|\busng\b|\butm\b|\bgrid\b|\bcoord|location|\bposition|\bpos\b)"
_GRID = (
    r"[0-9]{1,2}[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?(?:[0-9]{5} ?[0-9]{5}|[0-9]{4} ?[0-9]{4})|"
    r"[0-9]{1,2} ?[C-HJ-NP-X],? (?:E ?)?[0-9]{6}(?:\.[0-9]+)?(?: ?m)?(?: ?E)?,? "
    r"(?:N ?)?[0-9]{6,7}(?:\.[0-9]+)?(?: ?m)?(?: ?N)?"
)
_LOCATOR_WORD = r"(?:maidenhead|\bqth\b|\blocator\b|\bgrid ?square\b)"
_LOCATOR = r"[A-Ra-r]{2}[0-9]{2}[A-Xa-x]{2}(?:[0-9]{2})?\b"
_THREE_WORD = r"(?:what3words|\bw3w\b)"
_THREE = r"[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}"
_THREE_SIGNED = rf"(?:^|[\s\"'(=:])///({_THREE})(?:[\s,;\"')]|\.?$)"
_THREE_GATE = r"///[a-z]{3,}\.[a-z]"
_RECEIVED = (
    r"[0-9]{1,4}\.[0-9]{3,8},[NS],[0-9]{1,5}\.[0-9]{3,8},[EW]\b|"
    r"[0-9]{4}(?:[0-9]{2})?[NS] ?[01][0-9]{4}(?:[0-9]{2})?[EW]\b"
)
_SENTENCE_BYTES = 40
_RECEIVED_GATE = r"[0-9],[NS],[0-9]|[0-9]{4}[NS] ?[01][0-9]{4}"
# Degrees, minutes and seconds behind other signs.
_PARTS = r"[0-9]{1,3}[:\-d][0-9]{2}[:\-m][0-9]{2}(?:\.[0-9]+)?s?"
_SIDED = rf"{_PARTS} ?[NS][ ,/;]{{0,2}}{_PARTS} ?[EW]\b|[NS] ?{_PARTS}[ ,/;]{{0,2}}[EW] ?{_PARTS}\b"
_SIDED_GATE = r"[0-9]s? ?[NS][ ,/;]{0,2}[0-9]{1,3}[:\-d][0-9]|[NS] ?[0-9]{1,3}[:\-d][0-9]{2}[:\-m]"
# In a picture: GPSLatitude=12/1,58/1,1780/100, exif:GPSLatitude="12,58.2960N"
_IN_PICTURE = (
    r"(?i)gps_?(?:lat|long)itude\\?[\"']?\s?[:=]\s?\\?[\"'\[(]{0,2}"
    r"([0-9]{1,3}(?:/[0-9]+)?, ?[0-9]{1,2}(?:\.[0-9]+|/[0-9]+)?(?:, ?[0-9.]+(?:/[0-9]+)?)?[NSEW]?)"
)
_IN_PICTURE_GATE = r"(?i)gps_?(?:lat|long)itude"
_DEGREES = r"[\s:=\"'\x{ff1a}]{0,4}([+\-]?[0-9]{1,3}\.[0-9]{2,})"
_LATITUDE = (
    r"(?:breedtegraad|breite(?:ngrad)?|latitud(?:ine)?|szeroko\x{15b}\x{107}|"
    r"\x{448}\x{438}\x{440}\x{43e}\x{442}\x{430}|[\x{7eac}\x{7def}]\x{5ea6}|"
    r"\x{905}\x{915}\x{94d}\x{937}\x{93e}\x{902}\x{936}|enlem|bredd(?:grad)?|lintang|latitud)"
)
_SPOKEN = (
    rf"(?i)(?:{_LATITUDE}){_DEGREES}[^0-9]{{1,40}}?"
    r"(?:graad|ngrad|nge|longitud(?:ine)?|ugo\x{15b}\x{107}|"
    r"\x{434}\x{43e}\x{43b}\x{433}\x{43e}\x{442}\x{430}|[\x{7ecf}\x{7d4c}]\x{5ea6}|"
    rf"\x{{926}}\x{{947}}\x{{936}}\x{{93e}}\x{{902}}\x{{924}}\x{{930}}|boylam|bujur|grad){_DEGREES}"
)
_SPOKEN_GATE = rf"(?i){_LATITUDE}[\s:=\"'\x{{ff1a}}]{{0,4}}[+\-]?[0-9]"
# To ten metres, where a word says less.
_MET_WORD = (
    r"(?:\bicbm\b|navigation:|\bq=|waypoint|geofence|\bpinged\b|\bhome\b|\bvehicle\b|\bdriver\b|"
    r"\brider\b|\bcourier\b|\b_?geo\b|lat_?lo?ng?\b|\bmarker\b|\bnear\b|\bradius\b|\bimg_|\bloc:|"
    r"\btrack(?:er|ed)?\b|\bseen at\b|\baddress\b|\bstop\b|\bfrom\b|\bat\b)"
)
_EXACT = r"[+\-]?[0-9]{1,2}\.[0-9]{4,} ?[,;/ _+] ?[+\-]?[0-9]{1,3}\.[0-9]{4,}"
# Whole degrees and their millionths or so in one number.
_SCALED = (
    r"(?i)(?:\b|_|gps)(?:lat(?:itude)?|lo?ng?(?:itude)?)(?:_?(?:e[5-7]|i)\b)[\\\"'\s:=]{1,6}"
    r"([+\-]?[0-9]{5,10})\b|"
    r"\b(?:lat|lon|lng)[\\\"'\s:=]{1,6}([+\-]?[0-9]{8,10})\b"
)
_SCALED_GATE = r"(?i)(?:lat|lo?ng?)(?:itude)?(?:_?(?:e[5-7]|i))?[\\\"'\s:=]{1,6}[+\-]?[0-9]{5}"
_LINKED = r"!3d[+\-]?[0-9]{1,2}\.[0-9]+!4d[+\-]?[0-9]{1,3}\.[0-9]+"
_LINKED_GATE = r"!3d[+\-0-9.]+!4d"
_WHOLE_CODE = r"[2-9C][2-9CFGHJMPQRV][2-9CFGHJMPQRVWX]{6}\+[2-9CFGHJMPQRVWX]{2,3}\b"
_WHOLE_CODE_GATE = r"[2-9CFGHJMPQRVWX]{4}\+[2-9CFGHJMPQRVWX]{2}"
_DRAWN = (
    r"(?i)\b(?:multi)?(?:point|linestring|polygon)\s?(?:z|m|zm)?\s?\({1,3}"
    r"([+\-]?[0-9]{1,3}\.[0-9]+ [+\-0-9., ()]{3,400}[0-9])\)"
)
_DRAWN_GATE = r"(?i)(?:point|linestring|polygon)\s?(?:z|m|zm)?\s?\("
_SIGNED = r"[+\-]?[0-9]{1,3}\.[0-9]{3,}\x{b0}[ ,;/]{1,3}[+\-]?[0-9]{1,3}\.[0-9]{3,}\x{b0}"
_SIGNED_GATE = r"\.[0-9]+\x{b0}[ ,;/]{1,3}[+\-]?[0-9]"
_SIDE_WORD = r"(?:\blat(?:itude)?\b|\blo?ng(?:itude)?\b|breite\b|l\x{e4}nge\b)"
_SIDE = r"[0-9]{1,3} [0-9]{1,2} [0-9]{1,2}(?:\.[0-9]+)? ?[NSEWO]\b"
_COMMA_WORD = (
    r"(?:\bgps\b|\bposi[tc]i\w*|\bkoordinaten?\b|\bstandort\b|\bcoordonn\w*|\bcoordenadas\b|"
    r"\bcoordinate\b|\bub?icaci\w*|\blocali[sz]a\w*|\blat)"
)
_COMMA = r"[+\-]?[0-9]{1,2},[0-9]{4,8} ?[;/ ] ?[+\-]?[0-9]{1,3},[0-9]{4,8}"


def _any(value: bytes) -> bytes | None:
    return value


def _take(start: int, value: bytes) -> Found | None:
    return start, start + len(value), value


def _some(value: bytes) -> bytes | None:
    """Not all noughts, which is where nobody is."""
    return value if any(byte in b"123456789" for byte in value) else None


def _is_of_no_sentence(text: bytes, start: int, end: int) -> bool:
    """Not of NMEA's, whose checksum `place` looks at."""
    is_apart = is_proved(text, start, end)
    return is_apart and b"$" not in text[max(0, start - _SENTENCE_BYTES) : start]


_SCALED_FIND = Grouped(_SCALED)


def _find_scaled(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    """Where a latitude and a longitude are there: of one alone anything may be counted."""
    if len(spans) < 2:
        return
    for start, end, _ in spans:
        if int(text[start:end]):
            yield start, end, text[start:end]


SURVEYED: tuple[Finder, ...] = (
    near(_GRID_WORD, _GRID, "B", _any),
    near(_LOCATOR_WORD, _LOCATOR, "B", _any, behind=False, within=12),
    near(_THREE_WORD, _THREE, "B", _any, behind=False, within=8),
    grouped(_THREE_SIGNED, _THREE_GATE, _take),
    alone(_RECEIVED, "A", _some, gate=_RECEIVED_GATE, bounded=_is_of_no_sentence),
    alone(_SIDED, "A", _some, gate=_SIDED_GATE, bounded=is_proved),
    grouped(_IN_PICTURE, _IN_PICTURE_GATE, _take),
    grouped(_SPOKEN, _SPOKEN_GATE, _take),
    near(_MET_WORD, _EXACT, "B", pair_in_range, edge="", bounded=is_pair, within=16),
    finder_at(_SCALED_GATE, _SCALED_FIND, _find_scaled, "B"),
    alone(_LINKED, "A", _some, gate=_LINKED_GATE, edge=""),
    alone(_WHOLE_CODE, "A", _any, gate=_WHOLE_CODE_GATE),
    grouped(_DRAWN, _DRAWN_GATE, _take),
    alone(_SIGNED, "A", _some, gate=_SIGNED_GATE, edge=""),
    near(_SIDE_WORD, _SIDE, "B", _some),
    near(_COMMA_WORD, _COMMA, "B", _some, edge=""),
)
