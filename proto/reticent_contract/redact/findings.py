"""What the detectors find in a text, by which detector and tier: for `try --show`, measurements and
the last look at a batch.

Enters: one text of any length. Leaves: findings in order, none over another. Must hold: they are
the scanner's own, from the same search; nothing is treated or changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.search import Hit, Search, gate, only_in, resolve
from reticent_contract.redact.tokens import neutralise

# Among findings what is always removed names the stretch, as in the scanner.
_PROTECTION = {
    (name, tier): int(detector.always_removed)
    for name, detector in DETECTORS.items()
    for tier in ("A", "B")
}
_HALF_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^ \t\r\n]+|[ \t\r\n]+")
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """`start` and `end` are character offsets into the text; `tier` is "A" or "B".

    `detector` is `unreadable` where the text is encoded deeper than anyone needs: a scan drops it.
    """

    start: int
    end: int
    detector: str
    tier: str


def findings(text: str, *, own: OwnIdentifiers | None = None) -> tuple[Finding, ...]:
    """Everything that the detectors find in `text`, and `own` where it is given.

    What shows only in the plain view (percent codes and escapes decoded, NFKC, no invisible
    characters) covers the words of `text`, from white space to white space, that it comes from;
    the whole text where that cannot be proved. RuntimeError where a detector could not look.
    """
    text = _HALF_SURROGATE.sub("\ufffd", text)  # one for one, so that offsets stay
    search = _search(own)
    data = text.encode()
    hits, coded = search.find(data)
    found = _in_characters(data, resolve(list(hits)), is_ascii=text.isascii())
    if coded or not (text.isascii() and text.isprintable()):
        plain = normalised(text)
        if plain is None:
            return (Finding(0, len(text), UNREADABLE, "A"),)
        if plain != text:
            found += _hidden(text, neutralise(plain), hits, search)
    return tuple(_apart(found))


@lru_cache(maxsize=4)
def _search(own: OwnIdentifiers | None) -> Search:
    return Search(gate(), _PROTECTION, own)


def _hidden(text: str, plain: str, hits: list[Hit], search: Search) -> list[Finding]:
    data = plain.encode()
    shown, _ = search.find(data)
    more = _in_characters(data, resolve(only_in(shown, hits)), is_ascii=plain.isascii())
    words = _words(text, plain) if more else None
    if words is None:
        return [Finding(0, len(text), f.detector, f.tier) for f in more]
    found: list[Finding] = []
    position = 0
    for finding in more:
        while words[position][3] <= finding.start:
            position += 1
        last = position
        while words[last][3] < finding.end:
            last += 1
        found.append(Finding(words[position][0], words[last][1], finding.detector, finding.tier))
    return found


def _words(text: str, plain: str) -> list[tuple[int, int, int, int]] | None:
    """Where each word and each white space stands in both views; None where they do not agree."""
    words: list[tuple[int, int, int, int]] = []
    end = 0
    pieces: list[str] = []
    for match in _WORD.finditer(text):
        piece = normalised(match.group())
        if piece is None:
            return None
        pieces.append(piece)
        words.append((match.start(), match.end(), end, end + len(piece)))
        end += len(piece)
    return words if "".join(pieces) == plain else None


def _in_characters(data: bytes, hits: Iterable[Hit], *, is_ascii: bool) -> list[Finding]:
    if is_ascii:
        return [Finding(hit[0], hit[1], hit[3], hit[5]) for hit in hits]
    found: list[Finding] = []
    at_byte = at_character = 0
    for hit in hits:  # in order, hence every byte is decoded once
        start = at_character + len(data[at_byte : hit[0]].decode("utf-8", "ignore"))
        end = start + len(data[hit[0] : hit[1]].decode("utf-8", "ignore"))
        found.append(Finding(start, end, hit[3], hit[5]))
        at_byte, at_character = hit[1], end
    return found


def _apart(found: list[Finding]) -> list[Finding]:
    """In order; of two that overlap the one that is always removed names both, else the longer."""
    apart: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
            continue
        before = apart[-1]
        winner = max(
            before,
            finding,
            key=lambda f: (_PROTECTION.get((f.detector, f.tier), 0), f.end - f.start),
        )
        end = max(before.end, finding.end)
        apart[-1] = Finding(before.start, end, winner.detector, winner.tier)
    return apart
