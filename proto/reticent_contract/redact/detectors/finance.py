"""Payment cards, IBANs, US social security numbers.

A card is proved by its issuer's range and length (ISO/IEC 7812) and Luhn; near a word it is found
even where the check fails, because people mistype and invent. Epochs begin with 1, which no issuer
does. What a magnetic stripe or a chip says of a card (ISO/IEC 7813: `%B…^NAME^…?`, `;…=…?`; EMV tag
57: `…D…`) goes whole: the holder's name and the code that clones the card follow its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.catalog.model import Form
from reticent_contract.redact.checksums import luhn, mod97
from reticent_contract.redact.detectors.counted import is_no_count
from reticent_contract.redact.detectors.model import Detector, Finder, Found, Pattern, words
from reticent_contract.redact.detectors.near import (
    UNDERSCORED,
    alone,
    compact,
    is_proved,
    is_told,
    is_underscored,
    near,
)
from reticent_contract.redact.detectors.regrouped import by_check, by_country

_CARD = r"[2-6][0-9]{12,18}|[2-6][0-9]{3}(?:[ \-.][0-9]{4}){2}[ \-.][0-9]{1,7}"
_CARD += r"|3[0-9]{3}[ \-][0-9]{6}[ \-][0-9]{4,5}"
_CARD_GATE = r"(?:\b|_)[2-6][0-9]{3}[ \-.]?[0-9]{4}[ \-.]?[0-9]"
_TRACKS = (
    r"[bB][2-6][0-9]{12,18}\^[^\^\r\n]{2,26}\^[0-9]{4,64}\??|"
    r"\b[2-6][0-9]{12,18}[=D][0-9]{7,24}F?\??"
)
_TRACKS_GATE = r"[0-9]{4}(?:\^[^\^]|[=D][0-9]{6})"
_CARD_LOOSE = (
    r"[0-9]{13,19}|[0-9]{4}(?:[ \t+\-._/]{1,2}[0-9]{4}){2}[ \t+\-._/]{1,2}[0-9]{1,7}|"
    r"[0-9]{4}[ \t+\-][0-9]{6}[ \t+\-][0-9]{4,5}|[0-9]{8}[ \t+][0-9]{8}|[0-9]{12}[ \t+][0-9]{4}|"
    r"[0-9]{12}"
)
_IBAN_JOINTS = b" -"
_UNDERSCORE = ord("_")
_CARD_WORD = (
    r"(?:\b(?:credit|debit|payment|bank|atm)?[ _\-]?card(?:[ _\-]?(?:no|num|number|holder))?\b|"
    r"card_?(?:no|num|pan)|\bcc(?:[ _]?(?:no|num|number))?\b|\bvisa\b|master ?card|\bamex\b|"
    r"american express|\brupay\b|\bmaestro\b|diners|\bjcb\b|unionpay|primary account n|\bpan\b|"
    r"creditcard|kreditkarte|kartennummer|\bcarte (?:bancaire|bleue|de )|"
    r"num[e\x{e9}]ro de (?:la )?carte|"
    r"\b(?:kredit|betal|bank|debet)kort|\bkortnummer|\bbankpas|karty|"
    r"\x{3ba}\x{3ac}\x{3c1}\x{3c4}\x{3b1}|k\x{e1}rtya|th\x{1ebb}|\x{43a}\x{430}\x{440}\x{442}[\x{430}\x{44b}]|"
    r"\x{e1a}\x{e31}\x{e15}\x{e23}|\x{628}\x{637}\x{627}\x{642}\x{629}|\x{5db}\x{5e8}\x{5d8}\x{5d9}\x{5e1}|"
    r"\bkart(?: ?no|u)\b|tarjeta|\bcarta di |cart(?:\x{e3}|a)o\b|\bkart[ay]\b|"
    r"\x{915}\x{93e}\x{930}\x{94d}\x{921}|\x{30ab}\x{30fc}\x{30c9}|[\x{4fe1}\x{94f6}][\x{7528}\x{884c}]\x{5361}|\x{ce74}\x{b4dc})"
)
# First digits, and the lengths that go with them.
_ISSUERS: tuple[tuple[range, tuple[int, ...]], ...] = (
    (range(340000, 350000), (15,)),  # American Express
    (range(370000, 380000), (15,)),
    (range(300000, 306000), (14, 16)),  # Diners
    (range(309500, 309600), (14, 16)),
    (range(360000, 370000), (14, 16, 19)),
    (range(380000, 400000), (14, 16, 19)),
    (range(352800, 359000), (16, 17, 18, 19)),  # JCB
    (range(400000, 500000), (13, 16, 19)),  # Visa
    (range(222100, 272100), (16,)),  # Mastercard
    (range(510000, 560000), (16,)),
    (range(500000, 510000), (13, 14, 15, 16, 17, 18, 19)),  # Maestro, RuPay
    (range(560000, 590000), (13, 14, 15, 16, 17, 18, 19)),
    (range(600000, 700000), (13, 14, 15, 16, 17, 18, 19)),  # Discover, UnionPay, RuPay, Maestro
    (range(817000, 818000), (16,)),  # RuPay
    (range(220000, 220500), (16, 17, 18, 19)),  # Mir
)
# What counts and numbers things is as long and begins so too: a word has to be there.
_ISSUERS_TOLD: tuple[tuple[range, tuple[int, ...]], ...] = (
    (range(213100, 213200), (15,)),  # JCB
    (range(180000, 180100), (15,)),
    (range(350000, 360000), (16,)),
    *((range(first, first + 100), (12,)) for first in (60400, 501800, 502000, 503800, 561200)),
    *((range(first, first + 100), (12,)) for first in (589300, 630400, 675900)),  # Maestro
    (range(560000, 590000), (12,)),
    (range(639000, 640000), (12,)),
    (range(676100, 676400), (12,)),
    (range(60400, 60500), (13, 14, 15, 16, 17, 18, 19)),
)
# What is paid, and how: numbers of orders and of bookings follow it too.
_PAID_WORD = (
    r"(?:\bpa(?:id|yment|yable)\b|\bpayment[_ \-]?(?:method|source)|"
    r"\bpay(?:ing)? (?:with|by)\b|"
    r"\bcharged?\b|\bbilled\b|\brefund(?:ed)?\b|\bcheckout\b|\bpurchased?\b|"
    r"\btransaction (?:on|with|by|via)\b|\bbezahlt\b|\bpay\x{e9}|\bpaiement\b|\bpagado\b|\bpago\b|"
    r"\bpagamento\b|\bpagato\b|\bbetaald\b|\bauthori[sz](?:ed|ation)\b|\bdeclined\b|\bchargeback\b|"
    r"\bkarten?\b|\bcarte\b|\bcb\b|\bkort\b|zap\x{142}ac|\x{43e}\x{43f}\x{43b}\x{430}\x{442}|\x{652f}\x{4ed8})"
)
_PAID_WITHIN = 16


def _is_of(issuers: tuple[tuple[range, tuple[int, ...]], ...], digits: str) -> bool:
    issuer = int(digits[:6])
    return any(issuer in first and len(digits) in lengths for first, lengths in issuers)


def card_checked(value: bytes) -> bytes | None:
    digits = compact(value)
    known = _is_of(_ISSUERS, digits)
    return value if known and int(digits[6:]) and luhn(digits) else None


def _card_told(value: bytes) -> bytes | None:
    digits = compact(value)
    known = _is_of(_ISSUERS_TOLD, digits)
    return value if known and int(digits[6:]) and luhn(digits) else None


def _card_paid(value: bytes) -> bytes | None:
    """Behind words for a payment: one whose check fails is a card if it is written as one."""
    digits = compact(value)
    is_mistyped = (
        len(value) > len(digits) and _is_of(_ISSUERS, digits) and card_checked(value) is None
    )
    return value if is_mistyped else _card_told(value)


def _card_unchecked(value: bytes) -> bytes | None:
    digits = compact(value)
    plausible = 13 <= len(digits) <= 19 and int(digits) > 0
    return value if plausible and card_checked(value) is None else None


_TRACKS_FIND = Pattern(_TRACKS)
_NUMBER_IN = re.compile(rb"[0-9]{13,19}")


def _find_tracks(text: bytes) -> Iterable[Found]:
    for start, end in _TRACKS_FIND.spans(text):
        number = _NUMBER_IN.search(text, start, end)
        if number is not None and card_checked(number.group()) is not None:
            yield number.start(), end, number.group()


CARD = Detector(
    name="card",
    sentence="Numbers of payment cards: issuer and check digit, or near a word such as card.",
    form=Form.DIGITS,
    finders=(
        alone(_CARD, "A", card_checked, gate=_CARD_GATE, bounded=is_no_count),
        Finder(_TRACKS_GATE, _find_tracks, "A"),
        near(_CARD_WORD, _CARD_LOOSE, "A", card_checked, bounded=is_told),
        near(
            _CARD_WORD, _CARD_LOOSE, "B", lambda value: _card_told(value) or _card_unchecked(value)
        ),
        by_check(
            _CARD_WORD, lambda value: card_checked(value) or _card_told(value), digits=range(12, 20)
        ),
        near(
            *(_PAID_WORD, _CARD_LOOSE, "B", _card_paid),
            bounded=is_no_count,
            behind=False,
            within=_PAID_WITHIN,
        ),
    ),
)

# ISO 13616 registry: the length by country; behind it, those that use them without being in it.
_IBAN_CHARS = {
    entry[:2]: int(entry[3:])
    for entry in words(
        """
        AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22
        CY:28 CZ:24 DE:22 DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22
        GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30
        KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20
        MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22
        RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26
        UA:29 VA:22 VG:24 XK:20 YE:30
        AO:25 BF:28 BJ:28 CF:27 CG:27 CI:28 CM:27 CV:25 DZ:26 GA:27 GQ:27 GW:25 IR:26 KM:27 MA:28
        MG:27 ML:28 MZ:25 NE:28 SN:28 TD:27 TG:28
        """
    )
}
_IBAN = (
    r"[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?|"
    r"(?:-[A-Z0-9]{4}){2,7}(?:-[A-Z0-9]{1,4})?)"
)
_IBAN_LOOSE = (
    r"(?i)[a-z]{2}[0-9]{2}(?:[a-z0-9]{8,30}|(?:[ +\-._][a-z0-9]{4}){2,7}(?:[ +\-._][0-9]{1,3})?)"
)
_IBAN_CHECKED = r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}"
_IBAN_GATE = rf"{UNDERSCORED}[A-Z]{{2}}[0-9]{{2}}[ \-]?[A-Z0-9]{{4}}"
_IBAN_KEY = r"iban"
_IBAN_KEY_WITHIN = 24
_ACCOUNT_WORD = (
    r"(?:\btransfer(?:red)?\b|account\b|\bacct?\b|\bbank\b|\bbeneficiary\b|\bpayee\b|\bpayment\b|\bpaid\b|\bsepa\b|"
    r"\bdebit(?:ed)?\b|\bcredit(?:ed)?\b|\bremit|\bpayout\b|\bwire[ds]?\b|\bkonto|\x{fc}berweisung|\bvirement|"
    r"\bcompte\b|\bcuenta\b|\bconta\b|\bconto\b|\brekening|\brachunek|\bbic\b|\bswift\b|"
    r"\bcreditor\b|\bdebtor\b|\brefund(?:ed)?\b|\x{441}\x{447}[\x{435}\x{451}]\x{442}|\x{53e3}\x{5ea7})"
)
_IBAN_WORD = r"(?:iban|\b(?:bank )?account (?:no|num|number)\b)"


def _iban(value: bytes) -> bytes | None:
    text = compact(value)
    return value if len(text) == _IBAN_CHARS.get(text[:2]) and mod97(text) else None


_IBAN_FIND = Pattern(rf"{UNDERSCORED}(?:{_IBAN})")


def _find_iban(text: bytes) -> Iterable[Found]:
    """An IBAN ends where its country says: what follows in capitals (EUR) is not its last group."""
    for start, end in _IBAN_FIND.spans(text):
        start += text[start] == _UNDERSCORE
        chars = _IBAN_CHARS.get(text[start : start + 2].decode(), 0)
        last, seen = start, 0
        while last < end and seen < chars:
            seen += text[last] not in _IBAN_JOINTS
            last += 1
        if is_proved(text, start, last) and _iban(text[start:last]) is not None:
            yield start, last, text[start:last]


def _iban_unchecked(value: bytes) -> bytes | None:
    text = compact(value)
    return value if text[:2] in _IBAN_CHARS and _iban(value) is None else None


def _iban_keyed(value: bytes) -> bytes | None:
    """Behind the word itself, of any country: not all that people write there is in a registry."""
    text = compact(value)
    return value if text[:2] not in _IBAN_CHARS and text[:2].isalpha() else None


def _iban_by_check(value: bytes) -> bytes | None:
    """Behind words for a bank, where the check digits hold but the length is no country's."""
    return value if _iban(value) is None and mod97(compact(value)) else None


