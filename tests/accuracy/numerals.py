"""Made-up numbers of every kind: with the right check digits, or with a wrong one.

Enters: a `random.Random`. Leaves: values as people and programs write them. The checksums are
written here a second time, from their standards, so that a mistake in the detectors' own is seen.
"""

from __future__ import annotations

import random
from string import ascii_uppercase, digits

# Verhoeff, "Error Detecting Decimal Codes", 1969: the dihedral group D5.
_TIMES = tuple(
    tuple((a + b) % 5 + 5 * (b > 4) if a < 5 else (a - b) % 5 + 5 * (b < 5) for b in range(10))
    for a in range(10)
)
_STEP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)
_BASE_36 = digits + ascii_uppercase


def some(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def luhn_digit(body: str) -> str:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, char in enumerate(reversed(body)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def verhoeff_digit(body: str) -> str:
    check = 0
    for place, char in enumerate(reversed(body), start=1):
        digit = int(char)
        for _ in range(place % 8):
            digit = _STEP[digit]
        check = _TIMES[check][digit]
    return str(_INVERSE[check])


def other_digit(rng: random.Random, digit: str) -> str:
    return rng.choice([d for d in digits if d != digit])


def mistyped(rng: random.Random, value: str) -> str:
    """`value` with another last digit or letter: no checksum holds any more."""
    last = value[-1]
    alphabet = digits if last.isdigit() else ascii_uppercase
    return value[:-1] + rng.choice([c for c in alphabet if c != last])


def grouped(value: str, sizes: tuple[int, ...], joint: str) -> str:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(value[at : at + size])
        at += size
    return joint.join(pieces)


def aadhaar(rng: random.Random) -> str:
    body = rng.choice("23456789") + some(rng, digits, 10)
    return body + verhoeff_digit(body)


def vid(rng: random.Random) -> str:
    body = rng.choice("23456789") + some(rng, digits, 14)
    return body + verhoeff_digit(body)


def imei(rng: random.Random) -> str:
    """Type allocation codes begin with the two digits of the body that gave them (3GPP 23.003)."""
    body = rng.choice(("35", "86", "01", "99", "45")) + some(rng, digits, 12)
    return body + luhn_digit(body)


def imeisv(rng: random.Random) -> str:
    return rng.choice(("35", "86", "01")) + some(rng, digits, 14)


def pan(rng: random.Random, *, classes: str = "PCHFATBLJG") -> str:
    return (
        some(rng, ascii_uppercase, 3)
        + rng.choice(classes)
        + some(rng, ascii_uppercase, 1)
        + some(rng, digits, 4)
        + some(rng, ascii_uppercase, 1)
    )


def gstin(rng: random.Random) -> str:
    """State, PAN, number of the registration, Z, check character modulo 36."""
    state = rng.choice(("07", "09", "19", "24", "27", "29", "32", "33", "36", "37"))
    body = state + pan(rng) + rng.choice("123456789") + "Z"
    total = 0
    for place, char in enumerate(body):
        product = _BASE_36.index(char) * (1 + place % 2)
        total += product // 36 + product % 36
    return body + _BASE_36[-total % 36]


def epic(rng: random.Random) -> str:
    return some(rng, ascii_uppercase, 3) + some(rng, digits, 7)


def passport(rng: random.Random) -> str:
    return rng.choice("ABCEFGHJKLMNPRSTUVWZ") + rng.choice("123456789") + some(rng, digits, 6)


def vehicle(rng: random.Random) -> tuple[str, str, str, str]:
    """State, district, series, number."""
    state = rng.choice(("KA", "MH", "DL", "TN", "UP", "GJ", "KL", "RJ", "WB", "TS", "AP", "HR"))
    series = some(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ", rng.choice((1, 2)))
    return state, f"{rng.randint(1, 79):02d}", series, f"{rng.randint(1, 9999):04d}"


def ifsc(rng: random.Random) -> str:
    bank = rng.choice(("HDFC", "ICIC", "SBIN", "UTIB", "KKBK", "PUNB", "BARB", "YESB"))
    return f"{bank}0{some(rng, digits, 6)}"


def card(rng: random.Random) -> str:
    """Visa, Mastercard (both ranges), American Express, Discover, RuPay, JCB."""
    start, length = rng.choice(
        (
            ("4", 16),
            ("4", 16),
            ("51", 16),
            ("55", 16),
            ("2221", 16),
            ("2720", 16),
            ("34", 15),
            ("37", 15),
            ("6011", 16),
            ("65", 16),
            ("6521", 16),
            ("3530", 16),
        )
    )
    body = start + some(rng, digits, length - len(start) - 1)
    return body + luhn_digit(body)


_IBANS = {"DE": 18, "GB": 14, "FR": 23, "NL": 10, "CH": 17, "AT": 16, "SE": 20}


def iban(rng: random.Random) -> str:
    """ISO 13616, lengths of the SWIFT registry."""
    country = rng.choice(tuple(_IBANS))
    body = _french_account(rng) if country == "FR" else some(rng, digits, _IBANS[country])
    if country in ("GB", "NL"):
        body = some(rng, ascii_uppercase, 4) + body
    as_number = "".join(str(_BASE_36.index(c)) for c in f"{body}{country}00")
    return f"{country}{98 - int(as_number) % 97:02d}{body}"


def _french_account(rng: random.Random) -> str:
    """Bank, branch, account, and the key that makes all of it divisible by 97."""
    body = some(rng, digits, 21)
    return body + f"{97 - int(body) * 100 % 97:02d}"


def ssn(rng: random.Random) -> tuple[str, str, str]:
    area = rng.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03d}", f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 9999):04d}"


def mobile(rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """Country code and the groups of a mobile or area number as people there write it."""
    country = rng.choice(("91", "91", "91", "1", "44", "49", "33", "81", "61", "65"))
    if country == "91":
        first = rng.choice(("98450", "99001", "97412", "96323", "88612", "70223", "81059"))
        return country, (first, some(rng, digits, 5))
    if country == "1":
        area = rng.choice(("212", "415", "650", "303", "512", "617", "206", "312"))
        return country, (
            area,
            rng.choice("2345678") + rng.choice("23456789") + rng.choice("23456789"),
            some(rng, digits, 4),
        )
    if country == "44":
        return country, ("77" + some(rng, "123456789", 2), some(rng, digits, 6))
    if country == "49":
        return country, (rng.choice(("151", "160", "170", "171", "175")), some(rng, digits, 8))
    if country == "33":
        return country, (
            "6",
            rng.choice(("12", "22", "61", "82")),
            *(some(rng, "123456789", 2) for _ in range(3)),
        )
    if country == "81":
        return country, ("90", some(rng, "23456789", 4), some(rng, digits, 4))
    if country == "61":
        return country, ("4" + some(rng, "12", 2), some(rng, digits, 3), some(rng, digits, 3))
    return country, (
        rng.choice("89") + rng.choice("1234") + some(rng, digits, 2),
        some(rng, digits, 4),
    )
