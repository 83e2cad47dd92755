"""Passwords that people and services write in sentences, in several languages.

Must hold: a word of prose is no password (`password is required`).
"""

from __future__ import annotations

from reticent_contract.redact.detectors.configured import is_no_word, last_of
from reticent_contract.redact.detectors.model import Finder
from reticent_contract.redact.gates import in_order

_WORD_FOR_ONE = (
    r"(?:\bpassword|\bpasswd|\bpasswort|\bpasscode|\bpassphrase|\bpw|\bpwd|\bkennwort|\bpin|"
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
    r"\bl\x{f6}senord|\bcontrasena|\bkata sandi|\bheslo|\bgeslo|\blozinka|\bsalasana|\badgangskode|"
    r"\bjelsz\x{f3}|\x{15f}ifre|m\x{1ead}t kh\x{1ea9}u|"
    r"\x{43f}\x{430}\x{440}\x{43e}\x{43b}\x{44c}|\x{5bc6}\x{7801}|"
    r"\x{be44}\x{bc00}\x{bc88}\x{d638}|"
    r"\x{643}\x{644}\x{645}\x{629} \x{627}\x{644}\x{645}\x{631}\x{648}\x{631}|"
    r"\x{3ba}\x{3c9}\x{3b4}\x{3b9}\x{3ba}\x{3cc}\x{3c2}|\x{5e1}\x{5d9}\x{5e1}\x{5de}\x{5d4}|"
    r"\x{30d1}\x{30b9}\x{30ef}\x{30fc}\x{30c9}|\x{92a}\x{93e}\x{938}\x{935}\x{930}\x{94d}\x{921})"
    r"\s?(?:=|:|\x{ff1a})\s?(?:\"[^\"\r\n]+|'[^'\r\n]+|[^\s\"']+)"
)
# Where case is ignored, the long s and the Kelvin sign would make it match s and k.
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_SENTENCE_GATE = in_order(
    r"(?i)(?:passwor[dt]|passwd|passcode|passphrase|\bpwd?|kennwort|\bpin|clave|senha|mot de passe|"
    r"wachtwoord|"
    rf"parola|has\x{{142}}o|contrase\x{{f1}}a|senord|{_BEYOND_ASCII}{{2}})\s{_BECOMES}:?\s|"
    r"(?:\bclave|\bsenha|mot de passe|wachtwoord|parola|kennwort|has\x{142}o|contrase\x{f1}a|"
    r"senord|contrasena|kata sandi|heslo|geslo|lozinka|salasana|adgangskode|jelsz\x{f3}|"
    r"\x{15f}ifre|"
    r"t kh\x{1ea9}u|"
    rf"{_BEYOND_ASCII}{{2}})\s?[=:\x{{ff1a}}]"
)
TOLD: tuple[Finder, ...] = (
    last_of(_SENTENCE, _SENTENCE_GATE, is_no_word),
    last_of(_FOREIGN, _SENTENCE_GATE, lambda value: len(value) > 1),
)
