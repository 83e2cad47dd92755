"""Passwords with blanks in strings by which a program connects: ADO.NET, ODBC, OLE DB, JDBC.

    bare       Server=db;Uid=app;Pwd=blue sky 42;Database=hr
    last       Data Source=db;User ID=sa;Password=blue sky 42
    braces     Driver={ODBC Driver 17};UID=sa;PWD={blue; sky}} 42};Encrypt=yes
    quotes     Password="blue ""sky"" 42";, Password=&quot;blue sky&quot;;

Enters: text. Leaves: the values, as `secret.SECRET` has them. Must hold: linear; without a key of
such strings beside it, or a prefix, nothing is found. A value without a blank is found elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.ends import trimmed
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.named import NAME, NAMED_GATE, PROSE, is_ours, is_plain

_KEYS = (
    r"(?:server(?: ?name)?|data ?source|(?:network )?addr(?:ess)?|host(?:[ _]?name)?|data ?base|"
    r"db(?:[ _]?name)?|initial catalog|user(?:[ _]?(?:id|name))?|uid|driver|provider|dsn|dbq|"
    r"encrypt|trusted_?connection|trust ?server ?certificate|integrated ?security|port|"
    r"persist security info|service[ _]?name|application name|connect(?:ion)? ?time ?out|pooling|"
    r"ssl[ _]?mode|(?:min|max)(?:imum)? ?pool ?size|charset|schema|endpoint|account ?name|"
    r"multiple ?active ?result ?sets|default ?endpoints ?protocol|endpoint ?suffix)"
)
_FIND = Pattern(
    rf"(?i)(?:{NAME})[ \t]{{0,2}}[=:][ \t]{{0,4}}"
    r"(?:[{\"'&][^\s;][^;\r\n]*|[^\s;{\"'][^;\r\n]*[ \t][^\s;][^;\r\n]*)",
    first=re.compile(rb";").search,
)
_KEY_BEFORE = Pattern(rf"(?i)(?:\b|_){_KEYS}\s{{0,2}}[=:][^;=]*;|\b(?:jdbc|odbc):|\bDriver=\{{")
_KEY_BEHIND = re.compile(rf"(?i);\s{{0,4}}{_KEYS}\s{{0,2}}[=:]".encode())
_SIGN = re.compile(rb"[=:][ \t]{0,4}")
_NEXT_KEY = re.compile(rb";\s{0,4}[A-Za-z][\w .:\-]{0,40}[=:]|;\s{0,4}$|;?\\?[\"'`]", re.MULTILINE)
_ENDS = rb"(?![\s,;)\]}>]|\Z)"
_BARE = re.compile(
    rb"(?:&(?!(?:quot|apos|#34|#39);)(?:[a-zA-Z]{2,8};|#[0-9]{1,6};)?|['`]" + _ENDS + rb"|"
    rb"<(?!/)|[^;&\"'`<\r\n]){1,1024}"
)
# Each ends before a CR too: what nothing ends must not be read again from every key within it.
_SET_OFF = re.compile(
    rb"\{((?:[^}\r\n]|\}\}){1,1024})(?:\}|(?=[\r\n])|\Z)|"
    rb"\"((?:[^\"\r\n]|\"\"){1,1024})(?:\"(?=[;\s'\\]|\Z)|\Z)|"
    rb"'((?:[^'\r\n]|''){1,1024})(?:'(?=[;\s\"\\]|\Z)|\Z)|"
    rb"&quot;((?:[^&\r\n]|&(?!quot;)){1,1024})(?:&quot;|(?=[\r\n])|\Z)",
)
# The same with quotes within it, where none is open before it and the key of another ends it.
_BARE_WITH_QUOTES = re.compile(rb"[^;\"\r\n<]{1,512}\"[^;\r\n<]{1,512}")
# What no value has that nothing ends: the key of another, an option, what is told of the string.
_NO_MORE = re.compile(
    rb"(?i)[.,:]?\s(?:[\w.\-]{2,40}\s?=(?!=)|--?[a-z]|\.?/|[\-|>(\[]|\xe2\x80[\x93\x94]\s|"
    rb"(?:failed|failure|fails|error|timed|timeout|refused|rejected|denied|retrying|exception|"
    rb"unable|cannot|could|for user|from host|after [0-9]|in [0-9]|at [0-9])\b"
    rb"(?!\s[0-9]{1,4}\Z))"
)
_BEFORE_BYTES = 512
_LABEL_BYTES = 40
_TRIM = b".,)]"


def _is_within(text: bytes, start: int, end: int) -> bool:
    """Whether a key of such a string, whose value ends, stands before `start` or from `end`."""
    if _KEY_BEHIND.match(text, end) is not None:
        return True
    before = text[max(0, start - _BEFORE_BYTES) : start]
    label = before[before.rfind(b";") + 1 :]
    is_next = b";" in before and len(label) < _LABEL_BYTES and b"=" not in label
    return is_next and bool(_KEY_BEFORE.spans(before))


def _bare(text: bytes, first: int) -> int:
    found = _BARE_WITH_QUOTES.match(text, first)
    if found is not None and _KEY_BEHIND.match(text, found.end()) is not None:
        line = text[max(0, first - _BEFORE_BYTES) : first]
        if b'"' not in line[line.rfind(b"\n") + 1 :]:
            return found.end()
    found = _BARE.match(text, first)
    if found is None:
        return first
    end = found.end()
    if _NEXT_KEY.match(text, end) is None:
        goes_on = _NO_MORE.search(text, first, end)
        if goes_on is not None:
            end = goes_on.start()
        end = trimmed(text, first, end, _TRIM)
    return first + len(text[first:end].rstrip(b" \t\\"))


def _find(text: bytes) -> Iterable[Found]:
    behind = 0
    for start, end in _FIND.spans(text):
        sign = _SIGN.search(text, start, end)
        if sign is None or start < behind:
            continue  # the latter is within the value before
        first = sign.end()
        set_off = _SET_OFF.match(text, first)
        if set_off is not None:
            (first, end), behind = set_off.span(set_off.lastindex or 0), set_off.end()
        else:
            end = behind = _bare(text, first)
        value = text[first:end]
        if not value.strip() or (set_off is None and b" " not in value and b"\t" not in value):
            continue
        raw = text[start:end]
        whole = value if set_off is None else set_off[0]
        is_told = b":" in text[start:first] and value.split()[0].lower() in PROSE
        if is_told or is_ours(value) or is_plain(raw, value) or is_plain(raw, whole):
            continue
        if _is_within(text, start, behind):
            yield first, end, value


CONNECTIONS: tuple[Finder, ...] = (Finder(NAMED_GATE, _find, "B", needs=_FIND),)
