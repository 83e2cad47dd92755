"""India: Aadhaar and its virtual ID, PAN, GSTIN, EPIC, UPI ID, IFSC.

Sources: UIDAI (Verhoeff), the Income Tax Department (the fourth letter of a PAN is the holder's
class), GSTN (state code, check character), NPCI (handles), RBI (IFSC). A check
alone lets one bare number in ten through, so such a number must not be told to count or to number
something else, nor be a time; near a word, values that fail their check are found too: people
mistype and invent.
"""

from __future__ import annotations

import re

from reticent_contract.catalog.model import Form
from reticent_contract.redact.checksums import gstin, luhn, verhoeff
from reticent_contract.redact.detectors.beside import OfMailbox
from reticent_contract.redact.detectors.counted import is_bare
from reticent_contract.redact.detectors.finance import card_checked
from reticent_contract.redact.detectors.model import Detector, words
from reticent_contract.redact.detectors.near import (
    UNDERSCORED,
    Accept,
    alone,
    compact,
    is_proved,
    is_told,
    is_underscored,
    near,
)
from reticent_contract.redact.detectors.regrouped import by_check
from reticent_contract.redact.detectors.vehicle import STATES
from reticent_contract.redact.detectors.vocabulary import is_listed

# In Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam.
_AADHAAR_WORD = (
    r"(?:a+dha+r|\buidai\b|\buid[ _]?(?:no|num|number)\b|unique identification n|"
    r"\x{906}\x{927}\x{93e}\x{930}|\x{986}\x{9a7}\x{9be}\x{9b0}|\x{a06}\x{a27}\x{a3e}\x{a30}|"
    r"\x{a86}\x{aa7}\x{abe}\x{ab0}|\x{b06}\x{b27}\x{b3e}\x{b30}|\x{b86}\x{ba4}\x{bbe}\x{bb0}|"
    r"\x{c06}\x{c27}\x{c3e}\x{c30}|\x{c86}\x{ca7}\x{cbe}\x{cb0}|\x{d06}\x{d27}\x{d3e}\x{d7c})"
)
_AADHAAR_GROUPED = r"[2-9][0-9]{3}(?: [0-9]{4}){2}|[2-9][0-9]{3}(?:-[0-9]{4}){2}"
_AADHAAR_BARE = r"[2-9][0-9]{11}"
_AADHAAR_BARE_GATE = rf"{UNDERSCORED}[2-9][0-9]{{5}}[0-9]{{6}}"
_MINUTE = re.compile(  # 202611281530
    rb"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]"
)
_AADHAAR_GATE = rf"{UNDERSCORED}[2-9][0-9]{{3}}[ \-][0-9]{{4}}[ \-]"
# What is said of one where its own word is not: it is linked with a PAN, seeded for a transfer.
_AADHAAR_CHECKED_WORD = (
    rf"(?:{_AADHAAR_WORD}|kyc\b|\bdocument\b|\bpan\b|biometric|demographic|\bdbt\b)"
)
_AADHAAR_LOOSE = (
    r"[0-9]{12}|[0-9]{4}(?:[ \t+\-._/]{1,2}[0-9]{4}){2}|[0-9]{3}(?:[ \t+][0-9]{3}){3}|"
    r"[0-9]{4}[ \t+][0-9]{8}|[0-9]{8}[ \t+][0-9]{4}"
)
_AADHAAR_PLAIN = r"[0-9]{12}|[0-9]{4}(?:[ \t+\-.][0-9]{4}){2}"
_AADHAAR_MISTYPED = r"[0-9]{11}|[2-9][0-9]{12}"
_RIGHT_BEHIND = 12
# uid=1000 stands in every other line of a log.
_UID = r"\buid[\\\"':=> ]{1,6}"
_UID_GATE = rf"(?i){_UID}[0-9]{{4}}[ \t+\-.]?[0-9]"
_VID_WORD = r"(?:(?:\b|_)vid(?:\b|_)|virtual[ _\-]?id|a+dha+r)"
_VID_BARE = r"[2-9][0-9]{15}"
_VID_BARE_GATE = rf"{UNDERSCORED}[2-9][0-9]{{7}}[0-9]{{8}}"
_VID_GROUPED = r"[2-9][0-9]{3}(?: [0-9]{4}){3}|[2-9][0-9]{3}(?:-[0-9]{4}){3}"
_VID_GATE = rf"{UNDERSCORED}[2-9][0-9]{{3}}[ \-][0-9]{{4}}[ \-][0-9]{{4}}[ \-]"
_VID_DIGITS = r"[0-9]{16}|[0-9]{4}(?:[ \t+\-.][0-9]{4}){3}"


