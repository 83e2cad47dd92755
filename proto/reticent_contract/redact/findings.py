"""What the detectors find in a text, by which detector and tier: for `try --show`, measurements and
the last look at a batch.

Enters: one text of any length. Leaves: findings in order, none over another. Must hold: they are
the scanner's own, from the same search; nothing is treated or changed here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from reticent_contract.redact.allow import exceptions
from reticent_contract.redact.apart import apart, hidden_between
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.hits import Hit, Kind, only_in, resolve
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.search import Search
from reticent_contract.redact.tokens import neutralise

if TYPE_CHECKING:
    from reticent_contract.policy.model import Policy


def _protection(detectors: Mapping[str, Detector]) -> dict[Kind, int]:
    """Among findings what is always removed names the stretch, as in the scanner."""
    return {
        (d.name, tier): int(d.always_removed) for d in detectors.values() for tier in ("A", "B")
    }


_PROTECTION = _protection(DETECTORS)  # of a policy's own detectors none is always removed
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^ \t\r\n]+|[ \t\r\n]+")
# Codes by themselves, and what stands between them: `name=Asha&tel=%2B91…`.
_PIECE = re.compile(
    r"(?:%[0-9A-Fa-f]{2}|\\{1,8}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|&(?:#[0-9]{1,7}|[A-Za-z]{2,8});)+"
    r"|[!-$\'-\[\]-~]+|[ \t\r\n]+|[%&\\]|[^\x00-\x7f]+|[\x00-\x1f\x7f]"
)
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
    """Everything that the built-in detectors find in `text`, and `own` where it is given.

    What shows only in the plain view (percent codes and escapes decoded, NFKC, no invisible
    characters) covers what it comes from: exactly where that view only leaves characters out, else
    with the codes that it has a part of, else the words, from white space to white space; the whole
    text where none of it can be proved.
    RuntimeError where a detector could not look.
    """
    return _findings(_search(own), text)


def findings_of(
    policy: Policy, *, own: OwnIdentifiers | None = None
) -> Callable[[str], tuple[Finding, ...]]:
    """`findings` by a policy's detectors, region and exceptions; made once for many texts."""
    detectors = policy.detectors
    search = Search(
        gate(tuple(detectors.values())),
        _protection(detectors),
        own,
        exceptions(policy.allow, detectors),
    )
    return partial(_findings, search)


def _findings(search: Search, text: str) -> tuple[Finding, ...]:
    pairs = [pair.start() - before for before, pair in enumerate(_SURROGATES.finditer(text))]
    if pairs:  # as the scanner does, which sees one character in the place of two
        joined = _findings(search, _SURROGATES.sub(_joined, text))
        behind = partial(bisect_left, pairs)
        return tuple(
            replace(f, start=f.start + behind(f.start), end=f.end + behind(f.end)) for f in joined
        )
    text = _HALF_SURROGATE.sub("\ufffd", text)  # one for one, so that offsets stay
    spaced = apart(text)  # so too
    data = spaced.encode()
    hits, shape = search.find(data)
    found = _in_characters(data, resolve(list(hits)), is_ascii=spaced.isascii())
    if spaced != text or shape.has_other_view or not (text.isascii() and text.isprintable()):
        plain = normalised(spaced)
        between = None if plain is None else _between(text, spaced, plain, search)
        if plain is None or between is None:
            return (Finding(0, len(text), UNREADABLE, "A"),)
        if plain != spaced:
            found = _with_hidden(spaced, neutralise(plain), found, hits, search)
        found = [*found, *between]
    return tuple(_apart(found))


def _between(text: str, spaced: str, plain: str, search: Search) -> list[Finding] | None:
    """What shows only where nothing stands in the place of control characters; None where it is not
    known."""
    if spaced == text:
        return []
    glued = normalised(text)
    if glued is None:
        return None
    view = neutralise(plain)
    data, glued_data = view.encode(), neutralise(glued).encode()
    of_glued = search.find(glued_data)[0]
    hidden = hidden_between(data, search.find(data)[0], glued_data, of_glued)
    if hidden is None:
        return None
    found = _in_characters(data, resolve(hidden), is_ascii=view.isascii())
    if view != spaced:
        found = _placed(spaced, view, found)
    whole = text.encode()
    secrets = [hit for hit in search.find(whole)[0] if hit[3] == "secret"]
    return [*found, *_in_characters(whole, resolve(secrets), is_ascii=text.isascii())]


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


@lru_cache(maxsize=4)
def _search(own: OwnIdentifiers | None) -> Search:
    return Search(gate(), _PROTECTION, own)


def _with_hidden(
    text: str, plain: str, found: list[Finding], hits: list[Hit], search: Search
) -> list[Finding]:
    data = plain.encode()
    shown, _ = search.find(data)
    more = _in_characters(data, resolve(only_in(shown, hits)), is_ascii=plain.isascii())
    if not more:
        return found
    visible = _visible(text, plain)
    if visible is not None:
        found = [_trimmed(finding, visible) for finding in found]
    return [*found, *_placed(text, plain, more)]


def _placed(text: str, plain: str, found: list[Finding]) -> list[Finding]:
    """Where in `text` stands what was found in its plain view."""
    visible = _visible(text, plain)
    if visible is None:
        return _in_words(text, plain, found)
    return [Finding(visible[f.start], visible[f.end - 1] + 1, f.detector, f.tier) for f in found]


def _trimmed(finding: Finding, visible: list[int]) -> Finding:
    """Without invisible characters at its ends."""
    first, behind = bisect_left(visible, finding.start), bisect_left(visible, finding.end)
    if first == behind:
        return finding
    return Finding(visible[first], visible[behind - 1] + 1, finding.detector, finding.tier)


def _in_words(text: str, plain: str, more: list[Finding]) -> list[Finding]:
    words = _words(_PIECE, text, plain) or _words(_WORD, text, plain)
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
        start, end, first, _ = words[position]
        if text[start:end] == plain[first : words[position][3]]:
            start += finding.start - first
        begin, end, first, behind = words[last]
        if text[begin:end] == plain[first:behind]:
            end -= behind - finding.end
        found.append(Finding(start, end, finding.detector, finding.tier))
    return found


def _visible(text: str, plain: str) -> list[int] | None:
    """Where in `text` each character of `plain` stands; None where more than leaving out is done.

    The proof is the comparison: `plain` is these characters of `text`, in their order.
    """
    if len(plain) >= len(text):
        return None
    visible = [i for i, c in enumerate(text) if (c.isascii() and c.isprintable()) or normalised(c)]
    return visible if "".join(text[i] for i in visible) == plain else None


def _words(
    piece_of: re.Pattern[str], text: str, plain: str
) -> list[tuple[int, int, int, int]] | None:
    """Where each piece stands in both views, all of which `piece_of` finds; None where they do not
    agree."""
    words: list[tuple[int, int, int, int]] = []
    end = 0
    pieces: list[str] = []
    for match in piece_of.finditer(text):
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
    """In order; of two that overlap what is always removed names both, else the longer, else a
    policy's own, else A."""
    apart: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
            continue
        before = apart[-1]
        winner = max(
            before,
            finding,
            key=lambda f: (
                _PROTECTION.get((f.detector, f.tier), 0),
                f.end - f.start,
                f.detector not in DETECTORS,
                f.tier == "A",
            ),
        )
        end = max(before.end, finding.end)
        apart[-1] = Finding(before.start, end, winner.detector, winner.tier)
    return apart
