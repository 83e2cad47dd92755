"""Full names by their capitals: two words or more that logs are not written with.

    in any sentence      Anders Holmqvist, T. Brandt, Pieter de Wit, Leilani K.
    behind a word        verified as IMRAN SHAIKH, sent by Nordström, Elin, first=Pilar

Enters: text. Leaves: names. Must hold: linear; no digit is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from reticent_contract.redact.detectors import cues
from reticent_contract.redact.detectors.foreign import (
    ARTICLES,
    ENDINGS,
    FOREIGN,
    OF_COMPANIES,
    PLACES,
)
from reticent_contract.redact.detectors.given_names import (
    GIVEN_NAMES,
    NAMES_OF_WORDS,
    SURNAMES_OF_WORDS,
    VERBS_TOO,
)
from reticent_contract.redact.detectors.legal_forms import is_firm
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.renowned import MAKERS, is_renowned
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.detectors.vocabulary import is_english

# Of Latin with Vietnamese, Greek, Cyrillic and Armenian.
UPPER = (
    r"[A-Z\x{c0}-\x{de}\x{100}-\x{17f}\x{18f}\x{386}-\x{3ab}\x{400}-\x{42f}\x{490}\x{531}-\x{556}"
    r"\x{1ea0}-\x{1ef9}]"
)
LOWER = (
    r"[a-z\x{df}-\x{f6}\x{f8}-\x{2af}\x{3ac}-\x{3ce}\x{430}-\x{45f}\x{491}\x{561}-\x{587}"
    r"\x{1ea0}-\x{1ef9}]"
)
_WORD = (
    rf"(?:(?:(?:el|al|ul|abu)-)?{UPPER}{LOWER}+"
    rf"(?:[\-'\x{{2019}}](?:{UPPER}|{LOWER}){LOWER}+)?|"
    rf"[DLMNOd]['\x{{2019}}]{UPPER}{LOWER}+)"
)
_PARTICLE = (
    "(?:de|del|della|van|von|der|den|la|las|los|da|di|el|al|bin|ibn|bint|dos|das|du|ter|ten|af|zu|"
    "Ó)"
)
_FULL = (
    rf"(?:[A-Z]\.|{_WORD})(?:(?: (?:[A-Z]\.|{_PARTICLE})){{0,2}} {_WORD})+(?: [A-Z]\.)?|"
    rf"{_WORD} [A-Z]\."
)
_BEYOND = r"[\x{80}-\x{10FFFF}]"
FULL_GATE = (
    rf"(?:[a-z]|[A-Z]\.|{_BEYOND}) (?:(?:[A-Z]|{_BEYOND})(?:[a-z]|{_BEYOND})|"
    r"(?:el|al|ul|abu)-[A-Z]|[A-Z]\.|[DLMNOd]['\x{2019}][A-Z])"
)
# Nordström, Elin: only where a word or a quote says that a name begins.
_TURNED = (
    r"(?:\b(?:by|of|for|from|to|name|user|owner|agent)(?: |[:=] ?)\"?|[\"'(]|[a-z](?:: |=))"
    rf"(?:{_WORD}(?: {_WORD})?|[A-Z]{{2,}}(?: [A-Z]{{2,}})?), {_WORD}"
)
# Befund Vogel, Karl; 11:20;Sandström, Åsa;ok: only a given name that is known.
_FILED = rf"(?:^|[\s;|])(?:{_WORD} )?{_WORD}, {_WORD}(?: \|)?"
TURNED_GATE = (
    rf"(?:[A-Za-z]|{_BEYOND}), (?:{UPPER}{LOWER}|(?:el|al|ul|abu)-|[DLMNOd]['\x{{2019}}][A-Z])"
)
_BEFORE_CAPITALS = (
    r"\b(?:as|by|for|from|of|to|name|payee|payer|(?:card)?holder|passenger|patient|customer|"
    r"beneficiary|guest)(?: |[=:] ?[\"']?)"
)
_CAPITALS_GATE = rf"{_BEFORE_CAPITALS}[A-Z]{{2,}} [A-Z]{{2}}"
_CAPITALS = rf"{_BEFORE_CAPITALS}[A-Z]{{3,}}(?: [A-Z]{{2,}}){{1,3}}\b"
# first=Pilar last=Etxeberria, "given_name": "Pilar"
_PART_GATE = r"(?i)\b(?:first|last|given|family|middle|sur|fore)[ _\-]?(?:name)?[\"']?\s?[=:]"
_PART_OF = rf"{_PART_GATE}\s?[\"']?(?-i:{_WORD})"
_PART = re.compile(rb"[^ ]+")
_INITIAL = re.compile(rb"[A-Z]\.")
_INITIALS_BEFORE = re.compile(rb"(?<![\w.'\-\x80-\xff])(?:[B-HJ-Z] |[A-Z]\. ){1,2}\Z")
_INITIALS_BEHIND = re.compile(rb"(?: [A-HJ-Z]){1,2}(?![\w'=(\-\x80-\xff])")
_INITIALS_BYTES = 6
_BLANK = ord(" ")
_SIGN = re.compile(rb"\w+(?: |[=:] ?)[\"']?")
_NAME_AT_END = re.compile(rb"[^\s\"'=:]+\Z")
OF_SUBJECT = re.compile(rb"(?:[,/\s]|\A)(?:O|OU|L|ST)=[\"']?\Z")  # of a certificate: a firm, a town
# What a firm, a town or a product is called stands behind these, be it called like somebody.
_OF_THING = re.compile(
    rb"(?i)(?:^|[^a-z])(?:company|organi[sz]ation|publisher|manufacturer|brand|product|city|"
    rb"town|region|province|county|country)(?:[_ \-]?name)?\\?[\"']?\s?[:=]\s?\\?[\"']?\Z|"
    rb"\bvoice[ :=]\\?[\"']?\Z"
)
_KEY_BYTES = 28
_LEADS = re.compile(rb"(?:\b(?:by|from|of|for|to|with|user|name|and)[ :=] ?|[\"'=(])\Z")
_GOES_ON = re.compile(rb" [A-Z\xc3-\xc5]|[\-\xc3-\xc5]")
_BEFORE_FILED = (b" ", b";", b"|", b"\t", b"\n", b"\r")
_DOERS = re.compile(rb"\b(?:by|from) \Z")
_WORD_BEFORE = re.compile(rb"([A-Za-z\x80-\xff]+) \Z")
_LEAD_BYTES = 14
_PARTICLES = frozenset(_PARTICLE[3:-1].encode().split(b"|"))
_FEASTS = frozenset((b"Jayanti", b"Rajyotsava", b"Tritiya"))
_OF_GIVEN = frozenset((b"del", b"della", b"las", b"los", b"das"))
# What is written about somebody, and under whose name it is filed.
_FILES = words(
    """
    rezept befund attest akte patientenakte kundenakte krankmeldung arztbrief rechnung vertrag
    ordonnance fiche dossier facture contrat ricetta referto fattura receta factura informe
    receita fatura recept recepta faktura prescription invoice chart file record folder contract
    reader borrower tenant policyholder claimant leser leserin lecteur lettore
    """
)
# It is a part of something longer: an identifier, a function, a key.
_BEFORE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@$%#")
_BEHIND = (b"_", b"(", b"::", b"=", b"@", b"-")


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        yield from _names(text, start, end)


def _names(text: bytes, start: int, end: int) -> Iterable[Found]:
    """Of `Enrolled Leticia Ferreira` the words that are no words of logs."""
    run: list[tuple[int, int]] = []
    if is_of_thing(text, start):
        return
    words = [(start + part.start(), start + part.end()) for part in _PART.finditer(text[start:end])]
    if text[end : end + 4].decode("utf-8", "ignore")[:1].isalnum():
        words.pop()  # GmbH
    before = _WORD_BEFORE.search(text, max(0, start - _LEAD_BYTES), start)
    is_place = before is not None and before[1].lower().decode("utf-8", "replace") in PLACES
    for first, last in (*words, (end, end)):
        word = text[first:last]
        lowered = word.decode("utf-8", "replace").lower()
        if not run and lowered in ARTICLES:
            continue
        if not run and lowered in MAKERS:
            is_place = True  # Honda Activa
            continue
        if _INITIAL.fullmatch(word) is not None or word in _PARTICLES or is_part_of_name(word):
            run.append((first, last))
            continue
        if not run and _is_given(text, first, lowered):
            run = [(first, last)]
            continue
        is_second = len(run) == 1 and text[slice(*run[0])].decode().lower() in NAMES_OF_WORDS
        if is_second and lowered in SURNAMES_OF_WORDS:
            run.append((first, last))
        found = None if is_place or lowered in OF_COMPANIES else _of(text, run)
        if found is not None:
            yield found
        run, is_place = [], lowered in PLACES


def is_of_thing(text: bytes, start: int) -> bool:
    """Whether a key stands before, of what is called something and is nobody."""
    if OF_SUBJECT.search(text, max(0, start - _LEAD_BYTES), start) is not None:
        return True
    return _OF_THING.search(text, max(0, start - _KEY_BYTES), start) is not None


@lru_cache(maxsize=4_096)
def is_part_of_name(word: bytes) -> bool:
    text = word.decode("utf-8", "replace")
    if text[:1].islower() and not text[:1].isascii():
        return False  # UPPER has both cases beyond Latin 1
    text = text.lower()
    if (
        text in OF_COMPANIES
        or text in FOREIGN
        or (text.endswith(ENDINGS) and text not in GIVEN_NAMES)
    ):
        return False
    return any(may_be_name(part.encode()) and not is_english(part) for part in text.split("-"))


def _is_given(text: bytes, start: int, word: str) -> bool:
    """Whether it may be a given name though it is a word: Grace, and `by Mark`, not `Mark all`."""
    if word not in NAMES_OF_WORDS:
        return False
    return (
        word not in VERBS_TOO or _LEADS.search(text, max(0, start - _LEAD_BYTES), start) is not None
    )


def _of(text: bytes, run: list[tuple[int, int]]) -> Found | None:
    while run and text[slice(*run[0])] in _PARTICLES:
        run = run[1:]
    while run and text[slice(*run[-1])] in _PARTICLES:
        run = run[:-1]
    if len(run) < 2 or text[slice(*run[-1])] in _FEASTS:
        return None
    words = [text[slice(*each)] for each in run]
    is_of = len(words) == 3 and words[1] in _OF_GIVEN
    if is_of and words[0].decode().lower() not in GIVEN_NAMES:
        return None  # Ferretería del Sur
    start, end = run[0][0], run[-1][1]
    is_any = any(is_part_of_name(text[slice(*each)]) for each in run)
    if not is_any and _DOERS.search(text, max(0, start - _LEAD_BYTES), start) is None:
        return None  # two words: `from Will Page to`
    if (start and text[start - 1] in _BEFORE) or text.startswith(_BEHIND, end):
        return None
    if is_renowned(text, start, end):
        return None
    start, end = with_initials(text, start, end)
    return None if is_firm(text, start, end) else (start, end, text[start:end])


def with_initials(text: bytes, start: int, end: int) -> tuple[int, int]:
    """`S Ramesh`, `Suresh Babu T`: not `A Ramesh` and `Anna I`, which begin something else."""
    before = _INITIALS_BEFORE.search(text, max(0, start - _INITIALS_BYTES), start)
    behind = _INITIALS_BEHIND.match(text, end)
    return start if before is None else before.start(), end if behind is None else behind.end()


def _find_capitals(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        sign = _SIGN.match(text, start, end)
        yield from _names(text, sign.end() if sign is not None else start, end)


def _find_turned(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        comma = text.index(b", ", start, end)
        sign = _SIGN.match(text, start, comma)
        first = sign.end() if sign is not None else start + 1
        words = [*text[first:comma].split(b" "), text[comma + 2 : end]]
        is_of_key = sign is not None and first - start == 2 + (text[first - 1] == _BLANK)
        if is_of_key and words[-1].decode().lower() not in GIVEN_NAMES:
            continue  # error: Foo, Bar
        if is_of_thing(text, first):
            continue
        if not all(map(is_part_of_name, words)) or text[end : end + 1].isalnum():
            continue
        if len(words) == 3 and (_is_known(words[0]) or _GOES_ON.match(text, end)):
            continue  # by Anna Weber, Karl Vogel
        if not is_firm(text, first, end) and not is_renowned(text, first, end):
            yield first, end, text[first:end]


def _is_known(word: bytes) -> bool:
    text = word.decode("utf-8", "replace").lower()
    return text in GIVEN_NAMES or text in NAMES_OF_WORDS


def _find_filed(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    """Behind a class of papers, somebody's role or a `;`."""
    for start, end in spans:
        first = start + (text[start : start + 1] in _BEFORE_FILED)
        is_between = text[end - 2 : end] == b" |"  # Eze, Ada | Slack
        end -= 2 * is_between
        *before, surname, given = _PART.finditer(text, first, end)
        is_between |= text[start - 1 : start] == b"|" and text[start : start + 1] == b" "
        word = before[0] if before else _WORD_BEFORE.search(text, max(0, first - 16), first)
        is_filed = (is_between or text[start : start + 1] in (b";", b"|")) and not before
        is_paper = False
        if word is not None and not is_filed:
            paper = (before[0][0] if before else word[1]).lower()
            is_paper = paper.decode("utf-8", "replace") in _FILES
            is_filed = is_paper or paper in cues.NOUNS
        name = surname[0][:-1]
        if not is_filed or not _is_known(given[0]):
            continue
        if not is_paper and (_is_known(name) or not is_part_of_name(name)):
            continue
        if text[end : end + 1].isalnum() or _GOES_ON.match(text, end) is not None:
            continue
        if not is_firm(text, surname.start(), end) and not is_renowned(text, surname.start(), end):
            yield surname.start(), end, text[surname.start() : end]


def _find_part(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        name = _NAME_AT_END.search(text, start, end)
        if name is not None and is_part_of_name(name[0]):
            yield name.start(), end, name[0]


FULL_NAMES: tuple[Finder, ...] = (
    finder_at(FULL_GATE, Pattern(_FULL), _find, "B", reads=(0, 0)),
    finder_at(TURNED_GATE, Pattern(_TURNED), _find_turned, "B", reads=(0, 1)),
    finder_at(TURNED_GATE, Pattern(_FILED), _find_filed, "B", reads=(0, 1)),
    finder_at(_CAPITALS_GATE, Pattern(_CAPITALS), _find_capitals, "B", reads=(0, 0)),
    finder_at(_PART_GATE, Pattern(_PART_OF), _find_part, "B", reads=(0, 0)),
)
