"""Devices and accounts of a system: IMEI and IMEISV, Windows SIDs.

An IMEI has a check digit (Luhn), which one in ten numbers of 15 digits passes by chance: bare
digits are one only near a word that says so. Dashed, as 3GPP TS 23.003 groups it, the check is
enough.
SIDs of the system (S-1-5-18, S-1-5-32-…) name nobody and stay.
"""

from __future__ import annotations

from reticent_contract.catalog.model import Form
from reticent_contract.redact.checksums import luhn
from reticent_contract.redact.detectors.model import Detector, whole_match
from reticent_contract.redact.detectors.near import alone, compact, near

_CONTEXT = r"(?:imei|meid|\b(?:device|handset)[ _]?(?:id|number|no)\b)"
_CHECKED_CONTEXT = (
    r"(?:imei|meid|\bmodem\b|\bequipment\b|\bhandset\b|\bdevices?/|\bdevice[ _]?(?:id|number|no)\b)"
)
_GROUPED = r"[0-9]{2}-[0-9]{6}-[0-9]{6}-[0-9]|[0-9]{6}-[0-9]{2}-[0-9]{6}-[0-9]"
_ANY = r"[0-9]{14,16}|[0-9]{2}[ \-][0-9]{6}[ \-][0-9]{6}(?:[ \-][0-9]{1,2})?"
_ANY += r"|[0-9]{6}[ \-][0-9]{2}[ \-][0-9]{6}(?:[ \-][0-9]{1,2})?"
_SID = r"(?i)\bS-1-(?:5-21|12-1)(?:-[0-9]{1,10}){3,5}"


def _checked(value: bytes) -> bytes | None:
    digits = compact(value)
    return value if len(digits) == 15 and int(digits) and luhn(digits) else None


def _unchecked(value: bytes) -> bytes | None:
    return value if _checked(value) is None and int(compact(value)) else None


IMEI = Detector(
    name="imei",
    sentence="IMEI and IMEISV of phones and modems, near a word such as IMEI, or dashed.",
    form=Form.DIGITS,
    finders=(
        alone(_GROUPED, "A", _checked),
        near(_CHECKED_CONTEXT, _ANY, "A", _checked),
        near(_CONTEXT, _ANY, "B", _unchecked),
    ),
)
SID = Detector(
    name="sid",
    sentence="Windows security identifiers (SID) of accounts and computers, not of the system.",
    form=Form.SERIAL,
    finders=(whole_match(_SID, "A"),),
)
