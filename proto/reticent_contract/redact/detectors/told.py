"""Passwords that people and services write in sentences, in several languages.

    is               your password is X, lösenordet är X, 密码是X, パスワードは X です
    a colon          contraseña: X, şifreniz: X, 密码：X
    a blank          wachtwoord X werkt niet, пароль X
    a dash           temporary password - X
    later            password forgotten, now X; gave him X as temporary password

Must hold: a word of prose is no password (`password is required`, `пароль неверный`).
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.configured import is_no_prose, is_no_word, last_of
from reticent_contract.redact.detectors.grouped import Take, grouped
from reticent_contract.redact.detectors.model import Finder, Found, words
from reticent_contract.redact.gates import in_order

_WORD_FOR_ONE = (
    r"(?:\bpassword|\bpasswd|\bpasswort|\bpasscode|\bpassphrase|\bpw|\bpwd|\bkennwort|\bpin|"
    r"\bclave)"
)
_BECOMES = (
    r"(?:is|was|ist|war|lautet|to|auf|es|est|\x{e9}|\x{e8}|\x{e4}r|adalah|is now|has been (?:set|"
    r"reset|changed) to|"
    r"(?:was |is |got |been )?(?:changed|reset|set|updated) to|ge\x{e4}ndert auf)"
)
_SENTENCE = (
    rf"(?i){_WORD_FOR_ONE}\s{_BECOMES}:?\s"
    r"(?:\"[^\"\r\n]+|'[^'\r\n]+|[^\s\"']*[0-9!@#$%^&*+=~][^\s\"']*)"
)
# In English `password:` is a pair, and secret.py's. With the endings that say whose it is.
_FOREIGN_WORD = (
    r"(?:\bcontrase(?:\x{f1}|n)a|\bclave|\bsenha|\bmot de passe|\bhas\x{142}o|\bwachtwoord|"
    r"\bparola(?:n\x{131}z)?|\bkennwort|\bl(?:\x{f6}|o)senord(?:et)?|\bpassord(?:et)?|"
    r"\bkata (?:sandi|laluan)|\bheslo|\bgeslo|\blozinka|\bsalasana(?:si)?|\badgangskoden?|"
    r"\bjelsz\x{f3}|\x{15f}ifre(?:niz|n)?|m\x{1ead}t kh\x{1ea9}u|"
    r"\x{43f}\x{430}\x{440}\x{43e}\x{43b}\x{44c}|"
    r"\x{643}\x{644}\x{645}\x{629} (?:\x{627}\x{644}\x{645}\x{631}\x{648}\x{631}|"
    r"\x{627}\x{644}\x{633}\x{631})|\x{631}\x{645}\x{632} \x{639}\x{628}\x{648}\x{631}|"
    r"\x{3ba}\x{3c9}\x{3b4}\x{3b9}\x{3ba}\x{3cc}\x{3c2}(?: "
    r"\x{3c0}\x{3c1}\x{3cc}\x{3c3}\x{3b2}\x{3b1}\x{3c3}\x{3b7}\x{3c2})?|"
    r"\x{5e1}\x{5d9}\x{5e1}\x{5de}\x{5d4}|"
    r"\x{92a}\x{93e}\x{938}\x{935}\x{930}\x{94d}\x{921}|"
    r"\x{b95}\x{b9f}\x{bb5}\x{bc1}\x{b9a}\x{bcd}\x{b9a}\x{bca}\x{bb2}\x{bcd}|"
    r"\x{9aa}\x{9be}\x{9b8}\x{993}\x{9af}\x{9bc}\x{9be}\x{9b0}\x{9cd}\x{9a1}|"
    r"\x{e23}\x{e2b}\x{e31}\x{e2a}\x{e1c}\x{e48}\x{e32}\x{e19})"
)
_FOREIGN_IS = (
    r"(?:es|est|\x{e9}|\x{e8}|jest|to|is|\x{e4}r|er|on|je|este|adalah|ialah|l\x{e0}|"
    r"\x{44d}\x{442}\x{43e}|\x{647}\x{64a}|\x{3b5}\x{3af}\x{3bd}\x{3b1}\x{3b9}|"
    r"\x{5d4}\x{5d9}\x{5d0}|\x{939}\x{948}|cambiada a|chang\x{e9} en|alterada para)"
)
# Scripts that set no blank between words.
_EASTERN_WORD = (
    r"(?:\x{5bc6}[\x{7801}\x{78bc}]|\x{53e3}\x{4ee4}|"
    r"\x{30d1}\x{30b9}\x{30ef}\x{30fc}\x{30c9}|"
    r"\x{be44}\x{bc00}\x{bc88}\x{d638}|\x{e23}\x{e2b}\x{e31}\x{e2a}\x{e1c}\x{e48}\x{e32}\x{e19})"
)
_EASTERN_IS = r"[\x{662f}\x{4e3a}\x{70ba}\x{306f}\x{c774}\x{c740}\x{b294}]|\x{e04}\x{e37}\x{e2d}"
_COLON = r"\s?[=:\x{ff1a}]\s?"
_VALUE = r"\"([^\"\r\n]+)|'([^'\r\n]+)|([^\s\"'\x{ff1a}]+)"
_NO_WORD = r"([^\s\"']*[0-9!@#$%^&*+=~][^\s\"']*)"
_FOREIGN = (
    rf"(?i)(?:{_FOREIGN_WORD}|{_EASTERN_WORD}){_COLON}(?:{_VALUE})|"
    # A word of whose it is, or a verb, or nothing: `contraseña temporal: X`, `пароль X`.
    rf"{_FOREIGN_WORD}(?: [^\s:=0-9]{{2,16}}{_COLON}| {_FOREIGN_IS}:? | ){_NO_WORD}|"
    rf"{_EASTERN_WORD}(?:{_EASTERN_IS}|\sis)?\s{{0,2}}([!-~]{{4,}})"
)
_DASH = r"\s(?:--?|[\x{2013}\x{2014}])\s"
_DASHED = (
    r"(?i)\b(?:temp|temporary|new|initial|default|your|guest|admin|one-time|wi-?fi|old|my) "
    rf"(?:password|passcode|passphrase|pass|pwd|pw){_DASH}{_NO_WORD}|"
    rf"\b(?:password|passwort|passcode|passphrase|kennwort){_DASH}{_NO_WORD}|"
    rf"\bpwd?{_DASH}{_NO_WORD}|"
    rf"\bpass (?:is|was):? {_NO_WORD}"
)
_DASHED_GATE = (
    r"(?i)\b(?:pass(?:word|wort|code|phrase)?|pwd?|kennwort)\s(?:--?|(?-i:[\x{80}-\x{10FFFF}]))\s|"
    r"\bpass (?:is|was):? "
)
# A word for one, and what it became later in the sentence; what somebody was given as one.
_LATER = (
    rf"(?i){_WORD_FOR_ONE}\b[^\r\n:=.]{{1,48}}[,;] (?:and )?"
    rf"(?:reset to|set to|it is|it's|it was|now|is now|now is):? {_NO_WORD}|"
    r"\b(?:gave|given|got|sent|told|texted|use|used)\b[^\r\n:=.]{0,32}? "
    r"([^\s\"']*[0-9!@#$%^&*+=~][^\s\"']*) as (?:her |his |the |a |their |your )?"
    r"(?:temp(?:orary)? |new |initial |first )?(?:password|passcode|pw|pin)\b"
)
_LATER_GATE = (
    r"(?i)[,;] (?:and )?(?:reset to|set to|it is|it's|it was|now|is now|now is):? [^ ]|"
    r" as (?:her |his |the |a |their |your )?"
    r"(?:temp(?:orary)? |new |initial |first )?(?:passw|passc|pw|pin)"
)
# Where case is ignored, the long s and the Kelvin sign would make it match s and k.
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_SENTENCE_GATE = (
    rf"(?i)(?:passwor[dt]|passwd|passcode|passphrase|\bpwd?|kennwort|\bpin|clave)\s{_BECOMES}:?\s"
)
_FOREIGN_GATE = in_order(
    r"(?i)(?:\bclave|\bsenha|mot de passe|wachtwoord|parola|kennwort|passord|passordet|losenord|"
    r"losenordet|contrasena|kata sandi|kata laluan|heslo|geslo|lozinka|salasana|salasanasi|"
    rf"adgangskode|adgangskoden|contrase{_BEYOND_ASCII}a|has{_BEYOND_ASCII}o|"
    rf"l{_BEYOND_ASCII}senord|l{_BEYOND_ASCII}senordet|jelsz{_BEYOND_ASCII}|"
    rf"parolan{_BEYOND_ASCII}z|"
    rf"{_BEYOND_ASCII}ifre|{_BEYOND_ASCII}ifren|{_BEYOND_ASCII}ifreniz|t kh{_BEYOND_ASCII}u)"
    rf"[\s=:]|{_BEYOND_ASCII}{{2}}"
)
_TRIM = b".,;)]"
_CHARS_MIN = 6
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
_SIGN = re.compile(rb"[!@#$%^&*+=~]")
_MIXED = re.compile(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).*", re.DOTALL)
# What is said of a password in the place of one.
_SAID = words(
    """
    неверный неверен неправильный обязателен просрочен истёк incorrecta incorrecto incorreta errata
    errato inválida invalida expirada caducada vencida requerida obligatoria obrigatória scaduta
    incorrect invalide expiré erroné requis obligatoire falsch ungültig abgelaufen erforderlich
    onjuist verlopen vereist ongeldig błędne nieprawidłowe wygasło wymagane fel felaktigt krävs
    feil forkert virheellinen hatalı yanlış gerekli salah diperlukan neplatné chybné hibás
    错误 不能为空 必填 गलत خاطئة
    """
)


def _is_strong(value: bytes) -> bool:
    """Whether no word and no number of a ticket, a version or a share looks so."""
    has_sign = _SIGN.search(value.rstrip(b"%")) is not None and _LETTER.search(value) is not None
    return len(value) >= _CHARS_MIN and is_no_word(value) and has_sign


def _take(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    if len(value) < 2 or not is_no_prose(value) or value.decode("utf-8", "replace") in _SAID:
        return None
    return start, start + len(value), value


def _take_no_word(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    return (start, start + len(value), value) if is_no_word(value) else None


def _take_mixed(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    is_mixed = _MIXED.fullmatch(value) is not None and len(value) >= _CHARS_MIN
    return (start, start + len(value), value) if is_mixed or _is_strong(value) else None


def _take_strong(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    return (start, start + len(value), value) if _is_strong(value) else None


def _take_later(start: int, value: bytes) -> Found | None:
    """With letters and a sign or a figure: `Lotus-7731`; no day, no number alone."""
    value = value.rstrip(_TRIM)
    is_one = _LETTER.search(value) is not None and len(value) >= _CHARS_MIN
    return _take_no_word(start, value) if is_one else None


_FOREIGN_TAKES: tuple[Take, ...] = (_take, _take, _take, _take_no_word)
TOLD: tuple[Finder, ...] = (
    last_of(_SENTENCE, _SENTENCE_GATE, is_no_word),
    grouped(_FOREIGN, _FOREIGN_GATE, *_FOREIGN_TAKES),
    grouped(_LATER, _LATER_GATE, _take_later),
    grouped(_DASHED, _DASHED_GATE, _take_mixed, _take_strong, _take_no_word, _take_mixed),
)