def _aadhaar(value: bytes) -> bytes | None:
    digits = compact(value)
    return value if digits[0] > "1" and len(set(digits)) > 1 and verhoeff(digits) else None


def _no_minute(value: bytes) -> bytes | None:
    return None if _MINUTE.fullmatch(value) else _aadhaar(value)


def _no_card(value: bytes) -> bytes | None:
    return None if card_checked(value) else _aadhaar(value)


def _any(value: bytes) -> bytes | None:
    return value


def _aadhaar_unchecked(value: bytes) -> bytes | None:
    return value if _aadhaar(value) is None and int(compact(value)) else None


AADHAAR = Detector(
    name="aadhaar",
    sentence="Aadhaar numbers, by their check digit; near a word for one, mistyped ones too.",
    form=Form.DIGITS,
    finders=(
        alone(_AADHAAR_GROUPED, "A", _aadhaar, gate=_AADHAAR_GATE),
        alone(_AADHAAR_BARE, "A", _no_minute, gate=_AADHAAR_BARE_GATE, bounded=is_bare),
        near(_AADHAAR_CHECKED_WORD, _AADHAAR_LOOSE, "A", _aadhaar, bounded=is_told),
        near(
            *(_UID, _AADHAAR_PLAIN, "A", _aadhaar),
            gate=_UID_GATE,
            bounded=is_told,
            behind=False,
            within=0,
        ),
        by_check(_AADHAAR_WORD, _aadhaar, digits=range(12, 13), behind=True),
        near(_AADHAAR_WORD, _AADHAAR_LOOSE, "B", _aadhaar_unchecked),
        near(
            *(_AADHAAR_WORD, _AADHAAR_MISTYPED, "B", _any),
            behind=False,
            within=_RIGHT_BEHIND,
        ),
    ),
)

VID = Detector(
    name="vid",
    sentence=(
        "Virtual IDs that stand for an Aadhaar number, by their check digit; near a word such as "
        "VID mistyped ones too."
    ),
    form=Form.DIGITS,
    finders=(
        alone(_VID_GROUPED, "A", _no_card, gate=_VID_GATE),
        alone(_VID_BARE, "A", _no_card, gate=_VID_BARE_GATE, bounded=is_bare),
        near(_VID_WORD, _VID_DIGITS, "A", _aadhaar, bounded=is_told),
        near(_VID_WORD, _VID_DIGITS, "B", _aadhaar_unchecked),
    ),
)

_PAN = r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]"
_PAN_LOOSE = r"(?i)[a-z]{5}[ +\-]?[0-9]{4}[ +\-]?[a-z]"
_PAN_MISTYPED = r"(?-i:[A-Z]{4,6}[0-9]{3,5}[A-Z]{0,2})\b"
_PAN_WORD = (
    r"(?:\bpan\b|_pan\b|\bpan_|\bpan(?:no|num|number|card)|permanent account|income[ \-]?tax|"
    r"\x{92a}\x{948}\x{928})"
)


def _no_pattern(value: bytes) -> bytes | None:
    return None if len(set(value[:5].lower())) == 1 else value  # XXXXX9999X


def _pan(value: bytes) -> bytes | None:
    """Words have a class as their fourth letter too: BATCH2024A is a batch."""
    word = value[:5].lower().decode()
    if _no_pattern(value) is None:
        return None
    return None if is_listed(word) or word in _NO_PANS else value


