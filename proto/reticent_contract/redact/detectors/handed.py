"""A login and its password as people hand them on, where neither has a key of its own.

    behind a word     creds: anil.k / Hunter@22, creds for the box: anil Hunter@22, user/pass ann/X
    to log in with    login with anil and Hunter@22, login: anil.k / Hunter@22
    to a server       LOGIN anil "Hunter@22", APOP anil 802bd0c9ecc419271e06b311f2a1d264
    behind two keys   id: anil pw: Hunter@22, where the secret is another finder's

Enters: text. Leaves: the secrets for one detector, the logins for another. Must hold: linear; the
secret is no word (`configured.is_no_word`), and where no slash joins both, none with a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.configured import is_no_word
from reticent_contract.redact.detectors.grouped import Grouped
from reticent_contract.redact.detectors.model import Found, finder_at
from reticent_contract.redact.detectors.person import is_prose_word, named

_LOGIN = r"([a-z][\w.\-@\\]+)"
_LEAD = (
    r"(?:\bcred(?:ential)?s?|\b(?:user(?:name)?|login|id) ?/ ?pass(?:word)?)"
    r"(?: (?:for|of|to|on) (?:[\w\-]+ ){0,2}[\w\-]+)?(?: ?[:=\-]| are| is)? "
)
_JOINT = r" ?/ ?| "
_WORD = r"([^\s\"'/,;][^\s\"',;]+)"
_PAIR = (
    rf"(?i){_LEAD}{_LOGIN}(?:{_JOINT}){_WORD}|"
    rf"\blog(?:ged)?[ \-]?in (?:with|as|using) {_LOGIN} (?:and|with|&|/) {_WORD}|"
    rf"\blog ?in ?[:=\-] ?{_LOGIN} ?/ ?{_WORD}|"
    rf"\b(?:user ?)?id ?[:=\-] ?{_LOGIN}[ ,;|]{{1,3}}(?:pw|pwd|pass(?:word|wd|code)?) ?"
    rf"(?:[:=\-] ?|is ){_WORD}|"
    r"(?-i:\bLOGIN \"?([A-Za-z][\w.\-@]*)\"? \"([^\"\r\n]+)\"|"
    r"\bAPOP ([A-Za-z][\w.\-@]*) ([0-9a-f]+)\b)"
)
_GATE = (
    r"(?i)\bcred(?:ential)?s?[ :=\-]|\b(?:user|username|login|id) ?/ ?pass|"
    r"log(?:ged)?[ \-]?in (?:with|as|using) |\blog ?in ?[:=\-] ?[^ /]+ ?/|"
    r"[ ,;|](?:pwd?|pass(?:word|wd|code)?) ?(?:[:=\-]|is )|(?-i:\bLOGIN \"?[A-Za-z]|\bAPOP )"
)
_FIND = Grouped(_PAIR)
_JOINED = re.compile(rb"[/:=\-]|\bis\b")
_OF_APOP = re.compile(rb"[0-9a-f]{32}")
_TRIM = b".,;)]"
_CHARS_MIN, _CHARS_MAX = 6, 64
_SIGN = re.compile(rb"[!@#$%^&*+=~]")
_LETTER = re.compile(rb"[A-Za-z]")
_MIXED = re.compile(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).*", re.DOTALL)
_OF_OTHERS = re.compile(rb"[\w\-]+=.*|.*://.*|[\w.\-]+@[\w.\-]+\.[a-z]+", re.DOTALL)


def _pairs(
    spans: Sequence[tuple[int, int, int]],
) -> Iterable[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    return zip(spans[::2], spans[1::2], strict=True)


def _is_handed_on(text: bytes, login: tuple[int, int, int], secret: tuple[int, int, int]) -> bool:
    value = text[secret[0] : secret[1]].rstrip(_TRIM)
    if len(value) > _CHARS_MAX or login[1] - login[0] > _CHARS_MAX:
        return False
    if not is_no_word(value) or _OF_OTHERS.fullmatch(value) is not None:
        return False
    between = text[login[1] : secret[0]]
    if _JOINED.search(between) is not None or _OF_APOP.fullmatch(value) is not None:
        return True
    if is_prose_word(text[login[0] : login[1]].rstrip(_TRIM)):
        return False
    return b'"' in between or (len(value) >= _CHARS_MIN and _is_strong(value))


def _is_strong(value: bytes) -> bool:
    has_sign = _SIGN.search(value.rstrip(b"%")) is not None and _LETTER.search(value) is not None
    return has_sign or _MIXED.fullmatch(value) is not None


def _find_secrets(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for login, secret in _pairs(spans):
        if _is_handed_on(text, login, secret):
            start = secret[0]
            value = text[start : secret[1]].rstrip(_TRIM)
            yield start, start + len(value), value


def _find_logins(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for login, secret in _pairs(spans):
        if _is_handed_on(text, login, secret):
            found = named(login[0], text[login[0] : login[1]])
            if found is not None:
                yield found


HANDED_SECRETS = finder_at(_GATE, _FIND, _find_secrets, "B", reads=(0, 0))
HANDED_LOGINS = finder_at(_GATE, _FIND, _find_logins, "B", reads=(0, 0))
