"""Devices and accounts of a system: IMEI, IMEISV and MEID, ICCID and IMSI, Windows SIDs.

An IMEI has a check digit (Luhn), which one in ten numbers of 15 digits passes by chance: bare
digits are one only near a word that says so, or where they begin as those of a reporting body do
(GSMA TS.06) and count nothing. Dashed, as 3GPP TS 23.003 groups it, the check is
enough. An ICCID is proved by 89 (ITU-T E.118) and Luhn, near a word. A MEID in hexadecimal digits
becomes its decimal form (3GPP2 S.R0048), so that both are one. An IMSI has no check at all.
SIDs of the system (S-1-5-18, S-1-5-32-…) name nobody and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reticent_contract.catalog.model import Form
from reticent_contract.redact.checksums import luhn
from reticent_contract.redact.detectors.counted import is_no_count
from reticent_contract.redact.detectors.grouped import Grouped, grouped
from reticent_contract.redact.detectors.model import Detector, Found, finder_at, whole_match
from reticent_contract.redact.detectors.near import UNDERSCORED, alone, compact, is_told, near
from reticent_contract.redact.detectors.regrouped import by_check

# Of the audit of a DHCP server of Windows: 11,11/03/26,10:00:00,Renew,192.0.2.19,pc7,0800275A11CE,
_ROW_GATE = r",[0-9A-F]{12},"
_ROW = r",[0-9]{1,3}(?:\.[0-9]{1,3}){3},[A-Za-z0-9.\-]*,([0-9A-F]{12}),"
_CONTEXT = r"(?:imei|meid|\b(?:device|handset)[ _]?(?:id|number|no)\b)"
_CHECKED_CONTEXT = (
    r"(?:imei|meid|\+cgsn\b|\bmodem\b|\bequipment\b|\bhandset\b|\bdevices?/|"
    r"\bdevice[ _]?(?:id|number|no)\b)"
)
_GROUPED = (
    r"[0-9]{2}-[0-9]{6}-[0-9]{6}-[0-9]|[0-9]{6}-[0-9]{2}-[0-9]{6}-[0-9]|"
    r"[0-9]{6}/[0-9]{2}/[0-9]{6}/[0-9]"
)
_ANY = r"[0-9]{14,16}|[0-9]{2}[ +\-][0-9]{6}[ +\-][0-9]{6}(?:[ +\-][0-9]{1,2})?"
_ANY += r"|[0-9]{6}[ +\-/][0-9]{2}[ +\-/][0-9]{6}(?:[ +\-/][0-9]{1,2})?"
# By the code of its type, as a URN has it (RFC 7254), and in groups of any size.
_ANY += r"|[0-9]{8}[ +\-/][0-9]{6}(?:[ +\-/][0-9]{1,2})?|[0-9]{13} [0-9]{2}"
_ANY += r"|[0-9]{2}(?:[ .\-][0-9]{2}){6}[ .\-][0-9]{1,2}|[0-9]{3}(?:[.\-][0-9]{3}){4}"
_ANY += r"|[0-9]{8}[ \-][0-9]{7}|[0-9]{6}[ \-][0-9]{6}[ \-][0-9]{3}"
_ANY += r"|[0-9]{4}(?:-[0-9]{4}){2}-[0-9]{3}"
_ANY += r"|[0-9]{3}(?:[ +][0-9]{3}){4}|[0-9]{4}(?:[ +][0-9]{4}){2}[ +][0-9]{3}"
_GLUED = r"(?i)imei([0-9]{15})(?:[^0-9a-z]|$)"  # and no sign between
_BODY = r"(?:01|35|86|9[189]|4[459]|5[0-4])"  # 35 and 86, of Europe and China, of nearly all
_REPORTED = rf"{_BODY}[0-9]{{13}}"
_REPORTED_GATE = rf"{UNDERSCORED}{_BODY}[0-9]{{6}}[0-9]{{7}}"
# Of digits alone it is looked for as an IMEI is.
_MEID_HEX = r"(?i)[a-f][0-9a-f]{13}|[a-f][0-9a-f]{5}-[0-9a-f]{6}-[0-9a-f]{2}"
_MEID_CHARS = 8  # of the manufacturer; the serial number follows
_ICCID = r"89(?:[ +\-]?[0-9]{2,5}){4,9}"
_ICCID_CONTEXT = (
    r"(?:iccid|\bccid\b|\bsim[ _\-]?(?:card|id|number|no)\b|\bsim[ _\-]?serial|"
    r"\be?sim(?: profile)?\b)"
)
_IMSI_CONTEXT = r"(?:imsi|\bsubscriber[ _]?id\b|\+cimi\b)"
_SUBSCRIBER = r"[2-7][0-9]{14}"  # begins with the code of a country
_EID_CONTEXT = r"(?:\beid\b|esim|euicc)"
_EID = r"89[0-9]{30}|89[0-9]{2}(?: [0-9]{4}){7}|89(?: ?[0-9]{2,4}){8,15}"
_EID_DIGITS = 32
_SID = r"(?i)S-1-(?:5-21|12-1)(?:-[0-9]{1,10}){2,5}"


def _checked(value: bytes) -> bytes | None:
    digits = compact(value)
    return value if len(digits) == 15 and int(digits) and luhn(digits) else None


def _unchecked(value: bytes) -> bytes | None:
    return value if _checked(value) is None and int(compact(value)) else None


def _meid(value: bytes) -> bytes | None:
    value = value.replace(b"-", b"")
    manufacturer, serial = int(value[:_MEID_CHARS], 16), int(value[_MEID_CHARS:], 16)
    return b"%010d%08d" % (manufacturer, serial)


def _iccid(value: bytes) -> bytes | None:
    digits = compact(value)
    return value if 18 <= len(digits) <= 20 and luhn(digits) else None


def _iccid_unchecked(value: bytes) -> bytes | None:
    return value if 18 <= len(compact(value)) <= 20 and _iccid(value) is None else None


def _eid(value: bytes) -> bytes | None:
    return value if len(compact(value)) == _EID_DIGITS else None


def _imsi(value: bytes) -> bytes | None:
    return value if int(value) else None


def _find_in_row(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for start, end, _ in spans:
        yield start, end, text[start:end]


MAC_IN_ROW = finder_at(_ROW_GATE, Grouped(_ROW), _find_in_row, "B", reads=(0, 0))


def _take_glued(start: int, value: bytes) -> Found | None:
    return (start, start + len(value), value) if _checked(value) else None


IMEI = Detector(
    name="imei",
    sentence=(
        "IMEI, IMEISV and MEID of phones and modems, ICCID, EID and IMSI of their SIM cards, "
        "near a "
        "word that says so; a dashed IMEI alone."
    ),
    form=Form.DIGITS,
    finders=(
        alone(_GROUPED, "A", _checked),
        alone(_REPORTED, "A", _checked, gate=_REPORTED_GATE, bounded=is_no_count),
        grouped(_GLUED, r"(?i)imei[0-9]{6}", _take_glued),
        near(_CHECKED_CONTEXT, _ANY, "A", _checked, bounded=is_told),
        by_check(_CHECKED_CONTEXT, _checked, digits=range(15, 16)),
        near(_CONTEXT, _ANY, "B", _unchecked),
        near(r"meid", _MEID_HEX, "B", _meid),
        near(_ICCID_CONTEXT, _ICCID, "A", _iccid, bounded=is_told),
        near(_ICCID_CONTEXT, _ICCID, "B", _iccid_unchecked),
        near(_EID_CONTEXT, _EID, "A", _eid, bounded=is_told),  # GSMA SGP.02
        near(_IMSI_CONTEXT, r"[0-9]{14,15}", "B", _imsi),
        near(r"\bsubscriber\b", _SUBSCRIBER, "B", _imsi, behind=False, within=4),
    ),
)
SID = Detector(
    name="sid",
    sentence="Windows security identifiers (SID) of accounts and computers, not of the system.",
    form=Form.SERIAL,
    finders=(whole_match(_SID, "A"),),
)