def _is_no_goods(text: bytes, start: int, end: int) -> bool:
    return (
        is_underscored(text, start, end)
        and _GOODS.search(text, max(0, start - _GOODS_BYTES), start) is None
    )


_GOODS = re.compile(
    rb"(?i)\b(?:sku|part|item|model|coupon|promo|voucher|batch|lot|product|serial)"
    rb"(?: ?(?:no\.?|number|code|id))?\W{1,3}\Z"
)
_GOODS_BYTES = 32
# What neither list of words has.
_NO_PANS = words("epoch https shelf statc")


PAN = Detector(
    name="pan",
    sentence="PANs of India's income tax: by the holder's class, or near a word such as PAN.",
    form=Form.SERIAL,
    finders=(
        alone(_PAN, "A", _pan, gate=r"[A-Z][0-9]{4}[A-Z]", bounded=_is_no_goods),
        near(_PAN_WORD, _PAN_LOOSE, "B", _no_pattern),
        near(*(_PAN_WORD, _PAN_MISTYPED, "B", _pan), behind=False, within=_RIGHT_BEHIND),
    ),
)

_GSTIN = r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]"
_GSTIN_LOOSE = (
    r"(?i)[0-9]{2}[ \-]?[a-z]{5}[ \-]?[0-9]{4}[ \-]?[a-z][ \-]?[0-9a-z][ \-]?[0-9a-z][ \-]?[0-9a-z]"
)
_GSTIN_MISTYPED = r"[0-9]{2}[A-Z]{4,6}[0-9]{3,5}[A-Z0-9]{2,6}\b"
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
        alone(_GSTIN, "A", _gstin, gate=r"[0-9][A-Z]{5}[0-9]{4}", bounded=is_proved),
        near(_GST_WORD, _GSTIN_LOOSE, "A", _gstin, bounded=is_proved),
        near(_GST_WORD, _GSTIN_LOOSE, "B", _gstin_unchecked),
        near(
            *(_GST_WORD, _GSTIN_MISTYPED, "B", _gstin_unchecked),
            behind=False,
            within=_RIGHT_BEHIND,
        ),
    ),
)

