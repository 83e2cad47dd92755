"""Where somebody is: latitude and longitude, in every notation that logs have.

    keyed         lat=12.97 lon=77.59, "longitude": 77.59, … "latitude": 12.97
    exact         12.971599,77.594566: six decimals, which nothing else has in pairs (tier B)
    told          12.97, 77.59 near a word; POINT(77.59 12.97), in the order of GeoJSON and WKT
    hemispheres   48°51'29.5"N 2°17'40.2"E, N48 51.49 E002 17.67, 12 deg 58' 17.76" N
    URIs          geo:12.97,77.59,58 (RFC 5870), /maps/@12.97,77.59,15z, #map=15/12.97/77.59
    ISO 6709      +12.9716+077.5946/; Open Location Codes: 7J4VXHCV+2R
    NMEA 0183     $GPRMC,…,4807.038,N,01131.000,E,…*6A, proved by its checksum; without it tier B

Must hold: in range, and not 0, 0, which is where nobody is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import reduce
from operator import xor

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import Detector, Finder, Found, Pattern, Tier
from reticent_contract.redact.detectors.near import alone, is_proved, is_underscored, near

_DEGREES = r"[+\-]?(?:1[0-8][0-9]|[0-9]{1,2})\."
_DECIMAL_PAIR = rf"{_DEGREES}[0-9]{{6,17}}[ ]?[,;][ ]?{_DEGREES}[0-9]{{6,17}}"
# To a metre, where somebody is met.
_EXACT_PAIR = rf"{_DEGREES}[0-9]{{5}}[ ]?[,;/][ ]?{_DEGREES}[0-9]{{5}}"
_MET_WORD = (
    r"(?:\bpick(?:ed)?[ \-]?up\b|\bdrop(?:ped)?[ \-]?(?:off|point|at)\b|\bcollect(?:ed)? at\b|"
    r"\bdeliver(?:y|ed)?\b)"
)
_NEAR_PAIR = rf"{_DEGREES}[0-9]{{1,17}}[ ]?[,;/ ][ ]?{_DEGREES}[0-9]{{1,17}}"
_DECIMAL_GATE = r"\.[0-9]{6,}[ ]?[,;][ ]?[+\-]?[0-9]{1,3}\.[0-9]{6}"
_PLACE_WORD = (
    r"(?:\blat(?:itude)?\b|\blo?ng(?:itude)?\b|\bgps\b|\bcoord|location|\bloc\b|\bposition|\bgeo|"
    r"\bplace\b|\bphoto\b|\bexif|geotag|\bparked\b|latlo?ng|checked[ \-]in|\bll=|\bmaps?\b|"
    r"point ?\(|\bpos\b|last seen|\bcoordenadas|\bkoordinaten|\bcoordonn|\bubicaci|\bstandort\b|"
    r"_lat[,;] ?[a-z_]{1,16}_lo?ng?\b|\x{4f4d}\x{7f6e})"
)
_GEO_URI = (
    r"(?i)\bgeo:[+\-]?[0-9]{1,2}(?:\.[0-9]+)?,[+\-]?[0-9]{1,3}(?:\.[0-9]+)?"
    r"(?:,[+\-]?[0-9]+(?:\.[0-9]+)?)?"
)
_MAP_URL = rf"@{_DEGREES}[0-9]+,{_DEGREES}[0-9]+,[0-9]+(?:\.[0-9]+)?[zma]"
_MAP_URL_GATE = r"@[+\-]?[0-9]{1,3}\.[0-9]+,[+\-]?[0-9]"
_MAP_FRAGMENT = rf"#(?:map=)?[0-9]+(?:\.[0-9]+)?/{_DEGREES}[0-9]+/{_DEGREES}[0-9]+"  # zoom before
_MAP_FRAGMENT_GATE = r"#(?:map=)?[0-9]+(?:\.[0-9]+)?/[+\-]?[0-9]{1,3}\."
_ISO_6709 = (
    r"[+\-][0-9]{2,6}(?:\.[0-9]+)?[+\-][0-9]{3,7}(?:\.[0-9]+)?(?:[+\-][0-9]+(?:\.[0-9]+)?)?"
    r"(?:CRS\w*)?/"
)
_ISO_6709_GATE = r"[0-9][+\-][0-9]{3}[0-9.]*(?:[/C]|[+\-][0-9.]+[/C])"
_PLUS_CODE = r"[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"
_PLUS_CODE_WORD = r"(?:\bplus[ _\-]?codes?\b|\bolc\b|open location)"
_GEOHASH = r"[0-9bcdefghjkmnp-z]{6,12}\b"
_NUMBER = re.compile(rb"[+\-]?[0-9]+(?:\.[0-9]+)?")


def _geohash(value: bytes) -> bytes | None:
    return None if value.isdigit() or value.isalpha() else value


def _near_pair(value: bytes) -> bytes | None:
    """With one decimal each they are anything's: a mouse's, a window's, a ratio's."""
    parts = [number.partition(b".")[2] for number in _NUMBER.findall(value)][:2]
    return pair_in_range(value) if any(len(part) > 1 for part in parts) else None


def _map_fragment(value: bytes) -> bytes | None:
    return pair_in_range(value.partition(b"/")[2]) and value


def _anything(value: bytes) -> bytes | None:
    return value


def _in_range(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180 and bool(latitude or longitude)


def pair_in_range(value: bytes) -> bytes | None:
    """Its first two numbers, in either order; a third is the altitude or the zoom."""
    numbers = [float(n) for n in _NUMBER.findall(value)][:2]
    if len(numbers) == 2 and (_in_range(*numbers) or _in_range(*reversed(numbers))):
        return value
    return None


# Another column of a table; of more numbers with as many decimals, no two are a place.
_COLUMN = rb"[+\-]?[0-9]{1,14}(?:\.[0-9]{1,5})?"
_COLUMN_BEFORE = re.compile(rb"(?<![0-9.])" + _COLUMN + rb"[,;]\Z")
_COLUMN_BEHIND = re.compile(rb"[,;]" + _COLUMN + rb"(?![0-9.])")
_COLUMN_BYTES = 24


def is_pair(text: bytes, start: int, end: int) -> bool:
    """Whether no third number follows or precedes, except as a column of its own."""
    before, value = text[max(0, start - _COLUMN_BYTES) : start], text[start:end]
    behind = text[end : end + _COLUMN_BYTES]
    if _COLUMN_BEFORE.search(before):
        before = b""
    if _COLUMN_BEHIND.match(behind):
        behind = b""
    first = len(before)
    return is_underscored(before + value + behind, first, first + len(value))


# What has a beginning and an end, and is no place: an interval, the bounds of an axis.
_INTERVAL = re.compile(
    rb"(?i)\b(?:ranges?|interval|bounds|limits?|domain|[xy]lim|durations?|"
    rb"elapsed|loss(?:es)?|matrix|vector|weights?|scores?|ratios?|metrics?|mean|std|learning rate)"
    rb"\\?[\"']?[ =:]{0,3}[\[(]?\Z"
)
_INTERVAL_BYTES = 20


def _is_no_interval(text: bytes, start: int, end: int) -> bool:
    """The same where no word says that it is a place."""
    low = max(0, start - _INTERVAL_BYTES)
    return is_pair(text, start, end) and _INTERVAL.search(text, low, start) is None


def _no_opposites(value: bytes) -> bytes | None:
    """What is as far below nought as above it is an interval: -12.345678, 12.345678."""
    first, second = (float(number) for number in _NUMBER.findall(value)[:2])
    return None if first == -second else pair_in_range(value)


_MARK = r"[=:\\\"'\s]{1,6}"
_LATITUDE_KEY = re.compile(
    rb"(?i)(?:\b|_|gps)lat(?:itude?)?[=:\\\"'\s]{1,6}([+\-]?[0-9]{1,2}\.[0-9]{1,17})(?![0-9]|"
    rb"[.:][0-9])"
)
_LONGITUDE = rf"(?i)lo?ng?(?:itude?)?{_MARK}[+\-]?[0-9]{{1,3}}\.[0-9]"
_LONGITUDE_KEY = re.compile(
    rb"(?i)(?:\b|_|gps)lo?ng?(?:itude?)?[=:\\\"'\s]{1,6}([+\-]?[0-9]{1,3}\.[0-9]{1,17})(?![0-9]|"
    rb"[.:][0-9])"
)
# One of them by itself, as JSON has it that stands on several lines.
_FULL_KEY = (
    r"(?i)(?:\b|_|gps_?)(?:latitude?|longitude?|breitengrad|"
    r"l\x{e4}ngengrad)[\\\"']{0,3}[ \t]{0,30}[=:][\\\"'\s]{0,5}"
    r"[+\-]?[0-9]{1,3}\.[0-9]{3,17}\b"
)
_FULL_KEY_GATE = (
    r"(?i)(?:latitude?|longitude?|ngengrad|breitengrad)[\\\"']{0,3}(?:\s?[=:]|[ \t]{2})"
)
_FULL_KEY_FIND = Pattern(_FULL_KEY)
_AT_END = re.compile(rb"[+\-]?[0-9]{1,3}\.[0-9]{3,17}\Z")
_KEYED_BYTES = 96  # between the two, as {"latitude":…,"accuracy":…,"longitude":…} has them


def _find_keyed(text: bytes) -> Iterable[Found]:
    """A latitude and a longitude by their keys: as one where only signs part them, else each."""
    latitudes = list(_LATITUDE_KEY.finditer(text))
    starts = [each.start() for each in latitudes]
    for longitude in _LONGITUDE_KEY.finditer(text) if latitudes else ():
        behind = bisect_left(starts, longitude.start())
        latitude = min(
            latitudes[max(0, behind - 1) : behind + 1],
            key=lambda each: abs(each.start() - longitude.start()),
        )
        first, then = sorted((latitude.span(1), longitude.span(1)))
        if then[0] - first[1] <= _KEYED_BYTES and _in_range(
            float(latitude[1]), float(longitude[1])
        ):
            if any(byte in b"0123456789" for byte in text[first[1] : then[0]]):
                yield (*first, text[slice(*first)])
                yield (*then, text[slice(*then)])
            else:
                yield first[0], then[1], text[first[0] : then[1]]


def _find_single(text: bytes) -> Iterable[Found]:
    for start, end in _FULL_KEY_FIND.spans(text):
        value = _AT_END.search(text, start, end)
        if value is not None and 0 < abs(float(value[0])) <= 180:
            yield value.start(), end, value[0]


_BEHIND = r"[0-9]{1,2}(?:\.[0-9]+)?[\x{b0} ]{0,2}[0-9.' \"\x{2032}\x{2033}]{0,14}[NS]"
_HEMISPHERES = (
    rf"{_BEHIND}[ ,;/]{{1,3}}"
    r"[0-9]{1,3}(?:\.[0-9]+)?[\x{b0} ]{0,2}[0-9.' \"\x{2032}\x{2033}]{0,14}[EW]\b"
)
_HEMISPHERES_GATE = r"[0-9.\x{b0}'\"\x{2032}\x{2033} ][NS][ ,;/]{1,3}[0-9]"
_HEMISPHERES_BEFORE = (
    r"[NS] ?[0-9]{1,2}[\x{b0} .][0-9.' \"\x{b0}\x{2032}\x{2033}]{1,16}[ ,;/]{0,3}"
    r"[EW] ?[0-9]{1,3}[\x{b0} .]{1,2}[0-9.'\"\x{b0}\x{2032}\x{2033}]{1,3}"
    r"(?:[0-9.' \"\x{2032}\x{2033}]{0,14}[0-9'\"\x{2032}\x{2033}])?"
)
_HEMISPHERES_BEFORE_GATE = r"[NS] ?[0-9]{1,2}[\x{b0} .][0-9.' \"\x{b0}\x{2032}\x{2033}]"
# One of them, to the second.
_SECONDS = (
    r"[0-9]{1,3} ?(?:\x{b0}|deg) ?[0-9]{1,2} ?['\x{2032}] ?[0-9]{1,2}(?:\.[0-9]+)? ?"
    r"(?:\"|''|\\\"|\x{2033}) ?[NSEW]\b"
)
_SECONDS_GATE = r"[0-9] ?(?:\x{b0}|deg) ?[0-9]{1,2} ?['\x{2032}]"


def _whole(pattern: str, gate: str) -> Finder:
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            if not text[start - 1 : start].isalnum():
                yield start, end, text[start:end]

    return Finder(gate, find, "A")


_NMEA = r"\$[A-Z]{2}(?:GGA|GLL|RMC|GNS|BWC|WPL),[ -)+-~]{8,100}(?:\*[0-9A-Fa-f]{2})?"
_NMEA_GATE = r"\$[A-Z]{2}(?:GGA|GLL|RMC|GNS|BWC|WPL),"
_NMEA_FIND = Pattern(_NMEA)
_NMEA_PLACE = re.compile(rb"[0-9]{4}(?:\.[0-9]+)?,[NS],[0-9]{5}(?:\.[0-9]+)?,[EW]")


def _nmea(tier: Tier) -> Finder:
    """Positions in sentences of GPS receivers: the checksum is the XOR of what $ and * enclose."""

    def find(text: bytes) -> Iterable[Found]:
        for start, end in _NMEA_FIND.spans(text):
            sentence, star, check = text[start + 1 : end].partition(b"*")
            proved = bool(star) and reduce(xor, sentence) == int(check, 16)
            place = _NMEA_PLACE.search(text, start, end)
            if place is not None and proved is (tier == "A"):
                yield place.start(), place.end(), place.group()

    return Finder(_NMEA_GATE, find, tier)


GEO = Detector(
    name="geo",
    sentence=(
        "Pairs of latitude and longitude: keyed, with hemispheres, in geo: and map URLs and NMEA "
        "sentences, exact to metres, or near a word such as position."
    ),
    form=Form.TEXT,
    finders=(
        Finder(_LONGITUDE, _find_keyed, "A"),
        Finder(_FULL_KEY_GATE, _find_single, "B", needs=_FULL_KEY_FIND),
        _whole(_HEMISPHERES, _HEMISPHERES_GATE),
        _whole(_HEMISPHERES_BEFORE, _HEMISPHERES_BEFORE_GATE),
        _whole(_SECONDS, _SECONDS_GATE),
        alone(_GEO_URI, "A", pair_in_range, bounded=is_proved),
        alone(_MAP_URL, "A", pair_in_range, gate=_MAP_URL_GATE, edge="", bounded=is_proved),
        alone(_MAP_FRAGMENT, "A", _map_fragment, gate=_MAP_FRAGMENT_GATE, edge=""),
        alone(_ISO_6709, "A", _anything, gate=_ISO_6709_GATE, edge=""),
        near(_PLUS_CODE_WORD, _PLUS_CODE, "B", _anything),
        near(r"\bgeo_?hash", _GEOHASH, "B", _geohash, behind=False, within=8),
        _nmea("A"),
        _nmea("B"),
        alone(
            *(_DECIMAL_PAIR, "B", _no_opposites),
            gate=_DECIMAL_GATE,
            edge="",
            bounded=_is_no_interval,
        ),
        near(_MET_WORD, _EXACT_PAIR, "B", pair_in_range, edge="", bounded=is_pair),
        near(_PLACE_WORD, _NEAR_PAIR, "B", _near_pair, edge="", bounded=is_pair),
    ),
)
