"""India: Aadhaar and its virtual ID, PAN, GSTIN, EPIC, passport, vehicle, UPI ID, IFSC.

Sources: UIDAI (Verhoeff), the Income Tax Department (the fourth letter of a PAN is the holder's
class), GSTN (state code, check character), RTO (state codes), NPCI (handles), RBI (IFSC). Where a
check alone lets too much through (12 bare digits: one in ten), a word beside the value is asked
for; with a word, values that fail their check are found too: people mistype and invent.
"""

from __future__ import annotations

import re

from reticent_contract.catalog.model import Form
from reticent_contract.redact.checksums import gstin, luhn, verhoeff
from reticent_contract.redact.detectors.model import Detector, words
from reticent_contract.redact.detectors.near import Accept, alone, compact, near

_AADHAAR_WORD = r"(?:a+dha+r|\buidai\b|\buid (?:no|num|number)\b|\x{906}\x{927}\x{93e}\x{930})"
_AADHAAR_GROUPED = r"[2-9][0-9]{3}(?: [0-9]{4}){2}|[2-9][0-9]{3}(?:-[0-9]{4}){2}"
_AADHAAR_CHECKED_WORD = rf"(?:{_AADHAAR_WORD}|kyc\b|\bdocument\b)"
_AADHAAR_LOOSE = r"[0-9]{12}|[0-9]{4}(?:[ \-.][0-9]{4}){2}"
# uid=1000 stands in every other line of a log.
_UID = r"\buid[\\\"':= ]{1,6}"
_UID_GATE = rf"(?i){_UID}[0-9]{{4}}[ \-.]?[0-9]"
_VID_WORD = r"(?:(?:\b|_)vid(?:\b|_)|virtual[ _\-]?id|a+dha+r)"
_VID_DIGITS = r"[0-9]{16}|[0-9]{4}(?:[ \-.][0-9]{4}){3}"


def _aadhaar(value: bytes) -> bytes | None:
    digits = compact(value)
    return value if digits[0] > "1" and len(set(digits)) > 1 and verhoeff(digits) else None


def _aadhaar_unchecked(value: bytes) -> bytes | None:
    return value if _aadhaar(value) is None and int(compact(value)) else None


AADHAAR = Detector(
    name="aadhaar",
    sentence="Aadhaar numbers: in groups of four, or near a word such as Aadhaar.",
    form=Form.DIGITS,
    finders=(
        alone(_AADHAAR_GROUPED, "A", _aadhaar, gate=r"\b[2-9][0-9]{3}[ \-][0-9]{4}[ \-]"),
        near(_AADHAAR_CHECKED_WORD, _AADHAAR_LOOSE, "A", _aadhaar),
        near(_UID, _AADHAAR_LOOSE, "A", _aadhaar, gate=_UID_GATE, behind=False, within=0),
        near(_AADHAAR_WORD, _AADHAAR_LOOSE, "B", _aadhaar_unchecked),
    ),
)

VID = Detector(
    name="vid",
    sentence="Virtual IDs that stand for an Aadhaar number, near a word such as VID.",
    form=Form.DIGITS,
    finders=(
        near(_VID_WORD, _VID_DIGITS, "A", _aadhaar),
        near(_VID_WORD, _VID_DIGITS, "B", _aadhaar_unchecked),
    ),
)

_PAN = r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]"
_PAN_LOOSE = r"(?i)[a-z]{5}[ \-]?[0-9]{4}[ \-]?[a-z]"
_PAN_WORD = (
    r"(?:\bpan\b|_pan\b|\bpan_|\bpan(?:no|num|number|card)|permanent account|income[ \-]?tax)"
)


# Words whose fourth letter is a class: BATCH2024A is a batch.
_NO_PANS = words(
    """
    BATCH MATCH PATCH WATCH LATCH CATCH BUILD TRACK BLOCK STACK EPOCH CHECK MONTH NORTH SOUTH EARTH
    EIGHT LIGHT NIGHT RIGHT FAULT VAULT DEPTH FIELD CHILD WORLD SHELF QUICK CLICK CLOCK
    """
)
_PAN_STRICT = re.compile(_PAN.encode())


def _any(value: bytes) -> bytes | None:
    return value


def _pan(value: bytes) -> bytes | None:
    return None if value[:5].decode() in _NO_PANS else value


def _pan_unclassed(value: bytes) -> bytes | None:
    return None if _PAN_STRICT.fullmatch(value) else value