_EPIC_WORD = (
    r"(?:\bepic(?:\b|_|no|num|id)|voter|elector|\belection (?:card|id)|"
    r"\x{92e}\x{924}\x{926}\x{93e}(?:\x{924}\x{93e}|\x{930})|\x{935}\x{94b}\x{91f}\x{930}|"
    r"\x{9ad}\x{9cb}\x{99f}\x{9be}\x{9b0}|\x{a2e}\x{a24}\x{a26}\x{a3e}|\x{a35}\x{a4b}\x{a1f}\x{a30}|"
    r"\x{aae}\x{aa4}\x{aa6}\x{abe}\x{ab0}|\x{b35}\x{b4b}\x{b1f}\x{b30}|"
    r"\x{bb5}\x{bbe}\x{b95}\x{bcd}\x{b95}\x{bbe}\x{bb3}|\x{c13}\x{c1f}\x{c30}|"
    r"\x{cae}\x{ca4}\x{ca6}\x{cbe}\x{cb0}|\x{d35}\x{d4b}\x{d1f}\x{d4d}\x{d1f})"
)
_EPIC_WITHIN = 80  # bytes, of which a letter of India's scripts has three
_EPIC = r"(?i)[a-z]{3}[ +/\-]?[0-9]{7}"
# Cards until 1999: state, constituency, part and number.
_EPIC_OLD = rf"(?i:{'|'.join(sorted(STATES))})[/ ][0-9]{{1,3}}[/ ][0-9]{{1,4}}[/ ][0-9]{{4,7}}"


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
        near(_EPIC_WORD, _EPIC, "A", _epic, bounded=is_told, within=_EPIC_WITHIN),
        near(_EPIC_WORD, _EPIC, "B", _epic_unchecked, within=_EPIC_WITHIN),
        near(_EPIC_WORD, _EPIC_OLD, "B", _any),
    ),
)
_HANDLES = words(
    """
    abdm abfspay airtel airtelpaymentsbank allbank amazonpay apl aubank axisb axisbank axisgo axl
    barodampay barodapay bandhan cboi centralbank citi cmsidfc cnrb csbpay dbs dcb dlb eazypay
    equitas ezeepay fam fbl federal fede freecharge freoicici goaxb hdfcbank hdfcbankjd hdfcbankltd
    hsbc ibl icici icicibank icicipay idbi idfcbank idfcfirst idfcnetc ikwik imobile indianbank
    indianbk indie indus indusind iob jio jkb jsb jupiteraxis kbl kmbl kotak kotak811 kphdfc kvb
    mahb mairtel mbk mbkns myicici naviaxis niyoicici obc okaxis okbizaxis okbizicici okhdfcbank
    okicici oksbi oneyes payzapp paytm pingpay pnb postbank pthdfc ptaxes ptaxis ptsbi ptyes pz
    rajgovhdfcbank rapl rbl rmhdfcbank sbi sbx shriramhdfcbank sib slc slice sliceaxis slicepay
    superyes tapicici timecosmos trans tsapb uboi uco unionbank unionbankofindia upi utbi
    utkarshbank waaxis wahdfcbank waicici wasbi yapl ybl yescred yesbank yesbankltd
    yesfam yesg yespay yespop
    """
)
_UPI = (
    r"[A-Za-z0-9\x{80}-\x{10FFFF}][A-Za-z0-9.\-_\x{80}-\x{10FFFF}]{1,63}@[A-Za-z][A-Za-z0-9]{1,31}"
)
_UPI_WORD = (
    r"(?:\bupi(?:\b|_|id|address)|vpa\b|\bvpa_|\bpa=|\bpay[ e]{1,2}[er]?_va\b|bhim|gpay|"
    r"google ?pay|"
    r"phonepe|paytm)"
)


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
    return value if b"@@" in value or _upi(value) is None else None


def _upi_gate() -> str:
    return rf"(?i)@(?:{'|'.join(sorted(_HANDLES))})\b"


UPI = Detector(
    name="upi",
    sentence="UPI IDs (name@bank): by their handle, or near a word such as UPI.",
    form=Form.EMAIL,
    finders=(
        alone(
            *(_UPI, "A", _upi),
            gate=_upi_gate(),
            bounded=_is_no_mail,
            edge="",
            made=OfMailbox,
        ),
        near(
            *(_UPI_WORD, _UPI.replace("@", "@@?"), "B", _upi_unknown),
            bounded=_is_no_mail,
            edge="",
            made=OfMailbox,
        ),
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
_IFSC_CHARS = 11
# A letter for the zero is the usual slip.
_IFSC_LOOSE = rf"(?i)[a-z]{{4}}[ +\-]?[0O][a-z0-9]{{5,7}}{UNDERSCORED}"


def _ifsc(value: bytes) -> bytes | None:
    return value if value[:4].decode() in _BANKS else None


def _ifsc_unknown(value: bytes) -> bytes | None:
    known = len(value) == _IFSC_CHARS and value.isupper() and value[4:5] == b"0"
    return None if known and _ifsc(value) is not None else value


IFSC = Detector(
    name="ifsc",
    sentence="IFSC of India's bank branches: by the bank's letters, or near a word such as IFSC.",
    form=Form.SERIAL,
    finders=(
        alone(_IFSC, "A", _ifsc, gate=r"[A-Z]{2}0[A-Z0-9]"),
        near(
            r"(?:ifsc|\bneft\b|\brtgs\b|\bimps\b|"
            r"\x{906}\x{908}\x{90f}\x{92b}\x{90f}\x{938}\x{938}\x{940})",
            *(_IFSC_LOOSE, "B", _ifsc_unknown),
        ),
    ),
)
