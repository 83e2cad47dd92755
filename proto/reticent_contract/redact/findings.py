"""What the detectors find in a text, by which detector and tier: for `try --show`, measurements and
the last look at a batch.

Enters: one text of any length. Leaves: findings in order, none over another. Must hold: they are
the scanner's own, from the same search; nothing is treated or changed here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from reticent_contract.redact.allow import exceptions
from reticent_contract.redact.apart import apart, hidden_between, only_breaks_words
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.hits import Hit, Kind, only_in, resolve
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.places import Finding, Places
from reticent_contract.redact.search import Search
from reticent_contract.redact.shapes import ANY_DIGIT
from reticent_contract.redact.tokens import neutralise
from reticent_contract.redact.views import Views

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
UNREADABLE = "unreadable"


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
    looked, shape = search.look(data, data.translate(ANY_DIGIT))
    hits = search.without_allowed(looked)
    found = _in_characters(data, resolve(list(hits)), is_ascii=spaced.isascii())
    if spaced != text or shape.has_other_view or not (text.isascii() and text.isprintable()):
        views = Views(search)
        views.keep(data, looked, shape)
        plain = views.normalised(spaced)
        places = Places(spaced, "" if plain is None else neutralise(plain))
        between = None if plain is None else _between(text, places, views)
        if plain is None or between is None:
            return (Finding(0, len(text), UNREADABLE, "A"),)
        if plain != spaced:
            found = _with_hidden(places, found, hits, views)
        found = [*found, *between]
    return tuple(_apart(found))


def _between(text: str, places: Places, views: Views) -> list[Finding] | None:
    """What shows only where nothing stands in the place of control characters; None where it is not
    known."""
    if places.text == text:
        return []
    glued = views.normalised(text)
    if glued is None:
        return None
    view = places.plain
    data, glued_data = view.encode(), neutralise(glued).encode()
    of_glued = views.find(glued_data)
    is_broken = only_breaks_words(text, places.text)
    hidden = hidden_between(data, views.find(data), glued_data, of_glued, is_broken=is_broken)
    if hidden is None:
        return None
    found = _in_characters(data, resolve(hidden), is_ascii=view.isascii())
    if view != places.text:
        found = places.of(found)
    whole = text.encode()
    secrets = views.secrets(whole)
    return [*found, *_in_characters(whole, resolve(secrets), is_ascii=text.isascii())]


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


@lru_cache(maxsize=4)
def _search(own: OwnIdentifiers | None) -> Search:
    return Search(gate(), _PROTECTION, own)


def _with_hidden(
    places: Places, found: list[Finding], hits: list[Hit], views: Views
) -> list[Finding]:
    data = places.plain.encode()
    more = _in_characters(
        data, resolve(only_in(views.find(data), hits)), is_ascii=places.plain.isascii()
    )
    return [*map(places.trimmed, found), *places.of(more)] if more else found


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