PAN = Detector(
    name="pan",
    sentence="PANs of India's income tax: by the holder's class, or near a word such as PAN.",
    form=Form.SERIAL,
    finders=(
        alone(_PAN, "A", _pan, gate=r"[A-Z][0-9]{4}[A-Z]"),
        near(_PAN_WORD, _PAN_LOOSE, "B", _pan_unclassed),
    ),
)

_GSTIN = r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]"
_GSTIN_LOOSE = r"(?i)[0-9]{2}[a-z]{5}[0-9]{4}[a-z][0-9a-z]{3}"
_GST_WORD = r"(?:gst(?:in)?\b|gst(?:in)?_|gst_?(?:no|num))"
_GST_STATES = frozenset((*(f"{n:02d}" for n in range(1, 39)), "97", "99"))


def _gstin(value: bytes) -> bytes | None:
    text = compact(value)
    return value if text[:2] in _GST_STATES and gstin(text) else None


def _gstin_unchecked(value: bytes) -> bytes | None:
    return value if _gstin(value) is None else None


GSTIN = Detector(
    name="gstin",
    sentence="GSTINs: state code and check character, or near the word GST.",
    form=Form.SERIAL,
    finders=(
        alone(_GSTIN, "A", _gstin, gate=r"[0-9][A-Z]{5}[0-9]{4}"),
        near(_GST_WORD, _GSTIN_LOOSE, "A", _gstin),
        near(_GST_WORD, _GSTIN_LOOSE, "B", _gstin_unchecked),
    ),
)

_EPIC_WORD = r"(?:\bepic(?:\b|_)|voter|elector)"
_EPIC = r"(?i)[a-z]{3}[ /\-]?[0-9]{7}"


def _luhn_behind(letters: int) -> tuple[Accept, Accept]:
    def checked(value: bytes) -> bytes | None:
        return value if luhn(compact(value)[letters:]) else None

    def unchecked(value: bytes) -> bytes | None:
        return None if luhn(compact(value)[letters:]) else value

    return checked, unchecked


_epic, _epic_unchecked = _luhn_behind(3)
EPIC = Detector(
    name="epic",
    sentence="Numbers of India's voter cards (EPIC), near a word such as voter.",
    form=Form.SERIAL,
    finders=(
        near(_EPIC_WORD, _EPIC, "A", _epic),
        near(_EPIC_WORD, _EPIC, "B", _epic_unchecked),
    ),
)
PASSPORT = Detector(
    name="passport",
    sentence="Passport numbers near the word passport.",
    form=Form.SERIAL,
    finders=(near("passport", r"(?i)[a-z]{1,2}[ \-]?[0-9]{2}[ ]?[0-9]{4,6}|[0-9]{9}", "B", _any),),
)

_STATES = words(
    """
    AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ
    SK TG TN TR TS UA UK UP WB
    """
)
# In the spelling of the plate: KA 01 AB 1234, KA-01-AB-1234, KA01AB1234, 22 BH 1234 AA.
_PLATE = (
    rf"(?:{'|'.join(sorted(_STATES))})[ \-]?[0-9]{{2}}[ \-]?[A-Z]{{1,3}}[ \-]?[0-9]{{4}}|"
    r"[0-9]{2}[ \-]?BH[ \-]?[0-9]{4}[ \-]?[A-Z]{1,2}"
)
_PLATE_GATE = r"[A-Z][ \-]?[0-9]{2}[ \-]?[A-Z]|[0-9][ \-]?BH[ \-]?[0-9]"
_PLATE_LOOSE = (
    rf"(?i:{'|'.join(sorted(_STATES))})[ \-]?[0-9]{{1,2}}(?i:[ \-]?[a-z]{{0,3}}){{1,2}}[ \-]?"
    rf"[0-9]{{3,4}}|{_PLATE}"
)
_VEHICLE_WORD = (
    r"(?:vehicle|\bcar\b|\bbike\b|\bscooter\b|\btruck\b|\b(?:number|licen[cs]e)?[ _]?plate\b|"
    r"\banpr\b|registration|\breg(?:n)?\.? ?no\b|\brto\b|\brc\b|parking|\bfastag\b)"
)


def _plate(value: bytes) -> bytes | None:
    text = compact(value)
    return value if text[:2] in _STATES or text[2:4] == "BH" else None


_PLATE_STRICT = re.compile(_PLATE.encode())