IBAN = Detector(
    name="iban",
    sentence="International bank account numbers (IBAN).",
    form=Form.SERIAL,
    finders=(
        Finder(_IBAN_GATE, _find_iban, "A", needs=_IBAN_FIND),
        near(_IBAN_WORD, _IBAN_LOOSE, "A", _iban, bounded=is_proved),
        by_country(_IBAN_WORD, _iban),
        near(_IBAN_WORD, _IBAN_LOOSE, "B", _iban_unchecked),
        near(_IBAN_KEY, _IBAN_LOOSE, "B", _iban_keyed, behind=False, within=_IBAN_KEY_WITHIN),
        near(_ACCOUNT_WORD, _IBAN_CHECKED, "B", _iban_by_check, behind=False),
    ),
)

_SSN = r"[0-9]{3}-[0-9]{2}-[0-9]{4}"
_SSN_LOOSE = r"[0-9]{3}[ \-.]?[0-9]{2}[ \-.]?[0-9]{4}"
_SSN_MISTYPED = r"[0-9]{2,4}-[0-9]{2,3}-[0-9]{3,5}\b"
_SSN_BEHIND = 12
_SSN_GROUPS = (3, 2, 4)
_SSN_WORD = (
    r"(?:\bssn\b|_ssn\b|\bssn_|\bssnum|social[ _\-]?sec(?:urity)?\b|social[ _]?security|"
    r"\bsocial is\b|"
    r"\bs\.s\.n\b|"
    r"\bss ?#|\bsoc\.? sec\b|\bi?tin\b|tax(?:payer)?[ _]?id)"
)


