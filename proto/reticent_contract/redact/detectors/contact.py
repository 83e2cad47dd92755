"""Where a person is reached: phone numbers.

A phone number with `+` is proved by its country's numbering plan (`phonenumbers`, imported when the
first candidate is seen). A national number has no check: it is found near a word such as phone,
or, where the policy says in which region the laptops are (`scan: {phone_region: IN}`), in a
spelling with joints or a leading zero that the region's plan knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.beside import (
    joined_before,
    joined_behind,
    letter_before,
    letter_behind,
)
from reticent_contract.redact.detectors.calling import (
    ASKED,
    CHANGED,
    ENDS,
    FIELD,
    FIELD_GATE,
    NOUN,
    OWNED,
    TALK,
    VERB,
    is_asked,
    is_long,
    is_of_signature,
    is_of_year,
    is_written,
)
from reticent_contract.redact.detectors.counted import is_numbered
from reticent_contract.redact.detectors.extension import extended, without
from reticent_contract.redact.detectors.mobiles import GATE, SHAPE, is_mobile, is_told
from reticent_contract.redact.detectors.model import Detector, Finder, Found, Sifted, finder_at
from reticent_contract.redact.detectors.near import (
    BEFORE_BYTES,
    BESIDE,
    Accept,
    Bounded,
    ValueOf,
    alone,
    near,
)
from reticent_contract.redact.phones import is_plausible, is_valid
from reticent_contract.redact.shapes import ANY_DIGIT

# A slash stands behind the code of an area; behind more digits another number begins. Forms write
# a blank as +.
_REST = r"(?:(?:[ +.\-/()]{0,2}| / )[0-9]){6}(?:[ +.\-()]{0,2}[0-9]){0,8}(?:/[0-9]{1,4}\b)?"
_PLUS = rf"(?:\+|\b00)[ ]?(?:\(?[1-9][0-9]{{0,3}}\)?){_REST}"
_PLUS_GATE = r"(?:\+|\b00) ?\(?[1-9][0-9 +()./\-]{3}"
_NATIONAL = rf"\(?[0-9]{_REST}"
# North America's, which nothing else has in this form where an extension follows.
_EXTENDED = r"[2-9][0-9]{2}\)?[ .\-]?[2-9][0-9]{2}[.\-][0-9]{4}"
_EXTENDED_GATE = r"(?i)[0-9][.\-][0-9]{4}(?: ?x|,? ext)"
# And with the code of an area in brackets.
_BRACKETED = r"\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[.\-][0-9]{4}"
_BARE = r"[0-9]{7,13}"
_LONG_DIGITS = 10
_EPOCH_DIGITS = (10, 13, 16)
_DIGITS_IN = re.compile(rb"[0-9]")
_JOINT_IN = re.compile(rb"[ .\-()]")
_DATE = re.compile(
    rb"(?:19|20)[0-9]{2}[-./ ][0-9]{2}[-./ ][0-9]{2}|[0-9]{2}[-./][0-9]{2}[-./](?:19|20)[0-9]{2}|"
    rb"[0-9]{1,2}([-./])[0-9]{1,2}\1(?:19|20)[0-9]{2}(?![0-9])|"
    rb"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}(?![0-9])"
)
_NO_NUMBER = re.compile(rb"(?:" + _DATE.pattern + rb"|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?![0-9])")
_UNBROKEN = re.compile(rb"[0-9]{7,}")
_OTHER_BEHIND = re.compile(rb"/|[ \-](?:" + _DATE.pattern + rb"|[0-9]{1,2}:[0-9]{2})")
_GROUP = re.compile(rb"[0-9]+")
_MORE = re.compile(rb"[ .\-/)]{0,4}([+(]{0,2}[0-9][0-9 +.\-/()]{5,38}[0-9])")
_NATIONAL_MAX = 13
_CHANGED_WITHIN = 24  # the first of two numbers
_RIGHT_BEHIND = 4  # a colon, a blank, a quote
_DIGITS_MIN, _DIGITS_MAX = 7, 15  # ITU-T E.164
_ENDS_MAX = 4
_CHARS_MAX = 40
_BEYOND_BYTES = 72  # the last number in a match may go on so far, with its extension
_READS = (12, _BEYOND_BYTES + 16)
_PLUS_SIGN = ord("+")
_ANDROID = re.compile(rb"(?<![A-Za-z0-9])[A-Z][A-Z0-9]{2}[A-Z0-9]\.\Z")  # AP1A.240505.004, a build
_ACCOUNT = re.compile(rb"\barn:[a-z\-]+:[a-z0-9\-]*:[a-z0-9\-]*:\Z")  # of Amazon's clouds
_ACCOUNT_BYTES = 48
_IP = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_DECIMAL = re.compile(rb"(?:[1-9][0-9]*|0)\.[0-9]{7,}|[0-9]{9,}\.[0-9]+")
_SECONDS = re.compile(rb"[0-9]{1,2}:[0-9]{2}:\Z")
_SIZE = re.compile(rb"\s?(?:bytes|[KMGT]i?B|[mun]s|sectors|blocks|pages|rows|records|entries)\b")
_HOUR = re.compile(rb"[ T][0-9]{1,2}\Z")
_MINUTE = re.compile(rb":[0-5][0-9](?![0-9])")
_HASHED = re.compile(rb"(?i)\b(?:tel|(?:tele)?phone|mobile|mob|cell|fax|ph|call ?back|cb) ?#\Z")
_HASHED_BYTES = 12
_SECONDS_BYTES = 6
_VERSION = re.compile(rb"[0-9]+(?:\.[0-9]+){1,4}")  # Safari/6531.15.5


def _is_time_or_address(value: bytes, digits: str) -> bool:
    """Epochs of this century in s, ms, µs begin with 1; dates and addresses have their joints."""
    if digits == value.decode("ascii", "replace") and len(digits) in _EPOCH_DIGITS:
        return digits.startswith("1")
    if _DATE.match(value.lstrip(b"(")) is not None or _DECIMAL.fullmatch(value) is not None:
        return True
    return _IP.fullmatch(value.strip(b"()")) is not None


def _spaced(value: bytes) -> bytes:
    """`value` with the blanks that a form writes as +."""
    return value[:1] + value[1:].replace(b"+", b" ")


def _digits(value: bytes) -> str:
    return b"".join(_DIGITS_IN.findall(value)).decode()


@lru_cache(maxsize=2_048)
def _international(value: bytes) -> bytes | None:
    value = _spaced(without(value))
    return value if is_valid(value.decode()) else None


@lru_cache(maxsize=2_048)
def _international_told(value: bytes) -> bytes | None:
    value = _spaced(without(value))
    return value if _international(value) is None and is_plausible(value.decode()) else None


@lru_cache(maxsize=2_048)
def _national(value: bytes) -> bytes | None:
    value = without(value)
    return None if _is_time_or_address(value, _digits(value)) else _asked(value)


@lru_cache(maxsize=2_048)
def _national_long(value: bytes) -> bytes | None:
    """Behind a verb, which other numbers follow as well: what is too long for most of them."""
    value = without(value)
    is_number = len(_digits(value)) >= _LONG_DIGITS and not is_of_year(value)
    return _national(value) if is_number else None


def _asked(value: bytes) -> bytes | None:
    """What only its words prove, even where it looks like a time."""
    value = without(value)
    digits = _digits(value)
    is_one = _DIGITS_MIN <= len(digits) <= _NATIONAL_MAX and len(set(digits)) > 1
    is_padded = value.startswith(b"000") and value.isdigit()
    return _spaced(value) if is_one and not is_padded else None


def _near(
    word: str,
    shape: str,
    accept: Accept,
    *,
    behind: bool = False,
    within: int = BEFORE_BYTES,
    bounded: Bounded | None = None,
    gate: str | None = None,
) -> Finder:
    return near(
        *(word, shape, "B", accept),
        bounded=bounded or _is_to_call,
        edge="",
        behind=behind,
        within=within,
        gate=gate,
        take=_each_number,
        beyond=_BEYOND_BYTES,
        reads=_READS,
    )


def phone(region: str | None) -> Detector:
    """The detector of phone numbers for laptops in `region` (ISO 3166-1), None where not said."""
    finders = [
        alone(
            *(_PLUS, "A", _international),
            gate=_PLUS_GATE,
            bounded=_is_apart,
            edge="",
            take=_each_number,
        ),
        _near(VERB, _NATIONAL, _national_long),
        _near(NOUN, _PLUS, _international_told, behind=True),
        _near(NOUN, _NATIONAL, _national),
        _near(rf"(?:{VERB}|{TALK}|{OWNED})", _PLUS, _international_told, behind=True),
        _near(ENDS, _PLUS, _international_told, within=_RIGHT_BEHIND),
        _near(TALK, _NATIONAL, _national, within=_RIGHT_BEHIND, bounded=_is_called),
        _near(
            FIELD, _NATIONAL, _national, within=_RIGHT_BEHIND, bounded=_is_called, gate=FIELD_GATE
        ),
        _near(CHANGED, _NATIONAL, _national, within=_CHANGED_WITHIN, bounded=_is_called),
        _near(OWNED, _NATIONAL, _national, behind=True, within=0, bounded=_is_called),
        _near(ASKED, _BARE, _asked, bounded=_is_asked_for),
        alone(
            *(_EXTENDED, "B", _national),
            gate=_EXTENDED_GATE,
            bounded=_is_extended,
            edge="",
            take=_each_number,
        ),
        alone(_BRACKETED, "B", _national, bounded=_is_apart, edge="", reads=_READS),
        finder_at(GATE, _MOBILE, _find_mobile, "B", reads=BESIDE),
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


def _may_be_mobile(text: bytes, start: int, end: int) -> tuple[int, int, bool] | None:
    start += text[start : start + 1] == b"_"
    end -= text[end - 1 : end] == b"_"
    return (start, end, True) if is_told(text, start, end) else None


_MOBILE = Sifted(SHAPE, _may_be_mobile)


def _find_mobile(text: bytes, spans: Sequence[tuple[int, int, bool]]) -> Iterable[Found]:
    for start, end, _ in spans:
        if is_mobile(text[start:end]) and _is_to_call(text, start, end):
            yield start, end, text[start:end]


def _is_apart(text: bytes, start: int, end: int) -> bool:
    """Not a part of a longer number, a word, an address, a version."""
    is_size = _SIZE.match(text, end) is not None
    return text[start - 1 : start] != b"+" and not is_size and _is_whole(text, start, end)


def _is_whole(text: bytes, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    if before == b"#" and _HASHED.search(text, max(0, start - _HASHED_BYTES), start) is None:
        return False
    if before in (b"$", b"@", b"%") or behind.isalnum() or behind == b"%":
        return False
    if before == b"+" and not text[start - 2 : start - 1].isalnum():
        return False  # its own, and no blank of a form
    if text[start] != _PLUS_SIGN and (
        before.isalnum() or letter_before(text, start) or joined_before(text, start, end)
    ):
        return False
    if letter_behind(text, end):
        return False
    return behind == b"/" or not joined_behind(text, start, end)


def _is_to_call(text: bytes, start: int, end: int) -> bool:
    if text[start - 1 : start] == b"." and _ANDROID.search(text, max(0, start - 6), start):
        return False
    if _ACCOUNT.search(text, max(0, start - _ACCOUNT_BYTES), start) is not None:
        return False
    if _is_of_time_or_version(text, start, end):
        return False
    return _is_whole(text, start, end) and not is_numbered(text, start, end)


def _is_of_time_or_version(text: bytes, start: int, end: int) -> bool:
    """10:15:07.849912, 23.12.05 10:15, Safari/6531.15.5, -4677.87361."""
    before = text[start - 1 : start]
    if before == b":":
        return _SECONDS.search(text, max(0, start - _SECONDS_BYTES), start) is not None
    if _MINUTE.match(text, end) and _HOUR.search(text, start, end):
        return True
    if before not in (b"/", b"-") or _VERSION.fullmatch(text, start, end) is None:
        return False
    return before == b"-" or text[start - 2 : start - 1].isalpha()


def _is_called(text: bytes, start: int, end: int) -> bool:
    """Behind a verb: written as a phone, or by its words nothing else."""
    if not (_is_to_call(text, start, end) and is_of_signature(text, start, end)):
        return False
    number = without(text[start:end])
    return is_written(number) or is_long(text, start, end) or is_asked(text, start, end)


def _is_asked_for(text: bytes, start: int, end: int) -> bool:
    return _is_to_call(text, start, end) and is_asked(text, start, end)


def _is_extended(text: bytes, start: int, end: int) -> bool:
    return len(without(text[start:end])) < end - start and _is_apart(text, start, end)


def _each_number(text: bytes, start: int, end: int, value_of: ValueOf) -> Iterable[Found]:
    """Of digits with joints the longest numbers: what follows one may be a count, a date, the next
    number."""
    limit = end
    if text[start - 1 : start].isdigit():  # the match before ended within a number
        more = _MORE.match(text, _digits_end(text, start))
        if more is None:
            return
        start, end = more.span(1)
    while start < limit:
        last = 0
        for each in _ends(text, start, end):
            whole = extended(text, each)
            value = value_of(start, whole)
            if value is not None:
                yield _opened(text, start, whole), whole, value
                last = whole
                break
        if not last:
            other = _NO_NUMBER.match(text, start)
            if other is None:
                return
            last = other.end()
        more = _MORE.match(text, last)
        if more is None:
            return
        start, end = more.span(1)


def _opened(text: bytes, start: int, end: int) -> int:
    """Where a number begins whose code stands in brackets: (+358) 38 2510670."""
    number = text[start:end]
    return start - (text[start - 1 : start] == b"(" and b")" in number and b"(" not in number)


def _digits_end(text: bytes, start: int) -> int:
    """Where the digits end that go on at `start`; of many, somewhere in them."""
    group = _GROUP.match(text, start, start + _CHARS_MAX)
    return group.end() if group else start


def _ends(text: bytes, start: int, end: int) -> Iterator[int]:
    """Where the number may end: where the match does, or before a joint."""
    yield end
    ends, count = [], 0
    for group in _GROUP.finditer(text, start, end):
        count += len(group[0])
        if _DIGITS_MIN <= count <= _DIGITS_MAX and group.end() < end:
            ends.append(group.end())
    for last in ends[: -_ENDS_MAX - 1 : -1]:
        if text[start] == _PLUS_SIGN or _is_complete(text, start, last):
            yield last


def _is_complete(text: bytes, start: int, last: int) -> bool:
    """Whether a number of no country may end there: 12 of a card's 16 digits are no phone."""
    if _UNBROKEN.fullmatch(text, start, last) or _OTHER_BEHIND.match(text, last):
        return True
    shape = text[start:last].translate(ANY_DIGIT)
    is_long = shape.count(b"0") >= _LONG_DIGITS
    return is_long and text[last + 1 : 2 * last - start + 1].translate(ANY_DIGIT) == shape


