"""What was seen in the views of one text: each is made once and looked at once.

Enters: one text, as it is or in another spelling. Leaves: what a search finds in it, and its plain
view. Of a text's views several are often the same, byte for byte: with a blank for a control
character and without it, as it was spelled and decoded.
Must hold: as if nothing were kept. It is made for one value and goes with it, as it holds it raw.
"""

from __future__ import annotations

from reticent_contract.redact.hits import Hit
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.search import Search
from reticent_contract.redact.shapes import ANY_DIGIT, LINE_BYTES_MAX, Shape


class Views:
    """Of one value, by one search."""

    __slots__ = ("_looked", "_plain", "_search")

    def __init__(self, search: Search) -> None:
        self._search = search
        self._looked: dict[bytes, tuple[list[Hit], Shape]] = {}
        self._plain: dict[str, str | None] = {}

    def keep(self, data: bytes, hits: list[Hit], shape: Shape) -> None:
        """What `Search.look` said of `data`."""
        self._looked[data] = list(hits), shape

    def look(self, data: bytes, text: bytes) -> tuple[list[Hit], Shape]:
        """As `Search.look`; the list is the caller's, who may change it."""
        looked = self._looked.get(data)
        if looked is None:
            looked = self._looked[data] = self._search.look(data, text)
        hits, shape = looked
        return list(hits), shape

    def find(self, data: bytes) -> list[Hit]:
        """Every hit that is no exception, overlapping ones too."""
        return self._search.without_allowed(self.look(data, data.translate(ANY_DIGIT))[0])

    def secrets(self, data: bytes) -> list[Hit]:
        """The secrets among them: in a long text that was not looked at, nothing else is looked
        for."""
        if len(data) > LINE_BYTES_MAX and data not in self._looked:
            return self._search.secrets().find(data)[0]
        return [hit for hit in self.find(data) if hit[3] == "secret"]

    def normalised(self, text: str) -> str | None:
        """As the function of this name."""
        if text not in self._plain:
            self._plain[text] = normalised(text)
        return self._plain[text]
