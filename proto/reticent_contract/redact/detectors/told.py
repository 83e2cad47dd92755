"""Secrets that people and services write in sentences: passwords and codes, in several languages.

Must hold: a word of prose is no password (`password is required`), a number of a count, an error or
an order is no code: the word for a code stands in the same clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.configured import is_no_word, last_of
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.gates import in_order

_WORD_FOR_ONE = (
    r"(?:\bpassword|\bpasswort|\bpasscode|\bpassphrase|\bpw|\bpwd|\bkennwort|\bpin|"
    r"\bcontrase\x{f1}a|\bclave|\bsenha|\bmot de passe|\bhas\x{142}o|\bwachtwoord|\bparola|"
    r"\bl\x{f6}senord|"
    r"\x{43f}\x{430}\x{440}\x{43e}\x{43b}\x{44c}|\x{5bc6}\x{7801}|"
    r"\x{30d1}\x{30b9}\x{30ef}\x{30fc}\x{30c9}|"
    r"\x{92a}\x{93e}\x{938}\x{935}\x{930}\x{94d}\x{921})"
)
_BECOMES = (
    r"(?:is|was|ist|war|lautet|to|auf|es|est|\x{e9}|jest|\x{e8}|is now|has been (?:set|"
    r"reset|changed) to|"
    r"changed to|reset to|set to|ge\x{e4}ndert auf|cambiada a|chang\x{e9} en|alterada para)"
)
_SENTENCE = (
    rf"(?i){_WORD_FOR_ONE}\s{_BECOMES}:?\s"
    r"(?:\"[^\"\r\n]+|'[^'\r\n]+|[^\s\"']*[0-9!@#$%^&*+=~][^\s\"']*)"
)
# In English `password:` is a pair, and secret.py's.
_FOREIGN = (
    r"(?i)(?:\bcontrase\x{f1}a|\bclave|\bsenha|\bmot de passe|\bhas\x{142}o|\bwachtwoord|"
    r"\bparola|\bkennwort|"
    r"\bl\x{f6}senord|\x{43f}\x{430}\x{440}\x{43e}\x{43b}\x{44c}|\x{5bc6}\x{7801}|"
    r"\x{30d1}\x{30b9}\x{30ef}\x{30fc}\x{30c9}|\x{92a}\x{93e}\x{938}\x{935}\x{930}\x{94d}\x{921})"
    r"\s?(?:=|:|\x{ff1a})\s?(?:\"[^\"\r\n]+|'[^'\r\n]+|[^\s\"']+)"
)
# Where case is ignored, the long s and the Kelvin sign would make it match s and k.
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_SENTENCE_GATE = in_order(
    r"(?i)(?:passwor[dt]|passcode|passphrase|\bpwd?|kennwort|\bpin|clave|senha|mot de passe|"
    r"wachtwoord|"
    rf"parola|has\x{{142}}o|contrase\x{{f1}}a|senord|{_BEYOND_ASCII}{{2}})\s{_BECOMES}:?\s|"
    r"(?:\bclave|\bsenha|mot de passe|wachtwoord|parola|kennwort|has\x{142}o|contrase\x{f1}a|"
    r"senord|"
    rf"{_BEYOND_ASCII}{{2}})\s?[=:\x{{ff1a}}]"
)
_CODE = (
    r"(?:\botps?\b|\b(?:verification|security|confirmation|one[- ]time|log-?in|sign-?in|2fa|"
    r"mfa|access|"
    r"authentication|activation|backup|recovery|sms|pairing) (?:pass)?(?:code|pin|word)s?\b|"
    r"\bpasscode\b|"
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
    rf"(?i){_CODE}(?: code| number)?(?:[^0-9\r\n.;:=]{{0,40}}?(?:[:=\-\x{{ff1a}}]|\b(?:is|was|"
    rf"est|es|ist|lautet|jest|\x{{e8}}|\x{{e9}}|\x{{43f}}|to)))?"
    rf"[\s\"'(]{{0,3}}{_DIGITS}\b"
)
_NUMBER_FIRST = (
    rf"(?i)\b{_DIGITS}\s(?:is|est|es|ist|jest|as|\x{{e9}}|\x{{e8}}|"
    rf"\x{{939}}\x{{948}})\s[^0-9\r\n.;]{{0,40}}?{_CODE}|"
    rf"\b(?:use|enter|usa|utilisez|gib|type)\s{_DIGITS}\s[^0-9\r\n.;]{{0,40}}?{_CODE}"
)
# Whose code it is: in any of these languages a code to sign in with.
_YOURS = (
    r"(?i)\b(?:your|ihr|ihre|dein|deine|votre|ton|su|tu|seu|sua|il tuo|la tua|je|uw|tw\x{f3}j|din|"
    r"ditt|mon) (?:[a-z\x{80}-\x{10FFFF}]+ )?(?:code|c\x{f3}digo|codice|kod|kode|pin|otp|tan)\b"
    r"[^0-9\r\n.;]{0,40}?(?::|=|\b(?:is|est|es|ist|lautet|jest|\x{e8}|\x{e9}))\s{0,2}"
    rf"{_DIGITS}\b"
)
_YOURS_GATE = (
    r"(?i)\b(?:your|ihre?|deine?|votre|ton|su|tu|seu|sua|il tuo|la tua|je|uw|tw\x{f3}j|din|"
    r"ditt|mon) "
    r"(?:[^ ]+ )?(?:cod|c\x{f3}d|kod|pin|otp|tan)"
)
_NOT_TO_SIGN_IN = re.compile(
    rb"(?i)\b(?:order|discount|promo|coupon|error|zip|postal|post|country|area|status|exit|return|"
    rb"tracking|voucher|referral|product|item|response|source|bar|qr|dial) ?(?:code|"
    rb"c\xc3\xb3digo|kod|pin)"
)
_GOOGLE = r"\bG-[0-9]{6}\b"
_PIN = (
    r"(?i)\b(?:pin|puk)(?:[ \-]?code)?(?:\s?[0-9])?(?:\s(?:is|ist|lautet|est|es)\s|\s?[:=]\s?)"
    r"[0-9]{4,8}\b"
)
_BACKUP = (
    r"(?i)\b(?:backup|recovery|2fa|mfa) codes?\s?[:=]\s?[0-9a-z]{4,8}-[0-9a-z]{4,8}"
    r"(?:-[0-9a-z]{4,8})*"
)
_CODE_GATE = in_order(
    r"(?i)\botp|(?:verification|security|confirmation|time|log-?in|sign-?in|2fa|mfa|access|"
    r"authentication|activation|backup|recovery|sms|pairing) (?:pass)?(?:code|pin|word)|passcode|"
    r"tigungscode|sicherheitscode|\bcode de |digo de |codice di |\bkod [wa]|verificatiecode|"
    r"verifieringskod|rulama kodu|\bG-[0-9]{6}|\bpuk\b|"
    r"\bp(?:in|uk)[ \-]?(?:code)?\s?[0-9]?\s?(?:[:=]|is|lautet|es)|"
    rf"{_BEYOND_ASCII}{{3}}|"  # a word for it in another alphabet, before the number or behind it
    r"(?:2fa|mfa) codes?"
)
_LAST = Pattern(rf"{_DIGITS}\b|[0-9a-zA-Z]{{4,8}}(?:-[0-9a-zA-Z]{{4,8}})+")


def _codes(
    pattern: str,
    *,
    first: bool,
    gate: str = _CODE_GATE,
    unless: re.Pattern[bytes] | None = None,
) -> Finder:
    """The number at the match's end, or, with `first`, at its beginning."""
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            numbers = _LAST.spans(text[start:end])
            if not numbers or (unless is not None and unless.search(text[start:end])):
                continue
            low, high = numbers[0] if first else numbers[-1]
            # `091 9980` and `1,500`: a part of a longer number. `code 5000 ms` counts something.
            if text[start + high : start + high + 2].lstrip(b" .,-").isdigit():
                continue
            if first and text[max(0, start + low - 1) : start + low] in (b"+", b"-", b".", b"/"):
                continue
            yield start + low, start + high, text[start + low : start + high]

    return Finder(gate, find, "B")


TOLD: tuple[Finder, ...] = (
    last_of(_SENTENCE, _SENTENCE_GATE, is_no_word),
    last_of(_FOREIGN, _SENTENCE_GATE, lambda value: len(value) > 1),
    _codes(_CODE_FIRST, first=False),
    _codes(_NUMBER_FIRST, first=True),
    _codes(_PIN, first=False),
    _codes(_YOURS, first=False, gate=_YOURS_GATE, unless=_NOT_TO_SIGN_IN),
    _codes(_BACKUP, first=False),
    last_of(_GOOGLE, _CODE_GATE, bool, cut=b"-"),
)