def _ssn(value: bytes) -> bytes | None:
    """SSA's rules: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    digits = compact(value)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    valid = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    return value if valid else None


# Numbers of goods and papers have joints as well.
_ORDERED = re.compile(
    rb"(?i)\b(?:order|part|model|sku|item|invoice|ticket|case|ref|version|isbn|batch|lot|bug|job|"
    rb"build|"
    rb"serial|catalog|tracking)[ #:=._no]{0,6}\Z"
)
_ORDERED_BYTES = 16


def _is_no_order(text: bytes, start: int, end: int) -> bool:
    if not is_underscored(text, start, end):
        return False
    return _ORDERED.search(text, max(0, start - _ORDERED_BYTES), start) is None


def _ssn_unchecked(value: bytes) -> bytes | None:
    return value if b"-" not in value or _ssn(value) is None else None


def _ssn_mistyped(value: bytes) -> bytes | None:
    groups = tuple(map(len, value.split(b"-")))
    return None if groups == _SSN_GROUPS else value


SSN = Detector(
    name="ssn",
    sentence="US social security numbers: dashed by the rules of their areas, or near a word.",
    form=Form.DIGITS,
    finders=(
        alone(_SSN, "A", _ssn, bounded=_is_no_order),
        near(_SSN_WORD, _SSN_LOOSE, "B", _ssn_unchecked),
        near(*(_SSN_WORD, _SSN_MISTYPED, "B", _ssn_mistyped), behind=False, within=_SSN_BEHIND),
    ),
)
