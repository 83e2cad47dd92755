"""Names of people in the names of documents, and in the paths of what is theirs.

    joined      CV_Leila_Haddad_2026.pdf, Resume-Amit-Kulkarni.docx, payslip-karthik-raj.pdf
    glued       offer_letter_MeenaKumari.pdf, DivyaNair_Appraisal.xlsx
    a path      D:\\Profiles\\leila, ~leila/x, /Volumes/Leila's Backup, -Users-leila-src, x/@lea

Enters: text. Leaves: names. Must hold: linear; no digit is looked at. In a document's name a given
name stands beside another word that is no word of logs, English or another language; sources and
pages of programs (`JasmineSpecRunner.html`) are no documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from reticent_contract.redact.detectors.foreign import FOREIGN, OF_COMPANIES
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.person import is_prose_word, named
from reticent_contract.redact.detectors.renowned import is_renowned
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.detectors.vocabulary import is_english

# Whatever digits one has, so that it is the same for all lines of a shape.
_ENDING = (
    r"\.(?i:pdf|docx?|docm|xlsx?|xlsm|pptx?|odt|ods|odp|rtf|pages|numbers|key|zip|[0-9]z|rar|eml|msg|"
    r"vcf|ics|jpe?g|png|heic|tiff?|dcm|mp[0-9]|m[0-9]a|mov|wav|txt|csv|p[0-9]m|p[0-9]{2}|pfx|asc)"
)
_LETTER = r"[A-Za-z\x{c0}-\x{24f}]"
_DOCUMENT = (
    rf"(?:{_LETTER}|[0-9])(?:[_\-.]?(?:{_LETTER}|[0-9]))*(?:\([0-9]{{1,3}}\))?{_ENDING}"
    r"(?:[^A-Za-z0-9_.\-]|\.?$|\.\s)"
)
# In a gate, each of these would be carried along until a file's ending follows.
_JOINED = re.compile(rb"[A-Za-z][_\-][A-Za-z]|[a-z][A-Z]|[\x80-\xff]")
# What a word before is made of: to strip it is linear, where a pattern begins anew at each letter.
_OF_WORDS = bytes(set(range(256)) - set(b" \t\n\r\f\v/\\"))
_WORD_BYTES = 256
_PART = re.compile(r"[A-Z\u00c0-\u00de]?[a-z\u00df-\u024f]+|[A-Z]{2,}(?![a-z])")
_ONE_OF = re.compile(r"\.[A-Za-z0-9]+[^A-Za-z0-9]*\Z")
_GIVEN_CHARS_MIN = 3
_NOT_WHOSE = words("default public all shared user users guest admin administrator test temp tmp")
_OWNED = (
    r"(?i:\b[A-Z]:[\\/]+Profiles?[\\/]+)([A-Za-z][\w.\-]*)(?:[\\/\s\"']|$)|"
    r"(?:^|[=:(,])~([a-z][\w.\-]*)/|(?:^|[\s/\"'])-(?:Users|home)-([a-z][a-z0-9_]*)(?:-|$|[\s/\"'])|"
    r"/Volumes/([A-Z][a-z]+)(?:'|\x{2019})s |"
    r"https?://(?:[a-z0-9\-]+\.)+[a-z]{2,}/@([A-Za-z][\w.]{2,40})(?:$|[\s\"'?,)>]|/[0-9])"
)
_OWNED_GATE = (
    r"(?i:[\\/]Profiles?[\\/])|(?:^|[\n=:(,])~[a-z]|-(?:Users|home)-[a-z]|/Volumes/[A-Z]|/@[A-Za-z]"
)


def _is_given(word: str) -> bool:
    return len(word) >= _GIVEN_CHARS_MIN and word in GIVEN_NAMES


def _is_other(word: str) -> bool:
    if _is_given(word):
        return True
    if len(word) < _GIVEN_CHARS_MIN or word in FOREIGN or word in OF_COMPANIES:
        return False
    return may_be_name(word.encode()) and not is_english(word)


def _of_stem(stem: str) -> tuple[int, int] | None:
    """Where a given name and another stand side by side, alike in their first letters; of two such
    places the one that begins with the given name: Lebenslauf_[Katrin_Vogel]."""
    parts = [*_PART.finditer(stem)]
    turned: tuple[int, int] | None = None
    for at, (first, second) in enumerate(pairwise(parts)):
        one, two = first[0].lower(), second[0].lower()
        if not _are_alike(first, second) or not (_is_other(one) and _is_other(two)):
            continue
        if _is_given(one):
            last = second
            if at + 2 < len(parts) and _are_alike(second, parts[at + 2]):
                last = parts[at + 2] if _is_other(parts[at + 2][0].lower()) else second
            return first.start(), last.end()
        if _is_given(two):
            turned = turned or (first.start(), second.end())
    return turned


def _are_alike(first: re.Match[str], second: re.Match[str]) -> bool:
    is_joined = second.start() - first.end() <= 1
    return is_joined and first[0][0].isupper() == second[0][0].isupper()


def _find_document(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        before = text[max(0, start - _WORD_BYTES) : start]
        word = before[len(before.rstrip(_OF_WORDS)) :]
        if _JOINED.search(word + text[start:end]) is None:
            continue
        stem = _ONE_OF.sub("", text[start:end].decode("utf-8", "replace"))
        name = _of_stem(stem)
        if name is None:
            continue
        first = start + len(stem[: name[0]].encode())
        last = first + len(stem[slice(*name)].encode())
        value = text[first:last]
        if b"\xef\xbf\xbd" not in value and not is_renowned(
            value.replace(b"_", b" "), 0, last - first
        ):
            yield first, last, value


def _take_owner(start: int, value: bytes) -> Found | None:
    if value.lower().decode("utf-8", "replace") in _NOT_WHOSE or is_prose_word(value):
        return None
    return named(start, value)


DOCUMENTS: tuple[Finder, ...] = (
    finder_at(_ENDING, Pattern(_DOCUMENT), _find_document, "B", reads=(0, 0)),
    grouped(_OWNED, _OWNED_GATE, _take_owner),
)
