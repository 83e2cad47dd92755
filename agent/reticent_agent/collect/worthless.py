"""Values that identify nothing, because a maker left them as they came.

Enters: text that firmware or a device reports. Leaves: the text, or None.
Must hold: two laptops never look like one because both makers forgot the same form. A worthless
value is dropped where it is read: the field is absent.
"""

from __future__ import annotations

import re

_UUIDS = frozenset(
    {
        "03000200040005000006000700080009",
        "030201000504070608090a0b0c0d0e0f",
        "10000000000080000040000000000000",
    }
)
_PHRASES = frozenset(
    {
        "default string",
        "to be filled by o.e.m.",
        "to be filled by o.e.m",
        "system serial number",
        "none",
        "(none)",
        "n/a",
        "unknown",
        "not specified",
        "not present",
        "not available",
    }
)
# What firmware writes where no asset tag or serial number was set; seen at Lenovo, Dell, ASUS.
_UNSET_IDENTIFIERS = frozenset(
    {
        "no asset information",
        "no asset tag",
        "not applicable",
        "chassis serial number",
        "base board serial number",
        "0123456789",
        "1234567890",
        "123456789",
    }
)
# Zeros, or the ones of an empty memory cell.
_BLANK_NUMBER = re.compile(r"(0x)?([0{}.:\s-]+|[f{}.:\s-]+)", re.IGNORECASE)
_UUID_PUNCTUATION = str.maketrans("", "", "-{} ")


def described(text: str | None) -> str | None:
    """`text` trimmed, or None where it says nothing: for models, vendors, versions."""
    if text is None:
        return None
    text = " ".join(text.split())
    return text if text and text.casefold() not in _PHRASES else None


def identifying(text: str | None) -> str | None:
    """`text` trimmed, or None where it identifies nothing: for serial numbers and tags."""
    text = described(text)
    if text is None or text.casefold() in _UNSET_IDENTIFIERS or _BLANK_NUMBER.fullmatch(text):
        return None
    return None if text.translate(_UUID_PUNCTUATION).casefold() in _UUIDS else text


def identifying_uuid(text: str | None) -> str | None:
    """A UUID in lower case with its dashes, or None where it is malformed or identifies nothing."""
    text = identifying(text)
    if text is None:
        return None
    digits = text.translate(_UUID_PUNCTUATION).casefold()
    if not re.fullmatch(r"[0-9a-f]{32}", digits):
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
