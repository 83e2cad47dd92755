"""Secrets in lists, objects and dumps: a bracket or a type stands between them and their key.

Enters: text. Leaves: the strings within, as `secret.SECRET` has them.

    lists       "x-api-key": ["X"], tokens=['X', 'Y'], []string{"X"}
    objects     "token": {"value": "X"}, of DynamoDB "password": {"S": "X"}
    dumps       ["password"]=> string(8) "X", s:8:"password";s:8:"X";, DefaultPassword REG_SZ X
    cookies     "Cookie": ["sid=X"], (b'cookie', b'sid=X'), cookie=[SID=X], <cookie>sid=X</cookie>,
                "cookies": {"sid": "X"}, "cookies": [{"name": "sid", "value": "X"}]
    words       Server=db;Pwd=blue sky 42, password: several words (see the modules of both)

Must hold: linear; what is kept of a list under a name that is also a thing's (tokens, secrets) has
digits; of a cookie only what could open a session: `theme=dark` stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reticent_contract.redact.detectors.configured import is_no_word
from reticent_contract.redact.detectors.connections import CONNECTIONS
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.named import (
    NAME,
    NAMED_GATE,
    QUOTED_VALUE,
    is_no_name,
    is_ours,
    is_plain,
)
from reticent_contract.redact.detectors.passphrases import PASSPHRASES

_STRINGS = rf"(?-i:[bu]?)(?:{QUOTED_VALUE})(?:\s*,\s*(?-i:[bu]?)(?:{QUOTED_VALUE}))*"
_LIST = (
    rf"(?i)(?:{NAME})[\\\"']{{0,4}}\]?\s{{0,2}}(?:=>?|::?)\s{{0,2}}"
    rf"(?:\[\](?:string|byte)\{{|[\[(]{{1,2}})\s*{_STRINGS}"
)
_VALUE_KEYS = r"(?:value|s|#?_?text|\$t?|data|plain(?:text)?|raw|content)"
_OBJECT = (
    rf"(?i)(?:{NAME})[\\\"']{{0,4}}\s{{0,2}}(?:=>?|:)\s{{0,2}}\[?\s?\{{[^{{}}\r\n]{{0,120}}?[\\\"'{{,\s]"
    rf"{_VALUE_KEYS}[\\\"']{{0,2}}\s?(?::|=>?)\s?(?:{QUOTED_VALUE})"
)
_DUMP = (
    rf"(?i)(?:{NAME})(?:[\\\"']{{1,3}}\]\s?=>\s*string\([0-9]{{1,5}}\)\s|\\?\";s:[0-9]{{1,5}}:)"
    r"\\?\"[^\"\r\n]+"
)
_REGISTRY = rf"(?i)(?:{NAME})\s+REG_(?:EXPAND_)?SZ\s+[^\r\n]+"
_REGISTRY_GATE = r"(?i)\sREG_(?:EXPAND_)?SZ\s"
_COOKIE_HEADER = (
    rf"(?i)cookies?(?:[\\\"']{{1,4}}\s{{0,2}}|\s?)(?:=>?|:|,)\s{{0,2}}[\[(]{{0,2}}\s*{_STRINGS}|"
    r"cookies?\s?[=:]\s?\[[^\]\"'\r\n]+"
)
_COOKIE_ELEMENT = r"(?i)<[\w:.\-]*cookies?>[^<]+"
_COOKIE_OBJECT = (
    r"(?i)cookies?(?:[\\\"']{1,4}\s{0,2}|\s?)(?:=>?|:)\s{0,2}(?:\{[^{}\r\n]+|\[\s?\{[^\]\r\n]+)"
)
COOKIE_GATE = r"(?i)cookies?(?:[\\\"',=:>]|\s[=:,])"
_STRING = Pattern(QUOTED_VALUE)
_TYPE = re.compile(rb"(?i)REG_(?:EXPAND_)?SZ\s+")
_OPENED = re.compile(rb"[\[({][bu]?\\?[\"']|[\[({]\s")
_KEY_OF_VALUE = re.compile(
    rb"(?i)[\\\"'{,\s](" + _VALUE_KEYS.encode() + rb")[\\\"']{0,2}\s?(?::|=>?)\s?(?=\\?[\"'])"
)
# Where the key says that each of its values is one; tokens and secrets are things as well.
_EXACT = re.compile(
    rb"(?i)(?:pass(?:word|wd|phrase|code)s?|passw(?:or)?t|pwd|psk|keys?|token|secret|pass)"
    rb"[\\\"'\]]*\s*[=:]"
)
_PAIR_OF_COOKIE = re.compile(rb"[^\s=;,\"'<>]{1,80}=([^\s;,]{6,})")
_BEHIND_COOKIE = re.compile(rb"(?i)cookies?(?:[\\\"']{1,4}\s{0,2}|\s?)(?:=>?|:|,)\s{0,2}")
_KEYED = re.compile(rb"([\w.\-$]{1,80})\\?[\"']?\s?(?::|=>?)\s?\Z")
# What a cookie has beside its value.
_ABOUT = frozenset(
    b"name path domain expires expiry maxage max-age originalmaxage samesite priority sameparty "
    b"created lastaccessed creation url comment partitionkey storeid".split()
)
# Of what is asked of a value: 'password' => ['required', 'min:8'], ["This field is required."].
_RULE = re.compile(
    rb"required|string|nullable|confirmed|sometimes|(?:min|max|required_\w{1,20}):[\w,.]{0,40}"
)
_BLANKS_MAX = 1
_KEY_BYTES = 90
_SESSION_CHARS_MIN = 16


def _strings(text: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Where the quoted strings stand between `start` and `end`, without their quotes."""
    part = text[start:end]
    for first, last in _STRING.spans(part):
        raw = part[first:last]
        value = raw.lstrip(b"\\\"'")
        begin = start + first + len(raw) - len(value)
        value = value.rstrip(b"\\\"'")
        yield begin, begin + len(value), value


