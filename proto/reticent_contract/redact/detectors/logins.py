"""User names that are made of what people are called, wherever they stand.

    joined        lucia.prieto, fatou_diallo, in a queue's, a branch's, a mailbox's name
    an initial    `priya_s: done`
    a dash        "guest-ramya", 'ramya-phone'
    a resource    aws_iam_user.fatou_diallo
    a state       jdoe is away, jdoe is now offline

Enters: text. Leaves: names. Must hold: linear; all digits are alike. A given name and a word that
logs are not written with stand side by side: `marina.conf`, `simon_says` and `test_anna` are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.person import named
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.gates import in_order
from reticent_contract.redact.shapes import ANY_DIGIT

_GIVEN_CHARS_MIN = 4
_RUN = re.compile(rb"(?:^|(?<=[\s\"'(\[{<>=:,;|/]))[a-z]{3,24}(?:[._][a-z]{1,24})+[0-9]{0,4}")
_GATE = r"(?:^|[\s\"'(\[{<>=:,;|/])[a-z]{3}[a-z]*[._][a-z]"
_PARTS = re.compile(rb"[a-z]+")
_BEHIND = re.compile(rb"[@(=\\]|[.\-]?[A-Za-z0-9\x80-\xff]|::|://|\(\)")
_OTHER_CHARS_MIN = 3
_HOSTS = frozenset(b"com net org io dev app local lan de in uk fr nl eu co edu gov".split())
_ONES = words("guest user admin phone pc laptop tablet mac ipad iphone home work office mobile")
_DASHED = r"[\"']([a-z]+-[a-z]+)[\"']"
_RESOURCE = r"_(?:user|member|login|person|employee)(?:\.|\[\\?[\"'])([a-z]+(?:[._\-][a-z]+)*)"
_SPEAKS = r"(?:^|\] |\) )([a-z]{4,}[._][a-z]): "
# The part of a branch's, a mailbox's or a folder's name that says whose it is.
_OF_PATH = (
    r"\b(?:[Bb]ranch(?:es)?|origin|heads|feature|fix|bugfix|hotfix|users?|dev|personal|homes?|"
    r"people|staff|profiles?|[Mm]ailbox(?:es)?|inbox|queue|folder)(?: [\"']?|/)"
    r"(?:(?:feature|fix|bugfix|hotfix|users?|dev|personal)/)?"
    r"([a-z]+(?:[._][a-z]+)?)(?:/|[\-_]?[\"']|-[a-z])"
)
_PATH_GATE = (
    r"(?:[Bb]ranch(?:es)?|origin|heads|feature|fix|users?|dev|personal|homes?|people|staff|profiles?|"
    r"[Mm]ailbox(?:es)?|inbox|queue|folder)(?: [\"']?|/)[a-z]+[._a-z]*[/\-_\"']"
)
# At the end of what is said: blocked a device for benoit.
_LAST = r"\b(?:for|by) ([a-z]{4,16})(?:[.!;,)]|$)"
_LAST_GATE = r"(?:for|by) [a-z]+(?:[.!;,)\n]|$)"
_INITIALED_GATE = r"(?:of|for|by|to|from|with|as|user|cc) [a-z]\.[a-z]{4}"
_INITIALED = (
    r"\b(?:of|for|by|to|from|with|as|user|cc) ([a-z]\.[a-z]{4,}[0-9]{0,3})"
    r"(?:[\s,;:)\"']|\.?$)"
)
_ELEMENT = (
    r"<(?:[A-Za-z][\w.\-]{0,20}:)?(?:[A-Za-z_\-]*(?:[Uu]ser|[Aa]ccount|[Ll]ogin)[_\-]?(?:[Nn]ame|[Ii][Dd])|"
    r"[A-Za-z]*[Uu]ser|NameID|[Ll]ogin|[Oo]wner|[Aa]uthor|[Aa]ssignee|[Rr]eporter|[Cc]reator|"
    r"[Mm]odifier|[Rr]equester|[Oo]perator|[Aa]pprover|[A-Za-z]*By)(?:\s[^<>]*[\"'])?>"
    r"([^<>\s]{2,64})</"
)
_ELEMENT_GATE = (
    r"(?:ser|ame|ogin|wner|uthor|ssignee|eporter|reator|odifier|equester|perator|pprover|By|[Ii][Dd])>[^<]|"
    r"[\"']>[^<]"
)
# What is said of nobody but people, and with `now` of few things else.
_AWAY = (
    r"(?:^|[:,;\]>)] )([^\s,;:\"'()\[\]<>=/|]{2,64}) is "
    r"(?:(?:now |currently )?(?:away|typing|presenting|afk)|"
    r"(?:now|currently) (?:online|offline|available|unavailable|busy|idle))\b"
)
_AWAY_GATE = r"is (?:now|currently|away|typing|presenting|afk)"
# In capitals throughout, as registers and cards have them.
_CAPITALS = r"\b[A-Z]{3,}(?:,? [A-Z]{2,}){1,3}\b"
_CAPITALS_GATE = r"[A-Z]{3},? [A-Z]{2}"
_CAPITAL_PART = re.compile(rb"[A-Z]+")
_MARKED_GATE = in_order(
    r"[\"'][a-z]+-[a-z]+[\"']|_(?:user|member|login|person|employee)(?:\.|\[)|"
    r"(?:^|\] |\) )[a-z]+[._][a-z]+: "
)


def _is_given(part: bytes) -> bool:
    return len(part) >= _GIVEN_CHARS_MIN and part.decode("utf-8", "replace") in GIVEN_NAMES


@lru_cache(maxsize=4_096)
def _is_other(part: bytes) -> bool:
    """Whether it may be a name beside a given one."""
    if len(part) < _OTHER_CHARS_MIN:
        return False
    return _is_given(part) or (may_be_name(part) and not is_english(part.decode()))


@lru_cache(maxsize=4_096)
def _two(run: bytes) -> tuple[int, int] | None:
    """Where a given name and another stand side by side."""
    parts = [*_PARTS.finditer(run)]
    if parts[-1][0] in _HOSTS and b"_" not in run:
        return None
    if run.count(b".") > 1 and not all(_is_other(part[0]) for part in parts):
        return None  # a package, a host
    for first, second in pairwise(parts):
        given, other = _is_given(first[0]), _is_given(second[0])
        if (given and _is_other(second[0])) or (other and _is_other(first[0])):
            last = second is parts[-1]
            return first.start(), len(run) if last else second.end()
    return None


class _Joined(Pattern):
    """Where logins made of given names stand, in the place of where the gate matches."""

    __slots__ = ()

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        found = []
        for run in _RUN.finditer(text):
            two = _two(run[0])
            if two is None:
                continue
            start, end = run.span()
            if _BEHIND.match(text, end) is None:
                found.append((start + two[0], start + two[1]))
        return found


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        yield start, end, text[start:end]


def _take_dashed(start: int, value: bytes) -> Found | None:
    one, _, other = value.partition(b"-")
    if {one.decode(), other.decode()}.isdisjoint(_ONES) or not (_is_given(one) or _is_given(other)):
        return None
    return named(start, value)


def _take_unknown(start: int, value: bytes) -> Found | None:
    parts = _PARTS.findall(value)
    is_somebody = len(parts) > 1 or _is_given(value)
    return named(start, value) if is_somebody and all(map(_is_other, parts)) else None


def _take_speaker(start: int, value: bytes) -> Found | None:
    return named(start, value) if _is_given(value[:-2]) else None


def _take_given(start: int, value: bytes) -> Found | None:
    return named(start, value) if _is_given(value) else None


def _take_of_path(start: int, value: bytes) -> Found | None:
    return named(start, value) if any(map(_is_given, _PARTS.findall(value))) else None


def _take_initialed(start: int, value: bytes) -> Found | None:
    surname = value[2:].rstrip(b"0123456789")
    return named(start, value) if surname not in _HOSTS and _is_other(surname) else None


def _take_unknown_word(start: int, value: bytes) -> Found | None:
    return named(start, value) if may_be_name(value.lower().translate(ANY_DIGIT)) else None


def _find_capitals(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    """Of a row of words in capitals a given name, and the names beside it: MEENA KUMARI."""
    for start, end in spans:
        run: list[tuple[int, int]] = []
        for part in (*_CAPITAL_PART.finditer(text, start, end), None):
            if part is not None and _is_other(part[0].lower()):
                run.append(part.span())
                continue
            names = [text[slice(*each)].lower() for each in run]
            if len(run) > 1 and any(map(_is_given, names)):
                yield run[0][0], run[-1][1], text[run[0][0] : run[-1][1]]
            run = []


LOGINS: tuple[Finder, ...] = (
    finder_at(_GATE, _Joined(_GATE), _find, "B", reads=(0, 0)),
    grouped(_DASHED, _MARKED_GATE, _take_dashed),
    grouped(_RESOURCE, _MARKED_GATE, _take_unknown),
    grouped(_SPEAKS, _MARKED_GATE, _take_speaker),
    grouped(_OF_PATH, _PATH_GATE, _take_of_path),
    grouped(_INITIALED, _INITIALED_GATE, _take_initialed),
    grouped(_LAST, _LAST_GATE, _take_given),
    grouped(_ELEMENT, _ELEMENT_GATE, _take_unknown_word),
    grouped(_AWAY, _AWAY_GATE, _take_unknown_word),
    finder_at(_CAPITALS_GATE, Pattern(_CAPITALS), _find_capitals, "B", reads=(0, 0)),
)
