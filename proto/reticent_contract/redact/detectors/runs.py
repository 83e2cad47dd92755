"""Whole names behind the words of a sentence that tell of somebody, and before what people do.

    in other letters    user ظبي آل مقطة logged in, Patient 林 明美 admitted, <王洁> hello
    with capitals       employee Christiane Carrier joined, Missed call from Elaine Jenkins

Enters: text. Leaves: names, without the titles before them. Must hold: linear; no digit is looked
at. In letters without capitals the name is the whole run between the words of the sentence; with
them one word at least is a given name, or none is one that logs are written with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors import cues
from reticent_contract.redact.detectors.foreign import OF_COMPANIES, PLACES
from reticent_contract.redact.detectors.full_names import (
    FULL_GATE,
    LOWER,
    TURNED_GATE,
    UPPER,
    is_of_thing,
)
from reticent_contract.redact.detectors.grouped import Grouped
from reticent_contract.redact.detectors.holding_keys import LIKELY, PART, SURE, WHO
from reticent_contract.redact.detectors.legal_forms import is_firm
from reticent_contract.redact.detectors.model import (
    Finder,
    First,
    Found,
    Pattern,
    finder_at,
    words,
)
from reticent_contract.redact.detectors.renowned import is_renowned
from reticent_contract.redact.detectors.somebody import (
    PARTICLES,
    TITLES,
    Told,
    is_somebody,
    is_uncased,
)

_NOUNS = "|".join(
    (
        *WHO,
        "user",
        "account",
        "tutor",
        "colleague",
        "joiner",
        "joinee",
        "trustee",
        "operator",
        "Mr",
        "Ms",
    )
)
_GREETS = (
    "welcome|dear|hi|hello|hey|thanks|thank you|regards|sincerely|cheers|best|congratulations|bye|"
    "goodbye|good (?:morning|afternoon|evening)|yours|love"
)
_TELLS = rf"(?:(?:{_NOUNS})s?|{_GREETS}|assigned to|cc|attn)"
_TELLS_OTHERS = _TELLS.replace("|child|", "|")
_TO = (
    r"(?:assigned|sent|delegated|escalated|forwarded|issued|granted|paid|spoke|talked|speak|talk|handed|"
    r"given|emailed|messaged|reports|replied|reply|shown|delivered|transferred|awarded|sold|booked|"
    r"addressed|belongs|reported|introduced|said|wrote|message|mail|call|note) to"
)
_LEADS = rf"(?:by|from|with|for|between|named|called|meet|met|ask|told|ping|{_TO})"
_DOES = (
    r"(?:(?:has|have|had|is|was|just|will) )?(?:been )?(?:joined|left|logged|signed|checked|called|"
    r"joins|leaves|wrote|said|says|typing|online|offline|admitted|enrolled|boarded|registered|"
    r"approved|rejected|requested|created|updated|deleted|uploaded|commented|replied|reported|"
    r"accepted|declined|invited|added|removed|assigned|submitted|completed|opened|closed|arrived|"
    r"started|connected|disconnected|subscribed|resigned|shared|sent|paid|ordered|asked|agreed)\b"
)
# Hebrew to Georgian, Hangul's letters to Mongolian, Kana, Han, Hangul; without their punctuation.
_LETTERS = (
    r"\x{5b0}-\x{60b}\x{60d}-\x{61a}\x{620}-\x{6d3}\x{6d5}-\x{963}\x{966}-\x{e4e}\x{e50}-\x{109f}"
    r"\x{10d0}-\x{18af}\x{200c}\x{200d}\x{3005}-\x{3007}\x{3041}-\x{d7ff}\x{f900}-\x{fdff}"
    r"\x{fe70}-\x{fefe}\x{20000}-\x{323af}"
)
# With how they begin in UTF-8: a quote or an arrow between words is none.
_LETTERS_FIRST = re.compile(rb"[\xd6-\xe1\xe3-\xf4]|\xe2\x80[\x8c\x8d]").search
_UNCASED = rf"[{_LETTERS}]+(?:[ '\"\x{{2019}}\-.\x{{b7}}]{{1,2}}\(?[{_LETTERS}]+\)?)*"
_OPENED = r"[:,]? [\"'(\[<]?"
_ENDS = r"(?:[^\pL\pM]|$)"
# A process has a child in every language.
_TOLD_UNCASED = rf"(?i:\b{_TELLS_OTHERS}){_OPENED}({_UNCASED})"
_LED_UNCASED = (
    rf"(?i:\b{_LEADS}){_OPENED}({_UNCASED})|(?:^|[\]\s])<({_UNCASED})>|"
    rf"[\]>)] ({_UNCASED}): [ -~]"
)
_BEGINS = r"(?:^|[:\]>)\-|,\"'(] ?|\s\s)"
_DONE_UNCASED = rf"{_BEGINS}({_UNCASED}) {_DOES}"
_UNCASED_GATE = r"[ <][\"'(\[<]?[\x{80}-\x{10FFFF}]|[\x{80}-\x{10FFFF}][:>)]? [ -~]"
_FULL = Pattern(FULL_GATE)
_COMMA = Pattern(TURNED_GATE)
_SMALL = "|".join(sorted(each for each in PARTICLES if each.isalpha()))
_JOINED = rf"['\x{{2019}}\x{{2bc}}\-]?(?:{UPPER}['\x{{2019}}])?{UPPER}?{LOWER}"
_WORD = rf"(?:(?:{UPPER}\.){{1,3}}|{UPPER}(?:{_JOINED})+\.?)"
_PARTICLE = rf"(?:'t|Mac an?|[ÓO]|{_SMALL})"
_CASED = rf"{_WORD}(?: (?:{_PARTICLE} ){{0,4}}(?:al-|el-|d'|h|t-)?{_WORD})+"
_TOLD_CASED = rf"\b(?i:{_TELLS}){_OPENED}({_CASED})"
_LED_CASED = rf"\b(?i:{_LEADS}){_OPENED}({_CASED})|(?:^|[\]\s])<({_CASED})>|[\]>)] ({_CASED}): "
_DEGREE = r"(?:,? (?:[A-Z][A-Za-z]{0,4}\.)+[A-Za-z]*)?"
_DONE_CASED = rf"{_BEGINS}({_CASED}){_DEGREE} {_DOES}"
# Nordström, Elin
_TURNED = rf"\b(?i:{_TELLS}|{_LEADS}){_OPENED}({_WORD}, {_WORD})(?: [a-z(]|[^\pL\pM ,]|$)"
# What of a text of ASCII is seen sooner than RE2 would have made its states: a word that tells,
# the last of several, before a capital; and one of what people do.
_TELLING = frozenset(
    f"{each}{plural}".lower().encode()
    for each in re.findall("[A-Za-z]+", f"{_TELLS}|{_LEADS}")
    for plural in ("", "s")
)
_BEFORE_CAPITAL = re.compile(rb"\b([A-Za-z]+)[:,]? [\"'(\[<]?(?=[A-Z])")
_SET_OFF = re.compile(rb"<[A-Z]|[\]>)] [A-Z]")
_DEEDS = frozenset(re.findall(rb"[a-z]+", _DOES.rpartition("(?:")[2].encode()))
_WORD_OF_ASCII = re.compile(rb"[a-z]+")
# No part of a name where a run with capitals goes on: `by Ann Reed Monday`, `User Ann Reed Logged`.
_NO_PART = words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february september october
    november december inbox today tomorrow yesterday team office room support
    """
)
# San Antonio, St. Moritz are places; Mount Isa too.
_SAINTS = words(
    """
    san santa santo sant st saint ste sankt los las el la new north south
    """
)
_BEFORE_NAME = TITLES | frozenset((*WHO, "user", "account", "dear", "hi", "hello", "welcome"))
_BLANKS = re.compile(r"\S+")
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{5,}\.\Z|.*[^\W\d_]{6,}\.\Z")
_NOT_BEHIND = re.compile(rb"[\w(=@/\\]|[.:][\w]|::|-[\w]")
_CHARACTER = 4
_CLAUSE_BYTES = 96
_BRACKETED = re.compile(r"[(\[<][^()\[\]<>]*[)\]>]")
_KEYS = frozenset(each.lower() for each in (*PART, *SURE, *LIKELY))  # of a name, and none