def _plate_loose(value: bytes) -> bytes | None:
    return None if _PLATE_STRICT.fullmatch(value) else _plate(value)


VEHICLE = Detector(
    name="vehicle",
    sentence="Registration marks of India's vehicles: by state and shape, or near a word.",
    form=Form.SERIAL,
    finders=(
        alone(_PLATE, "A", _plate, gate=_PLATE_GATE),
        near(_VEHICLE_WORD, _PLATE_LOOSE, "B", _plate_loose),
    ),
)

_HANDLES = words(
    """
    abfspay airtel airtelpaymentsbank allbank apl aubank axisb axisbank axisgo axl barodampay
    barodapay bandhan cboi centralbank citi cmsidfc cnrb csbpay dbs dcb dlb eazypay equitas ezeepay
    fam fbl federal fede freecharge hdfcbank hdfcbankjd hsbc ibl icici icicibank idbi idfcbank
    idfcfirst ikwik imobile indianbank indus indusind iob jio jkb jupiteraxis kbl kmbl kotak kvb
    mahb myicici naviaxis obc okaxis okhdfcbank okicici oksbi payzapp paytm pingpay pnb postbank
    pthdfc ptaxes ptsbi ptyes pz rapl rbl sbi sib slice superyes tapicici timecosmos uboi uco
    unionbank upi utbi waaxis wahdfcbank waicici wasbi yapl ybl yesbank yesbankltd yespay
    """
)
_UPI = (
    r"[A-Za-z0-9\x{80}-\x{10FFFF}][A-Za-z0-9.\-_\x{80}-\x{10FFFF}]{1,63}@[A-Za-z][A-Za-z0-9]{1,31}"
)
_UPI_WORD = r"(?:\bupi\b|\bvpa\b|\bpa=|bhim|gpay|google pay|phonepe|paytm)"


def _is_no_mail(text: bytes, start: int, end: int) -> bool:
    """An e-mail address goes on with a dot and a domain."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    goes_on = behind in (b".", b"-") and text[end + 1 : end + 2].isalnum()
    adjoined = before.isalnum() or before in (b"@", b"+", b"%") or behind in (b"@", b"_")
    return not goes_on and not adjoined


def _upi(value: bytes) -> bytes | None:
    handle = value.rpartition(b"@")[2].lower().decode()
    return value if handle in _HANDLES else None


def _upi_unknown(value: bytes) -> bytes | None:
    return value if _upi(value) is None else None


def _upi_gate() -> str:
    return rf"(?i)@(?:{'|'.join(sorted(_HANDLES))})\b"


UPI = Detector(
    name="upi",
    sentence="UPI IDs (name@bank): by their handle, or near a word such as UPI.",
    form=Form.EMAIL,
    finders=(
        alone(_UPI, "A", _upi, gate=_upi_gate(), bounded=_is_no_mail, edge=""),
        near(_UPI_WORD, _UPI, "B", _upi_unknown, bounded=_is_no_mail, edge=""),
    ),
)

_BANKS = words(
    """
    AIRP ALLA ANDB AUBL BARB BDBL BKID CBIN CITI CIUB CNRB CORB CSBK DBSS DCBL DEUT DLXB ESFB ESMF
    FDRL FINO FSFB HDFC HSBC IBKL ICIC IDFB IDIB INDB IOBA IPOS JAKA JIOP KARB KKBK KVBL KVGB LAVB
    MAHB NESF NKGS ORBC PSIB PUNB PYTM RATN SBIN SCBL SIBL SRCB STBP SURY SVCB SYNB TMBL UBIN UCBA
    UJVN USFB UTBI UTIB VIJB YESB
    """
)
_IFSC = r"[A-Z]{4}0[A-Z0-9]{6}"


def _ifsc(value: bytes) -> bytes | None:
    return value if value[:4].decode() in _BANKS else None


def _ifsc_unknown(value: bytes) -> bytes | None:
    return value if value[:4].decode("ascii", "replace") not in _BANKS else None


IFSC = Detector(
    name="ifsc",
    sentence="IFSC of India's bank branches: by the bank's letters, or near a word such as IFSC.",
    form=Form.SERIAL,
    finders=(
        alone(_IFSC, "A", _ifsc, gate=r"[A-Z]{2}0[A-Z0-9]"),
        near(r"(?:ifsc|\bneft\b|\brtgs\b|\bimps\b)", rf"(?i){_IFSC}", "B", _ifsc_unknown),
    ),
)
