"""What a test is not named after: a value that has the form of somebody's identifier."""

from __future__ import annotations

import re
import unicodedata

_ALONE, _END = r"(?<![0-9a-z])", r"(?![0-9a-z])"
# Of text whose digits are those of ASCII. Rather a few other values too than one of these.
_FORMS = {
    "mail": r"@",
    "MAC": r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}",
    "MAC, as Cisco writes it": r"[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}",
    "MAC, bare": rf"{_ALONE}[0-9a-f]{{12}}{_END}",
    "IPv4": r"\d{1,3}(?:\.\d{1,3}){3}",
    "IPv6": r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}:[0-9a-f]{1,4}",
    "IPv6, cut at its end": rf"{_ALONE}(?:[0-9a-f]{{1,4}}:)+:",
    "IPv6, cut at its beginning": rf"::[0-9a-f]{{1,4}}{_END}",
    "phone, of any country": r"\+[1-9][\d ()-]{6,}",
    "phone, from within": r"(?<![\w.-])0(?:0?[ ()/.-]{0,2}[1-9])(?:[ ()/.-]{0,2}\d){7,13}(?!\w)",
    "phone, of America": r"\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}(?!\d)",
    "IMEI, card, account": r"(?<!\d)\d(?: ?\d){11,15}(?!\d)",
    # Not any numbers with a dash between: that is how pytest puts parameters together.
    "IMEI or card with dashes": r"\d{2}-\d{6}-\d{6}|\d{4}(?:-\d{4}){2}",
    "UUID": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "UUID, bare": rf"{_ALONE}[0-9a-f]{{32}}{_END}",
    "SID": r"S-1-\d+(?:-\d+)+",
    "somebody's folder": r"(?:/home|[/\\]Users)[/\\]+[^/\\\s<]",
}
_RAW = re.compile("|".join(f"(?:{form})" for form in _FORMS.values()), re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2})")


def is_raw(value: object) -> bool:
    return isinstance(value, str | bytes | int) and _RAW.search(_plain(value)) is not None


def is_named_raw(test: str) -> bool:
    """Of a test's name, in which pytest escapes what is not ASCII."""
    return is_raw(_ESCAPED.sub(lambda found: chr(int(found.group()[2:], 16)), test))


def _plain(value: str | bytes | int) -> str:
    """In the letters and digits of ASCII, whatever script they stand in."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="ignore") + "\n" + value.decode("latin-1")
    text = str(value)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(char, char)) for char in text)