def _is_one(key: bytes, value: bytes, *, is_exact: bool) -> bool:
    if not value or is_ours(value) or is_plain(key, value):
        return False
    return is_exact or is_no_name(value)


def _find_list(text: bytes) -> Iterable[Found]:
    for start, end in _LIST_FIND.spans(text):
        raw = text[start:end]
        opened = _OPENED.search(raw)
        if opened is None:
            continue
        key = raw[: opened.start()]
        if len(key) > _KEY_BYTES:  # judged once for each value
            key = b"key="
        each = [*_strings(text, start + opened.start(), end)]
        if any(_RULE.fullmatch(value) is not None for _, _, value in each):
            continue
        exact = _EXACT.search(key) is not None
        for first, last, value in each:
            if _is_one(key, value, is_exact=exact) and value.count(b" ") <= _BLANKS_MAX:
                yield first, last, value


def _find_object(text: bytes) -> Iterable[Found]:
    for start, end in _OBJECT_FIND.spans(text):
        raw = text[start:end]
        opened = raw.index(b"{")
        told = _KEY_OF_VALUE.search(raw, opened)
        if told is None:
            continue
        exact = told[1].lower() == b"value"
        for first, last, value in _strings(text, start + told.end(), end):
            if _is_one(raw[:opened], value, is_exact=exact):
                yield first, last, value


def _find_dump(text: bytes) -> Iterable[Found]:
    for start, end in _DUMP_FIND.spans(text):
        first = start + text[start:end].rindex(b'"') + 1
        value = text[first:end].rstrip(b"\\")
        if _is_one(text[start:first], value, is_exact=True):
            yield first, first + len(value), value


def _find_registry(text: bytes) -> Iterable[Found]:
    for start, end in _REGISTRY_FIND.spans(text):
        raw = text[start:end]
        told = _TYPE.search(raw)
        value = b"" if told is None else raw[told.end() :].split(b"  ")[0].strip()
        if told is not None and _is_one(raw[: told.start()].strip() + b"=", value, is_exact=True):
            first = start + told.end()
            yield first, first + len(value), value


def _opens(value: bytes) -> bool:
    """Whether what a cookie holds could open a session."""
    return len(value) >= _SESSION_CHARS_MIN or is_no_word(value)


def _find_header(text: bytes) -> Iterable[Found]:
    for start, end in _HEADER_FIND.spans(text):
        raw = text[start:end]
        bracket = raw.find(b"[")
        if bracket >= 0 and b'"' not in raw and b"'" not in raw:
            each: Iterable[Found] = [(start + bracket + 1, end, raw[bracket + 1 :])]
        else:
            told = _BEHIND_COOKIE.match(raw)
            each = _strings(text, start + (0 if told is None else told.end()), end)
        for first, last, value in each:
            if _is_cookie(value):
                yield first, last, value


def _is_cookie(value: bytes) -> bool:
    if is_ours(value):
        return False
    if b"=" not in value:
        return len(value) >= _SESSION_CHARS_MIN and b" " not in value and is_no_word(value)
    return any(_opens(pair) and not is_ours(pair) for pair in _PAIR_OF_COOKIE.findall(value))


def _find_element(text: bytes) -> Iterable[Found]:
    for start, end in _ELEMENT_FIND.spans(text):
        first = text.index(b">", start) + 1
        if _is_cookie(text[first:end]):
            yield first, end, text[first:end]


def _find_cookies(text: bytes) -> Iterable[Found]:
    """Of an object what stands behind a cookie's name, of a list of objects their `value`."""
    for start, end in _COOKIES_FIND.spans(text):
        opened = text.index(b"{", start)
        is_list = b"[" in text[start:opened]
        for first, last, value in _strings(text, opened, end):
            before = text[max(opened, first - _KEY_BYTES) : first].rstrip(b"\\\"'")
            key = _KEYED.search(before)
            if key is None or is_ours(value):
                continue
            name = key[1].lower()
            if (name == b"value" if is_list else name not in _ABOUT) and _opens(value):
                yield first, last, value


_LIST_FIND = Pattern(_LIST)
_OBJECT_FIND = Pattern(_OBJECT, first=re.compile(rb"\{").search)
_DUMP_FIND = Pattern(_DUMP, first=re.compile(rb"\([0-9]|;..?:[0-9]").search)
_REGISTRY_FIND = Pattern(_REGISTRY)
_HEADER_FIND = Pattern(_COOKIE_HEADER)
_ELEMENT_FIND = Pattern(_COOKIE_ELEMENT)
_COOKIES_FIND = Pattern(_COOKIE_OBJECT)
STRUCTURED: tuple[Finder, ...] = (
    Finder(NAMED_GATE, _find_list, "B", needs=_LIST_FIND),
    Finder(NAMED_GATE, _find_object, "B", needs=_OBJECT_FIND),
    Finder(NAMED_GATE, _find_dump, "B", needs=_DUMP_FIND),
    *CONNECTIONS,
    *PASSPHRASES,
    Finder(_REGISTRY_GATE, _find_registry, "B", needs=_REGISTRY_FIND),
    Finder(COOKIE_GATE, _find_header, "B", needs=_HEADER_FIND),
    Finder(COOKIE_GATE, _find_element, "B", needs=_ELEMENT_FIND),
    Finder(COOKIE_GATE, _find_cookies, "B", needs=_COOKIES_FIND),
)
