"""Whole names behind a key that says that somebody is called so.

    keys        "full_name": "Veres Balázs", Customer name: Alfredo Arenas Ponce, vorname=Grace
    others'     name: 清水 京助, owner: Ann Reed, where the value looks like a name as well
    a form's    <FullName>Ann Reed</FullName>, FN:Ann Reed, N:Reed;Ann;;;, ATTENDEE;CN=Ann Reed:
    mail        From: Ann Reed <a@x.org>, "Reed, Ann" <a@x.org>

Enters: text. Leaves: names. Must hold: linear; all digits are alike. The value is what stands
between quotes; without them what a name is made of, up to a sign, a small word or the next key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.grouped import Grouped
from reticent_contract.redact.detectors.holding_keys import LIKELY, PART, SURE, patterns
from reticent_contract.redact.detectors.legal_forms import is_firm
from reticent_contract.redact.detectors.model import Finder, First, Found, Pattern, finder_at
from reticent_contract.redact.detectors.somebody import (
    Told,
    is_joint,
    is_small,
    is_somebody,
    is_uncased,
)

# Behind the sign: what opens the value.
_OPENED = re.compile(rb"[ \t]{0,8}(?:\xe3\x80\x80|\xc2\xa0)?\\{0,3}([\"']?)(?:\1(?=[^\s,;:}\])]))?")
_QUOTED = re.compile(rb"[^\"\\\r\n]+")
_IN_APOSTROPHES = re.compile(rb"(?:[^'\\\r\n]|'(?=[A-Za-z\x80-\xff]))+")
_BARE = re.compile(rb"[^\s\"'\\,;|<>{}\[\]=:][^,;|\t\r\n<>{}\[\]\"=\\]*")
_VALUE_BYTES = 320
_KEY_END = re.compile("(?<=.)(?::$|\uff1a)")  # Name: Ann Tel: 12, 姓名：王小明 电话：12
_VCARD = r"(?m)(?:^|\\n)(?:FN|N)(?:;[A-Za-z0-9=\-;]+)?:([^\r\n\\]+)"
_CALENDAR = (
    r"\b(?:ATTENDEE|ORGANIZER)(?:;[A-Z\-]+=[^;:\"\r\n]+)*;CN="
    r"(?:\\*\"([^\"\\\r\n]+)|([^\";:,\\\r\n]+))"
)
_DIRECTORY = r"\b(?:cn|CN|gecos|givenName)(?:=|:{1,2} )([^,;=+<>\"\r\n/]+)"
_MAIL = (
    r"\"([^\"\\\r\n<>]+)\" {0,2}<[^\s<>@]+@[^\s<>@]+>|"
    r"(?:[:,;>=\[(\"]|^(?: {0,4}--)?) {0,4}([^\s\":;<>@=,\[\]|\-]"
    r"[^\":;<>@=,\[\]|\r\n]*[^\s\":;<>@=,\[\]|]) "
    r"{0,2}<[^\s<>@]+@[^\s<>@]+>|"
    r"(?:: |^)([^\s\":;<>@=,\[\]|]+, [^\s\":;<>@=,\[\]|]+) {0,2}<[^\s<>@]+@[^\s<>@]+>"
)
_MAIL_GATE = r"<[^\s<>@]+@"
_FORMS_GATE = r"(?:\b|\\n)F?N[:;]|;CN=|\b(?:cn|CN|gecos|givenName)[=:]"
_TURNED = re.compile(r"([^,]+), ?([^,]+)")
_BLANKS = re.compile(r"\S+")
_ENDS_SENTENCE = re.compile(r".{4,}[.!?]\Z|[!?]\Z")
_AROUND = " \t\u3000\u00a0`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u00ab\u00bb"
_JOINTS = frozenset("-\u2013\u2014/&+@#*\u2022\u2192\u00b7")
_FIRST_BEYOND_ASCII = 0x80
_BEHIND_KEY = frozenset((b"=", b":"))


def whole(text: bytes, start: int, end: int, told: Told) -> Found | None:
    """The name, where all that stands between `start` and `end` is one."""
    raw = text[start:end]
    value = raw.decode("utf-8", "ignore")
    stripped = value.strip(_AROUND).rstrip(".!?;,")
    if not stripped:
        return None
    turned = _TURNED.fullmatch(stripped)
    if turned is not None and told is not Told.PART:
        if not is_somebody(f"{turned[2]} {turned[1]}", told) and not _is_graduate(turned, told):
            return None
    elif not is_somebody(stripped, told):
        return None
    start += len(value[: value.index(stripped)].encode())
    found = stripped.encode()
    if told is not Told.PART and is_firm(text, start, start + len(found)):
        return None
    return start, start + len(found), found


def _is_graduate(turned: re.Match[str], told: Told) -> bool:
    """`Rahayu Latupono, M.Pd`"""
    return "." in turned[2] and len(turned[2]) < 12 and is_somebody(turned[1], told)


def _of_bare(text: bytes, start: int, end: int) -> int:
    """Where a name ends that nothing closes: before the next key, a small word, a new sentence."""
    value = text[start:end].decode("utf-8", "ignore")
    words = [*_BLANKS.finditer(value)]
    if text[end : end + 1] in _BEHIND_KEY and words and not value[-1:].isspace():
        words.pop()  # the next key
    first_is_small = bool(words) and is_small(words[0][0])
    stop = 0
    for number, word in enumerate(words):
        written = word[0]
        key_end = _KEY_END.search(written)
        if written in _JOINTS or (is_small(written) and not first_is_small):
            break
        if number and is_uncased(words[0][0]) is not is_uncased(written) and written[:1] != "(":
            break
        if is_joint(written) and number:
            continue
        stop = word.end() if key_end is None else word.start() + key_end.start()
        if key_end is not None and number:
            stop = words[number - 1].end()
        if key_end is not None or _ENDS_SENTENCE.fullmatch(written) is not None:
            break
    return start + len(value[:stop].encode())


def _value(text: bytes, at: int) -> tuple[int, int] | None:
    """Where the value stands behind a key's sign."""
    limit = at + _VALUE_BYTES
    opened = _OPENED.match(text, at, limit)
    start = opened.end() if opened is not None else at
    quote = opened[1] if opened is not None else b""
    pattern = {b'"': _QUOTED, b"'": _IN_APOSTROPHES}.get(quote, _BARE)
    value = pattern.match(text, start, limit)
    if value is None or value.end() == limit:
        return None
    return start, value.end() if quote else _of_bare(text, start, value.end())


