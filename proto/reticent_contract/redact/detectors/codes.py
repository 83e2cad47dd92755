"""Codes that let somebody in: one-time codes, PINs, card codes, backup codes, seeds of all of them.

    a word first     Your OTP is 482910, "mfa_code":"482910", PIN 4821, mPIN=482910, cvv 123
    a number first   482910 is your verification code, use 482910 to sign in, code 482910 sent to
    several          backup codes: abcd-efgh ijkl-mnop, seed phrase legal winner thank …
    what makes them  totp secret JBSWY3DPEHPK3PXP

Must hold: a number of a count, an error or an order is no code: the word for a code stands in the
same clause. A postal code (`pin code 560001`) has six digits; a PIN behind a blank has four, or a
word such as ATM before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.configured import last_of
from reticent_contract.redact.detectors.counted import is_counted
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.gates import in_order

# Where case is ignored, the long s and the Kelvin sign would make it match s and k.
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_CODE = (
    r"(?:(?:\b|_)[th]?otps?(?:[ _\-]?(?:code|value|pin|token))?\b|"
    r"\b(?:verification|security|confirmation|one[- ]time|log-?in|sign-?in|2fa|mfa|access|"
    r"authentication|activation|backup|recovery|sms|pairing|(?:un)?lock|door|gate|keypad|locker|"
    r"garage)[ _\-]?(?:pass)?"
    r"(?:code|pin|word)s?\b|\b(?:2fa|mfa|sms|verification|one[- ]time) ?token\b|\bpasscode\b|"
    r"(?-i:\b[mi]?TAN\b)|"
    r"best\x{e4}tigungscode|sicherheitscode|\bcode de (?:v\x{e9}rification|connexion|"
    r"s\x{e9}curit\x{e9}|confirmation)|"
    r"\bc\x{f3}digo de (?:verificaci\x{f3}n|seguridad|verifica\x{e7}\x{e3}o|"
    r"confirma\x{e7}\x{e3}o|seguran\x{e7}a|acceso)|"
    r"\bcodice di (?:verifica|sicurezza|accesso)|\bkod (?:weryfikacyjny|autoryzacyjny)|"
    r"verificatiecode|"
    r"verifieringskod|do\x{11f}rulama kodu|"
    r"\x{43a}\x{43e}\x{434} "
    r"\x{43f}\x{43e}\x{434}\x{442}\x{432}\x{435}\x{440}\x{436}\x{434}\x{435}\x{43d}\x{438}\x{44f}|"
    r"\x{9a8c}\x{8bc1}\x{7801}|\x{8a8d}\x{8a3c}\x{30b3}\x{30fc}\x{30c9}|"
    r"\x{c778}\x{c99d}\x{bc88}\x{d638}|\x{913}\x{91f}\x{940}\x{92a}\x{940})"
)
_DIGITS = r"(?:[0-9]{4,8}|[0-9]{3}[ \-][0-9]{3})"
_CODE_FIRST = (
    rf"(?i){_CODE}(?: code| number| entered| received| generated)?"
    r"(?:[^0-9\r\n.;:=]{0,40}?(?:[:=\-\x{ff1a}]|\b(?:is|was|est|es|ist|lautet|jest|to)|"
    rf" [\x{{e8}}\x{{e9}}\x{{43f}}]))?[\s\"'(\[]{{0,3}}{_DIGITS}\b"
)
_NUMBER_FIRST = (
    rf"(?i)\b{_DIGITS}\s(?:is|est|es|ist|jest|as|\x{{e9}}|\x{{e8}}|"
    rf"\x{{939}}\x{{948}})\s[^0-9\r\n.;]{{0,40}}?{_CODE}|"
    rf"\b(?:use|enter|usa|utilisez|gib|type)\s{_DIGITS}\s[^0-9\r\n.;]{{0,40}}?{_CODE}"
)
# No further digit stands behind it, but for `2FA`.
_HAS_NUMBER = rb"(?:[0-9]{4}|[0-9]{3}[ \-][0-9]{3})\s(?:[^0-9\r\n.;]|[0-9][Ff][Aa])"
# What one does with it says what it is, and so does what is done with it.
_TO_SIGN_IN = (
    rf"(?i)\b(?:use|enter|type) (?:the )?(?:code )?{_DIGITS} (?:to|and) (?:verify|sign|log|confirm|"
    r"complete|continue|reset|activate|authenticate|access|proceed|finish|unlock|pair)|"
    rf"\b(?:[a-z]+ )?code {_DIGITS} (?:was |has been )?(?:sent|texted|e-?mailed|delivered)\b"
)
_TO_SIGN_IN_GATE = r"(?i)\b(?:(?:use|enter|type) (?:the )?(?:code )?|code )[0-9]{3}"
_OF_SOMEBODY = (
    r"(?i)\b(?:[th]?otp|[mt]?pin(?: code)?|passcode) (?:for|of|to) (?:[^\r\n.;]|\.[0-9]){1,60}?"
    rf"(?: (?:is|was):?|:) {_DIGITS}\b"
)
# Whose code it is: in any of these languages a code to sign in with.
_YOURS = (
    r"(?i)\b(?:your|ihr|ihre|dein|deine|votre|ton|su|tu|seu|sua|il tuo|la tua|je|uw|tw\x{f3}j|din|"
    r"ditt|mon) (?:[a-z\x{80}-\x{10FFFF}]+ )?(?:code|c\x{f3}digo|codice|kod|kode|pin|otp|tan)\b"
    r"[^0-9\r\n.;]{0,40}?(?::|=|\b(?:is|est|es|ist|lautet|jest|\x{e8}|\x{e9}))\s{0,2}"
    rf"{_DIGITS}\b|"
    r"\b(?:login|user(?:[ _]?(?:id|name))?)\b"
    rf"[^\r\n]{{1,60}}[,;.] the (?:code|pin)(?: is|:) {_DIGITS}\b"
)
_YOURS_GATE = (
    r"(?i)\b(?:your|ihre?|deine?|votre|ton|su|tu|seu|sua|il tuo|la tua|je|uw|tw\x{f3}j|din|"
    r"ditt|mon) "
    r"(?:[^ ]+ )?(?:cod|c\x{f3}d|kod|pin|otp|tan)|\bthe (?:code|pin)(?: is|:) "
)
# Of goods, errors, places, clients: named before the word, or behind it as in Spanish.
NOT_TO_SIGN_IN = re.compile(
    rb"(?i)\b(?:order|discount|promo|coupon|error|zip|postal|post|country|area|status|exit|return|"
    rb"tracking|voucher|referral|product|item|response|source|bar|qr|dial|employee|customer|"
    rb"booking|branch|dealer|party|staff|student|vendor|hsn|sac|ifsc|sort|swift)[ \-]?(?:code|"
    rb"c\xc3\xb3digo|kod|pin|token)|"
    rb"\b(?:code|c\xc3\xb3digo|codigo|codice|kode?) (?:post|pos\b|client|de cliente|(?:de )?produ|"
    rb"prodotto|(?:de |d')?err|de barras|de des|de pa|fiscale|b\xc5\x82\xc4\x99du|klienta|rabat)"
)
_GOOGLE = r"\bG-[0-9]{6}\b"
_PIN_OF = (
    r"(?:(?:m|t|u|i|upi|atm|card|sim|login|user|web|app|debit|credit|bank|new|old|wallet|screen|"
    r"security)[ _\-]?)?"
)
_PIN = (
    rf"(?i)(?:\b{_PIN_OF}|_)p(?:in|uk)(?:[ \-]?(?:code|number))?(?:\s?[0-9])?[\\\"']{{0,3}}"
    r"(?:\s(?:is|ist|lautet|est|es|(?:was )?(?:set|changed|reset) to)\s|"
    r"[ \t]{0,30}[:=]\s?)[\\\"']{0,2}"
    rf"[0-9]{{4,8}}\b|<(?:[\w.\-]+:)?{_PIN_OF}pin(?:code)?>[0-9]{{4,8}}\b|"
    # Behind a blank, as what is entered or seen.
    r"\bpin(?: code)? [0-9]{4}\b|\b(?:atm|upi|sim|card|debit|credit|login|user|m|"
    r"t)[ \-]?pin [0-9]{4,6}\b|\bpuk [0-9]{8}\b"
)
_POSTAL = re.compile(rb"(?i)pincode[^0-9]{1,4}[1-9][0-9]{5}\Z")  # as India writes it
_CVV = (
    r"(?i)\b(?:cvv2?|cvc2?|(?:card )?security[ _\-]?code)[\\\"']{0,3}(?: (?:is|entered|code|"
    r"number|value))?"
    r"\s?[:=]?\s?[\\\"']{0,2}[0-9]{3,4}\b"
)
_CVV_DIGITS = Pattern(r"\b[0-9]{3,4}\b")
_PARTS = r"[0-9a-z]{4,8}(?:-[0-9a-z]{4,8})+"
_BACKUP = (
    rf"(?i)\b(?:backup|recovery|2fa|mfa|scratch)[ _\-]codes?[\"']?(?:\s?[:=]\s?|\s(?:is |"
    rf"are )?)[\[\"']{{0,2}}"
    rf"{_PARTS}(?:[\"']?[ ,;]{{1,3}}[\"']?{_PARTS})*"
)
# Without a joint: where several are meant, and a sign stands before them.
_PLAIN_PART = r"(?:[0-9]{4} [0-9]{4}|[0-9a-z]{6,12})"
_BACKUP_PLAIN = (
    r"(?i)\b(?:backup|recovery|2fa|mfa|scratch|emergency)[ _\-](?:access[ _\-])?codes?"
    r"(?:[\\\"']{0,3}\s?[:=]\s?[\[\\\"']{0,4}| (?:are |is )?)"
    rf"{_PLAIN_PART}(?:[\\\"']{{0,2}}[ ,;]{{1,3}}[\\\"']{{0,2}}{_PLAIN_PART}){{0,15}}\b"
)
_PLAIN_VALUE = re.compile(
    rb"(?i)(?<=[\s:=\[\"'])(?=[a-z]{0,11}[0-9])[0-9a-z]{4,12}"
    rb"(?:[\\\"']{0,2}[ ,;]{1,3}[\\\"']{0,2}(?=[a-z]{0,11}[0-9])[0-9a-z]{4,12})*"
)
_BACKUP_VALUE = re.compile(rb"(?i)(?<=[\s:=\[\"'])[0-9a-z]{4,8}-.*\Z")
# RFC 4648's alphabet of 32, and BIP 39's words.
_SEED = (
    r"(?i)\b(?:[th]?otp|2fa|mfa|authenticator|two-?factor)[ _\-]?(?:secret|seed|key)(?:[ _\-]?key)?"
    r"[\\\"']{0,3}(?:\s(?:is\s)?|\s?[:=]\s?)[\\\"']{0,2}"
    r"(?-i:[A-Z2-7]{16,64}|[A-Z2-7]{4}(?: [A-Z2-7]{4}){3,15})\b|"
    r"\bseed[\\\"']{0,3}\s?[:=]\s?[\\\"']?(?-i:[A-Z2-7]{16,64})\b|"
    r"\b(?:(?:seed|recovery|secret|backup|mnemonic|wallet)[ _\-]?(?:phrase|words)|"
    r"mnemonic)[\\\"']{0,3}"
    r"(?:\s(?:is\s)?|\s?[:=]\s?)[\\\"'\[]{0,3}[a-z]{3,8}(?:[ ,]{1,2}[a-z]{3,8}){11,23}\b"
)
_SEED_VALUE = re.compile(
    rb"(?:[A-Z2-7]{16,64}|[A-Z2-7]{4}(?: [A-Z2-7]{4}){3,15}|"
    rb"(?i:[a-z]{3,8}(?:[ ,]{1,2}[a-z]{3,8}){11,23}))\Z"
)
_SEED_GATE = in_order(
    r"(?i)(?:otp|2fa|mfa|authenticator|factor)[ _\-]?(?:secret|seed|key)|mnemonic|"
    r"\bseed[\\\"']{0,3}\s?[:=]|"
    r"(?:seed|recovery|secret|backup|wallet)[ _\-]?(?:phrase|words)"
)
_CODE_GATE = in_order(
    r"(?i)\b[th]?otp|_[th]?otp|(?:verification|security|confirmation|time|log-?in|sign-?in|2fa|mfa|"
    r"access|authentication|activation|backup|recovery|sms|pairing|lock|door|gate|keypad|locker|"
    r"garage)[ _\-]?(?:pass)?"
    r"(?:code|pin|word)|passcode|(?:2fa|mfa|sms|verification|time) ?token|"
    r"tigungscode|sicherheitscode|\bcode de |digo de |codice di |\bkod [wa]|verificatiecode|"
    r"verifieringskod|rulama kodu|\bG-[0-9]{6}|\bpuk\b|"
    rf"(?:\b{_PIN_OF}|_)p(?:in|uk)[ \-]?(?:code|number)?\s?[0-9]?[\\\"']{{0,3}}(?:[ \t]{{2}}|"
    rf"\s?(?:[:=>]|is|"
    rf"lautet|es|set|"
    r"was|changed|reset))|pin (?:code )?[0-9]{4}|\b[mt]?pin (?:code )?(?:for|of|to) |\bcv[cv]|"
    r"\b[mi]?tan\b|(?:scratch|emergency)[ _\-](?:access[ _\-])?code|"
    rf"{_BEYOND_ASCII}{{3}}|"  # a word for it in another alphabet, before the number or behind it
    r"(?:2fa|mfa) codes?"
)
_TWO_FACTOR = re.compile(rb"\s2[Ff][Aa]\b")
_MASKS = (b"*", b"x", b"X")  # the number that a code was sent to, in part
_LAST = Pattern(rf"{_DIGITS}\b|[0-9a-zA-Z]{{4,8}}(?:-[0-9a-zA-Z]{{4,8}})+")


def _codes(
    pattern: str,
    *,
    first: bool,
    gate: str = _CODE_GATE,
    unless: re.Pattern[bytes] | None = None,
    digits: Pattern = _LAST,
    has: bytes | None = None,
) -> Finder:
    """The number at the match's end, or, with `first`, at its beginning. `has`: what a `Pattern`
    looks for first."""
    compiled = Pattern(pattern, first=re.compile(has).search if has is not None else None)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            numbers = digits.spans(text[start:end])
            if not numbers or (unless is not None and unless.search(text[start:end])):
                continue
            low, high = numbers[0] if first else numbers[-1]
            # `091 9980` and `1,500`: a part of a longer number. `code 5000 ms` counts something.
            goes_on = text[start + high : start + high + 2].lstrip(b" .,-").isdigit()
            if goes_on and _TWO_FACTOR.match(text, start + high) is None:
                continue
            if is_counted(text, start + high) or text[start + high : start + high + 1] in _MASKS:
                continue
            if first and text[max(0, start + low - 1) : start + low] in (b"+", b"-", b".", b"/"):
                continue
            yield start + low, start + high, text[start + low : start + high]

    return Finder(gate, find, "B", needs=compiled)


_HAS_CODE = re.compile(rb"(?i)[ _\-]code").search
_BACKUP_FIND = Pattern(_BACKUP, first=_HAS_CODE)
_BACKUP_PLAIN_FIND = Pattern(_BACKUP_PLAIN, first=_HAS_CODE)
_SEED_FIND = Pattern(_SEED)


def _find_backup(text: bytes) -> Iterable[Found]:
    """All that are listed; behind a blank alone they need a digit or a third part."""
    for start, end in _BACKUP_FIND.spans(text):
        value = _BACKUP_VALUE.search(text[start:end])
        if value is None:
            continue
        told = any(sign in text[start : start + value.start()] for sign in b":=")
        if told or value[0].count(b"-") > 1 or any(c in b"0123456789" for c in value[0]):
            yield start + value.start(), end, value[0]


def _find_plain_backup(text: bytes) -> Iterable[Found]:
    """Those at the beginning that have a digit; behind a blank alone several, or two groups."""
    for start, end in _BACKUP_PLAIN_FIND.spans(text):
        raw = text[start:end]
        value = _PLAIN_VALUE.search(raw)
        if value is None or is_counted(text, start + value.end()):
            continue
        if b" " in value[0] or any(sign in raw[: value.start()] for sign in b":="):
            yield start + value.start(), start + value.end(), value[0]


def _find_seed(text: bytes) -> Iterable[Found]:
    for start, end in _SEED_FIND.spans(text):
        value = _SEED_VALUE.search(text[start:end])
        if value is not None:
            yield start + value.start(), end, value[0]


CODES: tuple[Finder, ...] = (
    _codes(_CODE_FIRST, first=False),
    _codes(_NUMBER_FIRST, first=True, has=_HAS_NUMBER),
    _codes(_PIN, first=False, unless=_POSTAL),
    _codes(_YOURS, first=False, gate=_YOURS_GATE, unless=NOT_TO_SIGN_IN),
    _codes(_TO_SIGN_IN, first=True, gate=_TO_SIGN_IN_GATE, unless=NOT_TO_SIGN_IN),
    _codes(_OF_SOMEBODY, first=False),
    _codes(_CVV, first=False, digits=_CVV_DIGITS),
    Finder(_CODE_GATE, _find_backup, "B", needs=_BACKUP_FIND),
    Finder(_CODE_GATE, _find_plain_backup, "B", needs=_BACKUP_PLAIN_FIND),
    Finder(_SEED_GATE, _find_seed, "B", needs=_SEED_FIND),
    last_of(_GOOGLE, _CODE_GATE, bool, cut=b"-"),
)
