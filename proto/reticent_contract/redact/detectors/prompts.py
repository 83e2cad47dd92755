"""What was typed behind a prompt, where a program wrote down its terminal.

    whose          Password for bob: X, [sudo] Passwort für bob: X
    of what        Enter passphrase for key '/home/bob/.ssh/id': X, Enter pass phrase for ca.key: X
    which          Vault password (prod): X, SUDO password[defaults to SSH password]: X
    in brackets    password (X) rejected
    behind dots    Password . . . . : X

Must hold: what a program says itself behind such words is none: `Password for bob: expired`,
`password for bob: try=2`, `password (sha512)`.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.configured import is_no_word
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found

_WORD = (
    r"(?:pass(?:word|code|wort|wd| ?phrase)|pwd?|kennwort|contrase\x{f1}a|senha|mot de passe|"
    r"has\x{142}o|wachtwoord)"
)
_OF = r"(?:for|of|f\x{fc}r|para|pour|de|di|per|voor|u\x{17c}ytkownika)"
_PROMPT = (
    rf"(?i)\b{_WORD} ?(?:{_OF} (?:[\"'][^\"'\r\n]{{1,200}}[\"']|[^\s:=]+(?: [^\s:=]+){{0,2}}|"
    r"[^\s:=]+ (?:(?:was|is|has been) )?(?:handed|given|sent|read|fetched|viewed|retrieved) "
    r"(?:to|by) [^\s:=]+)|"
    r"\([^()\r\n]{1,60}\)|\[[^\[\]\r\n]{1,60}\]) ?: [\"']?([^\s\"']+)"
)
# With its colon: every failed log-on says `password for`.
_PROMPT_GATE = (
    r"(?i)(?:pass(?:word|code|wort|wd|phrase| phrase)|\bpwd?|kennwort|contrase\x{f1}a|senha|"
    r"mot de passe|has\x{142}o|wachtwoord) ?(?:"
    rf"{_OF} (?:[\"']|[^\s:=]+(?: [^\s:=]+){{0,5}} ?: )|[(\[])"
)
_BRACKETED = r"(?i)\bpass(?:word|wd|code|phrase) [(\[]([^\s()\[\]]+)[)\]](?:[^:]|$)"
_BRACKETED_GATE = r"(?i)pass(?:word|wd|code|phrase) [(\[]"
_DOTTED = rf"(?i)\b{_WORD}[ ]?(?:\.[ ]?){{2,40}}:[ ]?([^\s\"']+)"
_DOTTED_GATE = r"(?i)(?:word|oord|code|wort|wd|phrase|\bpwd?|\x{f1}a|senha|passe|\x{142}o) ?\. ?\."
# The value of another key, or where something is: try=2, https://h/1.
_NO_ANSWER = re.compile(rb"[\w\-]+=.*|.*://.*|[\w.\-]+@[\w.\-]+\.[a-z]+", re.DOTALL)
_ALGORITHM = re.compile(
    rb"(?i)(?:pbkdf|sha|md|aes|b?crypt|scrypt|yescrypt|argon|type|version|v|r|des|rc|ntlm|user|uid|id|no|try|"
    rb"attempt|step|policy|line)[\-_#]?[0-9].*"
)
_TRIM = b".,;)"


def _take_answer(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    if not is_no_word(value) or _NO_ANSWER.fullmatch(value) is not None:
        return None
    return start, start + len(value), value


def _take_bracketed(start: int, value: bytes) -> Found | None:
    return None if _ALGORITHM.fullmatch(value) is not None else _take_answer(start, value)


PROMPTS: tuple[Finder, ...] = (
    grouped(_PROMPT, _PROMPT_GATE, _take_answer),
    grouped(_DOTTED, _DOTTED_GATE, _take_answer),
    grouped(_BRACKETED, _BRACKETED_GATE, _take_bracketed),
)
