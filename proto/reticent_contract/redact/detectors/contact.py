"""Where a person is reached: phone numbers.

A phone number with `+` is proved by its country's numbering plan (`phonenumbers`, imported when the
first candidate is seen). A national number has no check: it is found near a word such as phone,
or, where the policy says in which region the laptops are (`scan: {phone_region: IN}`), in a
spelling with joints or a leading zero that the region's plan knows.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.counted import is_numbered
from reticent_contract.redact.detectors.model import Detector, Finder
from reticent_contract.redact.detectors.near import alone, near
from reticent_contract.redact.phones import is_possible, is_valid

_REST = r"(?:(?:[ .\-/()]{0,2}| / )[0-9]){6,14}"
_PLUS = rf"(?:\+|\b00)[ ]?(?:\(?[1-9][0-9]{{0,3}}\)?){_REST}"
_PLUS_GATE = r"(?:\+|\b00) ?\(?[1-9][0-9 ()./\-]{3}"
_NATIONAL = rf"\(?[0-9]{_REST}(?: ?x[0-9]{{1,5}})?"
_NOUN = (
    r"(?:phone|mobile|\btel[e\x{e9}]?(?:ph|f)?(?:one?|no|oon)?\b|telef[o\x{f3}]|"
    r"\bcell?(?:ular(?:e|es)?)?\b|puhelin|toll[ \-]?free|\bwa\.me/|\balt(?:ernate|ernative)? no\b|"
    r"\x{442}\x{435}\x{43b}(?:\x{435}\x{444}\x{43e}\x{43d}|\.)|\x{643a}\x{5e2f}|[\x{7535}\x{624b}]"
    r"[\x{8bdd}\x{673a}]|\x{c804}\x{d654}|\x{d734}\x{b300}\x{d3f0}|\x{647}\x{627}\x{62a}\x{641}|"
    r"\x{62c}\x{648}\x{627}\x{644}|\x{bae}\x{bca}\x{baa}\x{bc8}\x{bb2}\x{bcd}|"
    r"m\x{f3}vil|\bmobiel\b|kom\x{f3}rk|\bhandy\b|\btlf\b|caller[ _\-]?id|hotline|landline|"
    r"\bvoice ?mail\b|\b(?:call(?:er|ing|ed|ee)|dial(?:ed|led)|from|to|src|dst|source|destination|"
    r"sender|recipient|subscriber)[ _\-]?(?:no|num|number)\b|\b(?:sip|tel):|\b(?:pj)?sip/|"
    r"\bfax\b|whats ?app|"
    r"\bsms\b|\bmsisdn\b|"
    r"\bcontact[ _]?(?:no|num|number)\b|handynummer|"
    r"\bmobil(?:nummer)?\b|rufnummer|t\x{e9}l|\x{96fb}\x{8a71}|"
    r"\x{92b}\x{93c}?\x{94b}\x{928}|\x{95e}\x{94b}\x{928}|"
    r"\x{92e}\x{94b}\x{92c}\x{93e}\x{907}\x{932}|"
    r"\bmob\b|\bph\b|\bhelpline\b|\bangerufen\b|\banruf\b|r\x{fc}ckruf\b)"
)
_VERB = (
    r"(?:\bcontact\b|\bcall(?:ed|ing|[ _]?back|er[ _]?id)?\b|\bdial(?:ed|ling)?\b|\botp\b|"
    r"\btext(?:ed)?\b|\bportable\b|(?:dest|source|destination)_addr|\bcdr\b|\bm: ?|"
    r"\breach(?:ed)? (?:me|us|him|her|them)\b|\bcli\b|"
    r"\bclid\b|\bani\b)"
)
_LONG_DIGITS = 10
_EPOCH_DIGITS = (10, 13, 16)
_DIGITS_IN = re.compile(rb"[0-9]")
_JOINT_IN = re.compile(rb"[ .\-()]")
_DATE = re.compile(
    rb"(?:19|20)[0-9]{2}[-./ ][0-9]{2}[-./ ][0-9]{2}|[0-9]{2}[-./][0-9]{2}[-./](?:19|20)[0-9]{2}"
)
_IP = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


def _is_time_or_address(value: bytes, digits: str) -> bool:
    """Epochs of this century in s, ms, µs begin with 1; dates and addresses have their joints."""
    if digits == value.decode("ascii", "replace") and len(digits) in _EPOCH_DIGITS:
        return digits.startswith("1")
    return _DATE.match(value) is not None or _IP.fullmatch(value.strip(b"()")) is not None


def _digits(value: bytes) -> str:
    return b"".join(_DIGITS_IN.findall(value)).decode()


@lru_cache(maxsize=2_048)
def _international(value: bytes) -> bytes | None:
    return value if is_valid(value.decode()) else None


@lru_cache(maxsize=2_048)
def _international_possible(value: bytes) -> bytes | None:
    return value if _international(value) is None and is_possible(value.decode()) else None


@lru_cache(maxsize=2_048)
def _national(value: bytes) -> bytes | None:
    digits = _digits(value)
    if not 7 <= len(digits) <= 13 or _is_time_or_address(value, digits):
        return None
    return value if len(set(digits)) > 1 and not digits.startswith("000") else None


@lru_cache(maxsize=2_048)
def _national_long(value: bytes) -> bytes | None:
    """Behind a verb, which other numbers follow as well: what is too long for most of them."""
    return _national(value) if len(_digits(value)) >= _LONG_DIGITS else None


def phone(region: str | None) -> Detector:
    """The detector of phone numbers for laptops in `region` (ISO 3166-1), None where not said."""
    finders = [
        alone(_PLUS, "A", _international, gate=_PLUS_GATE, bounded=_is_apart, edge=""),
        near(_VERB, _NATIONAL, "B", _national_long, behind=False, bounded=_is_to_call, edge=""),
        near(_NOUN, _PLUS, "B", _international_possible, bounded=_is_to_call, edge=""),
        near(_NOUN, _NATIONAL, "B", _national, behind=False, bounded=_is_to_call, edge=""),
    ]
    if region is not None:
        finders.insert(1, _of_region(region))
    return Detector(
        name="phone",
        sentence=(
            "Phone numbers: with + by their country's numbering plan, others near a word such as "
            "phone; where scan.phone_region is set, also those of that region with joints or a 0."
        ),
        form=Form.PHONE,
        finders=tuple(finders),
    )


def _is_apart(text: bytes, start: int, end: int) -> bool:
    """Not a part of a longer number, a word, an address, a version."""
    before = text[start - 1 : start]
    if before.isalnum() or before in (b"_", b"+", b"#", b"$", b"@", b"%") or before >= b"\x80":
        return False
    if before in (b".", b"-", b"/", b":", b",") and text[start - 2 : start - 1].isdigit():
        return False
    behind = text[end : end + 1]
    if behind.isalnum() or behind in (b"_", b"%") or behind >= b"\x80":
        return False
    return not (behind in (b".", b"-", b"/", b":", b",") and text[end + 1 : end + 2].isdigit())


def _is_to_call(text: bytes, start: int, end: int) -> bool:
    return _is_apart(text, start, end) and not is_numbered(text, start, end)


def _of_region(region: str) -> Finder:
    """National numbers without a word: only where they are written as people write them."""

    @lru_cache(maxsize=2_048)
    def accept(value: bytes) -> bytes | None:
        digits = _digits(value)
        if not 7 <= len(digits) <= 13 or _is_time_or_address(value, digits):
            return None
        if _JOINT_IN.search(value) is None and not digits.startswith("0"):
            return None
        return value if is_valid(value.decode(), region=region) else None

    shape = r"\(?[0-9]{1,6}\)?(?:[ .\-][0-9]{2,8}){1,4}|\([0-9]{2,5}\)[0-9]{4,8}|0[1-9][0-9]{7,10}"
    gate = r"(?:\b|\()(?:[0-9]{1,6}\)?[ .\-][0-9]{2,8}|0[1-9][0-9]{7}|[0-9]{2,5}\)[0-9]{4})"
    return alone(shape, "A", accept, gate=gate, bounded=_is_apart, edge="")


PHONE = phone(None)
