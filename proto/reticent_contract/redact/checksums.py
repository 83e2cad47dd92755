"""Check digits, as their specifications give them. Vectors: tests/redact/test_checksums.py.

Enters: ASCII digits (or letters where said), without joints. Leaves: whether the check holds.
Must hold: a text that is not of the right alphabet is False, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

_DOUBLED = tuple(2 * d - 9 * (d > 4) for d in range(10))
_FIRST = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _compose(a: int, b: int) -> int:
    """In the dihedral group of ten elements: 0 to 4 turn a pentagon, 5 to 9 flip it as well."""
    turned = (a + b if a < 5 else a - b) % 5
    return turned if (a < 5) == (b < 5) else turned + 5


def _permutations() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(_FIRST[d] for d in rows[-1]))
    return tuple(rows)


_DIHEDRAL = tuple(tuple(_compose(a, b) for b in range(10)) for a in range(10))
_PERMUTED = _permutations()


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1, annex B: payment cards, IMEI."""
    if not _is_digits(text):
        return False
    digits = [ord(c) - 48 for c in reversed(text)]
    return (sum(digits[::2]) + sum(_DOUBLED[d] for d in digits[1::2])) % 10 == 0


def verhoeff(text: str) -> bool:
    """J. Verhoeff, Error Detecting Decimal Codes (1969): Aadhaar numbers and their virtual IDs."""
    if not _is_digits(text):
        return False
    check = 0
    for i, c in enumerate(reversed(text)):
        check = _DIHEDRAL[check][_PERMUTED[i % 8][ord(c) - 48]]
    return check == 0


def mod97(text: str) -> bool:
    """ISO 7064 MOD 97-10 as ISO 13616 uses it: the IBAN, upper case, no blanks."""
    if not (text.isascii() and text.isalnum() and 5 <= len(text) <= 64) or text != text.upper():
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def gstin(text: str) -> bool:
    """The check character of India's GSTIN: Luhn's rule to the base 36."""
    if not (text.isascii() and text.isalnum() and text == text.upper() and len(text) == 15):
        return False
    total = 0
    for i, c in enumerate(text[:-1]):
        product = _BASE36.index(c) * (1 + i % 2)
        total += product // 36 + product % 36
    return _BASE36[-total % 36] == text[-1]


def digits_of(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


# What a detector of a policy's own may ask for. Only grows. Each takes what `COUNTED` gives.
CHECKSUMS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"luhn": luhn, "verhoeff": verhoeff, "mod97": mod97, "gstin": gstin}
)
# What of a match counts, where letters and joints stand in it that the specification has not.
COUNTED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"luhn": digits_of, "verhoeff": digits_of, "mod97": str, "gstin": str}
)