def _is_in_sentence(text: bytes, start: int, end: int) -> bool:
    """Whether it is a word of a clause: `(a) 인자: 7`, `<정수>는`. Who speaks begins a line."""
    before = text[max(0, start - _CLAUSE_BYTES) : start].rpartition(b"\n")[2]
    if before.endswith(b"() "):
        return True
    outside = _BRACKETED.sub("", before.decode("utf-8", "ignore"))
    if any(map(is_uncased, outside.split())):
        return True
    behind = text[end : end + 1 + _CHARACTER]
    return behind[:1] == b">" and is_uncased(behind[1:].decode("utf-8", "ignore")[:1])


def _uncased(told: Told, pattern: str) -> Finder:
    def find(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
        for start, end, group in spans:
            if told is Told.LIKELY and group and _is_in_sentence(text, start, end):
                continue
            behind = text[end : end + _CHARACTER].decode("utf-8", "ignore")[:1]
            value = text[start:end]
            if behind.isalnum() or is_firm(text, start, end):
                continue
            name = value.decode("utf-8", "ignore")
            if is_somebody(name, told) and name.lower() not in _KEYS:
                yield start, end, value

    needs = Grouped(f"(?m){pattern}", first=_LETTERS_FIRST)
    return finder_at(_UNCASED_GATE, needs, find, "B", reads=(0, 0))


def _is_no_part(word: str) -> bool:
    bare = word.rstrip(".").lower()
    if bare in _NO_PART:
        return True
    return bare.encode() in cues.DOES | cues.IN_OUT | cues.IS


def _find_cased(text: bytes, spans: Sequence[tuple[int, int, int]], told: Told) -> Iterable[Found]:
    for start, end, _ in spans:
        value = text[start:end].decode("utf-8", "ignore")
        words = [*_BLANKS.finditer(value)]
        while words and words[0][0].rstrip(".").lower() in _BEFORE_NAME:
            words.pop(0)
        if _NOT_BEHIND.match(text, end) is not None and words:
            words.pop()
        for number, word in enumerate(words):
            if _is_no_part(word[0]):
                words = words[:number]
                break
            if _SENTENCE_ENDS.fullmatch(word[0]) is not None:
                words = words[: number + 1]
                break
        while words and words[-1][0].lower() in PARTICLES:
            words.pop()
        if told is Told.LIKELY and words and words[0][0].rstrip(".").lower() in _SAINTS:
            continue
        if len(words) < 2 or {words[0][0].lower(), words[-1][0].lower()} & (PLACES | OF_COMPANIES):
            continue
        name = value[words[0].start() : words[-1].end()].rstrip(".-'")
        first = start + len(value[: words[0].start()].encode())
        last = first + len(name.encode())
        if not _FULL.spans(text[first:last]):
            continue  # the gate would be silent
        if is_of_thing(text, first) or is_firm(text, first, last):
            continue
        if is_somebody(name, told) and not is_renowned(text, first, last):
            yield first, last, text[first:last]


def _find_turned(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for start, end, _ in spans:
        last, _, first = text[start:end].decode("utf-8", "ignore").partition(", ")
        if not _COMMA.spans(text[start:end]) or is_firm(text, start, end):
            continue
        if is_somebody(f"{first} {last}", Told.LIKELY):
            yield start, end, text[start:end]


def _is_told_of(text: bytes) -> bool | None:
    """Whether a word that tells stands before a capital, or a name is set off by signs."""
    if not text.isascii() or _SET_OFF.search(text) is not None:
        return True
    before = map(bytes.lower, _BEFORE_CAPITAL.findall(text))
    return None if _TELLING.isdisjoint(before) else True


def _is_done(text: bytes) -> bool | None:
    return None if _DEEDS.isdisjoint(_WORD_OF_ASCII.findall(text)) else True


def _cased(told: Told, pattern: str, first: First) -> Finder:
    def find(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
        return _find_cased(text, spans, told)

    return finder_at(FULL_GATE, Grouped(f"(?m){pattern}", first=first), find, "B", reads=(0, 0))


RUNS: tuple[Finder, ...] = (
    _uncased(Told.SURE, _TOLD_UNCASED),
    _uncased(Told.LIKELY, _LED_UNCASED),
    _uncased(Told.SURE, _DONE_UNCASED),
    _cased(Told.NOUN, _TOLD_CASED, _is_told_of),
    _cased(Told.LIKELY, _LED_CASED, _is_told_of),
    _cased(Told.LIKELY, _DONE_CASED, _is_done),
    finder_at(
        TURNED_GATE, Grouped(f"(?m){_TURNED}", first=_is_told_of), _find_turned, "B", reads=(0, 0)
    ),
)
