"""Addresses written so that no program follows them: 203[.]0[.]113[.]9, ann[at]x[dot]org.

Enters: text, in which a dot or an @ stands in brackets. Leaves: addresses as they were meant.
Must hold: what is found without its brackets is what the other detectors find. A name of a host is
proved and likely as in `host`; `README[.]md` is a file in somebody's pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from reticent_contract.redact.detectors.host import in_url, is_likely
from reticent_contract.redact.detectors.host_kinds import is_defanged_by_itself, kind_of
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, Tier

_DOT = r"(?:\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\})\s?|\\\.)"
_AT = r"\s?(?:\[@\]|\(@\)|\[at\]|\(at\)|\{at\}|<at>)\s?"
_LABEL = r"[A-Za-z0-9][A-Za-z0-9\-]*"
_IPV4 = rf"\b[0-9]{{1,3}}(?:(?:{_DOT}|\.)[0-9]{{1,3}}){{2}}{_DOT}[0-9]{{1,3}}\b"
_IPV4 += rf"|\b[0-9]{{1,3}}{_DOT}[0-9]{{1,3}}\.[0-9]{{1,3}}\.[0-9]{{1,3}}\b"
# Before the @: ann(dot)lee, ann\.lee, ann dot lee.
_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]*[A-Za-z0-9])?"
_REST = r"[A-Za-z0-9][A-Za-z0-9._%+\-]*"
_EMAIL = (
    rf"(?i)(?:{_WORD}(?:{_DOT}| dot ))*{_REST}"
    rf"(?:{_AT}{_LABEL}(?:(?:{_DOT}|\.){_LABEL})*(?:{_DOT}|\.)[a-z]{{2,24}}|"
    rf"@{_LABEL}(?:(?:{_DOT}|\.){_LABEL})*{_DOT}[a-z]{{2,24}}|"
    rf" at {_LABEL}(?: dot {_LABEL}){{0,2}} dot (?:com|net|org|edu|gov|io|in|de|uk|fr|eu|info))\b|"
    rf"(?:{_WORD}{_DOT})+{_REST}@{_LABEL}(?:\.{_LABEL})*\.[a-z]{{2,24}}\b"
)
_HOST = rf"(?i)\b(?:{_LABEL}(?:{_DOT}|\.))*{_LABEL}(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))[a-z]{{2,24}}\b"
_GATE = r"(?i)[\[({](?:[.@]|dot|at)[\])}]|<at>| dot [a-z]|[a-z0-9\-]\\\.[a-z0-9]"
_BRACKETS = re.compile(
    rb"(?i)\s?[\[({<](?:(\.)|(@)|(dot)|(at))[\])}>]\s?|\s(?:(dot)|(at))\s|\\(\.)"
)


def _plain(value: bytes) -> bytes:
    return _BRACKETS.sub(lambda m: b"." if m[1] or m[3] or m[5] or m[7] else b"@", value)


def _is_ipv4(_text: bytes, _start: int, value: bytes) -> bool:
    octets = value.split(b".")
    return len(octets) == 4 and all(octet.isdigit() and int(octet) <= 255 for octet in octets)


def _is_email(_text: bytes, _start: int, value: bytes) -> bool:
    name, _, host = value.partition(b"@")
    return bool(name) and b"." in host and b" " not in value


_NO_KINDS = ("", "unlisted")  # a suffix that nobody has is a word of a pattern


def _is_proved_host(text: bytes, start: int, value: bytes) -> bool:
    kind = kind_of(value.lower())
    return kind == "plain" or (kind not in _NO_KINDS and in_url(text, start))


def _is_likely_host(text: bytes, start: int, value: bytes) -> bool:
    if _is_proved_host(text, start, value):
        return False
    kind = kind_of(value.lower())
    return kind not in _NO_KINDS and (is_defanged_by_itself(value) or is_likely(text, start, kind))


def _finder(pattern: str, tier: Tier, accept: Callable[[bytes, int, bytes], bool]) -> Finder:
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            value = _plain(text[start:end])
            if accept(text, start, value):
                yield start, end, value

    return Finder(_GATE, find, tier)


DEFANGED_IPV4 = _finder(_IPV4, "A", _is_ipv4)
DEFANGED_EMAIL = _finder(_EMAIL, "A", _is_email)
DEFANGED_HOSTS = _finder(_HOST, "A", _is_proved_host), _finder(_HOST, "B", _is_likely_host)
