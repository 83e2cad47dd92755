"""A case of the labelled set: a text, and what must be found in it.

Enters: texts with marks. Leaves: the text without them, and where each mark stood.

    «ipv4|10.0.0.5»            must be found: tier A, proved by its parse or its checksum
    «phone?|98450 12345»       must be found: tier B, invented or mistyped, a word beside it tells
    «ipv4,fqdn|…»              either name is right; the first is the row of the table it counts in
    «~user|root»               may be found: it names nobody, and removing it harms nobody
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Our word for a kind of identifier, to the detector that finds it. Where the detectors are renamed,
# this is the one place to follow.
DETECTOR_OF = {
    "secret": "secret",
    "own": "own",
    "email": "email",
    "mac": "mac",
    "ipv6": "ipv6",
    "ipv4": "ipv4",
    "uuid": "uuid",
    "user": "user",
    "phone": "phone",
    "imei": "imei",
    "sid": "sid",
    "fqdn": "fqdn",
    "geo": "geo",
    "aadhaar": "aadhaar",
    "vid": "vid",
    "pan": "pan",
    "gstin": "gstin",
    "epic": "epic",
    "passport": "passport",
    "vehicle": "vehicle",
    "upi": "upi",
    "ifsc": "ifsc",
    "card": "card",
    "iban": "iban",
    "ssn": "ssn",
    "url": "url",
}
KINDS = tuple(DETECTOR_OF)

_MARK = re.compile(r"«(~?)([a-z0-9]+(?:,[a-z0-9]+)*)(\??)\|([^»]*)»", re.S)


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled value: characters `start` to `end`. `names` are the detectors that name it right,
    the first of them is the kind; `tier` is "A" or "B"."""

    start: int
    end: int
    names: tuple[str, ...]
    tier: str

    @property
    def kind(self) -> str:
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Case:
    """`family` says where it comes from: a kind, "trap" or "nothing" (in which nothing is)."""

    family: str
    text: str
    spans: tuple[Span, ...] = ()
    either: tuple[Span, ...] = ()
    laptop: str = ""  # whose line it is, where that laptop's own identifiers are given


def marked(family: str, text: str, *, laptop: str = "") -> Case:
    """The case that `text` with its marks describes. ValueError for a kind that does not exist."""
    pieces: list[str] = []
    spans: list[Span] = []
    either: list[Span] = []
    length = position = 0
    for mark in _MARK.finditer(text):
        before, value = text[position : mark.start()], mark[4]
        names = tuple(mark[2].split(","))
        if not value or not set(names) <= set(KINDS):
            raise ValueError(f"a mark of kind {mark[2]!r} is not understood")
        length += len(before)
        span = Span(length, length + len(value), names, "B" if mark[3] else "A")
        (either if mark[1] else spans).append(span)
        pieces += (before, value)
        length += len(value)
        position = mark.end()
    pieces.append(text[position:])
    plain = "".join(pieces)
    if "«" in plain or "»" in plain:
        raise ValueError("a mark is not closed")
    return Case(family, plain, tuple(spans), tuple(either), laptop)


def text_lines(name: str) -> list[str]:
    """The lines of a file beside this one, without empty ones and comments (`# …`)."""
    lines = (HERE / name).read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]
