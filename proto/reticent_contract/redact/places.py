"""Where in a text stands what was found in its plain view.

Enters: a text, its plain view, findings in that view. Leaves: the same findings in the text.
Must hold: linear; what is learned of two texts is learned once, whoever asks. Exactly there where
the view only leaves characters out; else with the codes or the words that the finding has a part
of; the whole text where none of it can be proved.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from reticent_contract.redact.normalise import normalised

_WORD = re.compile(r"[^ \t\r\n]+|[ \t\r\n]+")
# Codes by themselves, and what stands between them: `name=Asha&tel=%2B91…`.
_PIECE = re.compile(
    r"(?:%[0-9A-Fa-f]{2}|\\{1,8}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|&(?:#[0-9]{1,7}|[A-Za-z]{2,8});)+"
    r"|[!-$\'-\[\]-~]+|[ \t\r\n]+|[%&\\]|[^\x00-\x7f]+|[\x00-\x1f\x7f]"
)
_Words = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """`start` and `end` are character offsets into the text; `tier` is "A" or "B".

    `detector` is `unreadable` where the text is encoded deeper than anyone needs: a scan drops it.
    """

    start: int
    end: int
    detector: str
    tier: str


class Places:
    """Of one text and its plain view."""

    def __init__(self, text: str, plain: str) -> None:
        self.text = text
        self.plain = plain

    def of(self, found: list[Finding]) -> list[Finding]:
        """`found`, in order, where it stands in the text."""
        visible = self._visible
        if visible is None:
            return self._in_words(found)
        return [
            Finding(visible[f.start], visible[f.end - 1] + 1, f.detector, f.tier) for f in found
        ]

    def trimmed(self, finding: Finding) -> Finding:
        """A finding of the text without invisible characters at its ends."""
        visible = self._visible
        if visible is None:
            return finding
        first, behind = bisect_left(visible, finding.start), bisect_left(visible, finding.end)
        if first == behind:
            return finding
        return Finding(visible[first], visible[behind - 1] + 1, finding.detector, finding.tier)

    def _in_words(self, more: list[Finding]) -> list[Finding]:
        words, text, plain = self._words, self.text, self.plain
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

    @cached_property
    def _visible(self) -> list[int] | None:
        """Where in `text` each character of `plain` stands; None where more than leaving out is
        done.

        The proof is the comparison: `plain` is these characters of `text`, in their order.
        """
        text = self.text
        if len(self.plain) >= len(text):
            return None
        # Each character is asked once, however often it stands there.
        seen = {c for c in set(text) if (c.isascii() and c.isprintable()) or normalised(c)}
        if "".join([c for c in text if c in seen]) != self.plain:
            return None
        return [i for i, c in enumerate(text) if c in seen]

    @cached_property
    def _words(self) -> _Words | None:
        return self._words_of(_PIECE) or self._words_of(_WORD)

    def _words_of(self, piece_of: re.Pattern[str]) -> _Words | None:
        """Where each piece stands in both views, all of which `piece_of` finds; None where they do
        not agree."""
        words: _Words = []
        end = 0
        pieces: list[str] = []
        plain_of: dict[str, str | None] = {}  # in a log most words come again
        for match in piece_of.finditer(self.text):
            spelled = match[0]
            if spelled not in plain_of:
                plain_of[spelled] = normalised(spelled)
            piece = plain_of[spelled]
            if piece is None:
                return None
            pieces.append(piece)
            start, behind = match.span()
            words.append((start, behind, end, end + len(piece)))
            end += len(piece)
        return words if "".join(pieces) == self.plain else None