def _keyed(pattern: str, gate: str, first: First | None, told: Told) -> Finder:
    def find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
        is_beside: bool | None = None  # asked once for a text: for each key it were quadratic
        for start, end in spans:
            value = _value(text, end)
            if value is None:
                continue
            if _is_placeholder(text, start, end, value):
                continue
            found = whole(text, *value, told)
            if found is None and told is Told.LIKELY and _NAME_KEY.match(text, start) is not None:
                if is_beside is None:
                    is_beside = any(each.spans(text) for each in _PARTS)
                found = whole(text, *value, Told.PART) if is_beside else None
            if found is not None:
                yield found

    return finder_at(gate, Pattern(pattern, first=first), find, "B", reads=(0, 0))


def _is_placeholder(text: bytes, start: int, end: int, value: tuple[int, int]) -> bool:
    """`<이름> 지역 변수를`: of a usage, not `<이름>김철수</이름>`."""
    if text[end - 1 : end] != b">" or text[start] < _FIRST_BEYOND_ASCII:
        return False
    return text[value[1] : value[1] + 1] != b"<"


def _find_vcard(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    """Each part of `N:Reed;Ann;;Dr.;`, and of `FN:` all."""
    for start, end, _ in spans:
        for part in re.finditer(rb"[^;]+", text[start:end]):
            found = whole(text, start + part.start(), start + part.end(), Told.PART)
            if found is not None:
                yield found


def _find_likely(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    """In letters without capitals one word is enough: a mail's sender has one."""
    for start, end, _ in spans:
        is_other = is_uncased(text[start:end].decode("utf-8", "ignore"))
        found = whole(text, start, end, Told.NOUN if is_other else Told.LIKELY)
        if found is not None:
            yield found


def _find_sure(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for start, end, _ in spans:
        found = whole(text, start, end, Told.SURE)
        if found is not None:
            yield found


_PART_FINDERS = tuple(_keyed(*each, Told.PART) for each in patterns(PART))
# Beside one of those, `Nom: Dupont` is a surname.
_PARTS = tuple(finder.needs for finder in _PART_FINDERS if finder.needs is not None)
_NAME_KEY = re.compile(rb"(?i)(?:name|nom|nombre|nome|naam|namn|navn|nimi|nume|ad|meno|nama)\b")

HOLDERS: tuple[Finder, ...] = (
    *_PART_FINDERS,
    *(_keyed(*each, Told.SURE) for each in patterns(SURE)),
    *(_keyed(*each, Told.LIKELY) for each in patterns(LIKELY)),
    finder_at(_FORMS_GATE, Grouped(_VCARD), _find_vcard, "B", reads=(0, 0)),
    finder_at(_FORMS_GATE, Grouped(_CALENDAR), _find_sure, "B", reads=(0, 0)),
    finder_at(_FORMS_GATE, Grouped(_DIRECTORY), _find_likely, "B", reads=(0, 0)),
    finder_at(_MAIL_GATE, Grouped(_MAIL), _find_likely, "B", reads=(0, 0)),
)