def _of_region(region: str) -> Finder:
    """National numbers without a word: only where they are written as people write them."""

    @lru_cache(maxsize=2_048)
    def accept(value: bytes) -> bytes | None:
        value = without(value)
        digits = _digits(value)
        if not _DIGITS_MIN <= len(digits) <= _NATIONAL_MAX or _is_time_or_address(value, digits):
            return None
        if _JOINT_IN.search(value) is None and not digits.startswith("0"):
            return None
        return value if is_valid(value.decode(), region=region) else None

    shape = r"\(?[0-9]{1,6}\)?(?:[ .\-][0-9]{2,8}){1,4}|\([0-9]{2,5}\)[0-9]{4,8}|0[1-9][0-9]{7,10}"
    gate = r"(?:\b|\()(?:[0-9]{1,6}\)?[ .\-][0-9]{2,8}|0[1-9][0-9]{7}|[0-9]{2,5}\)[0-9]{4})"
    return alone(*(shape, "A", accept), gate=gate, bounded=_is_apart, edge="", take=_with_extension)


def _with_extension(text: bytes, start: int, end: int, value_of: ValueOf) -> Iterable[Found]:
    whole = extended(text, end)
    value = value_of(start, whole)
    return () if value is None else ((start, whole, value),)


PHONE = phone(None)
