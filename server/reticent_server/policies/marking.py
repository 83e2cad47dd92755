"""What the detectors find in texts, lists and rows as they are given, and these with it marked.

    from [ipv4/A:203.0.113.7] port 22

Enters: raw values with the room that their field has. Leaves: findings with their place, or the
same values with what was found in brackets. Must hold: nothing is redacted here, so it is for
whoever has the raw value anyway; where a detector could not look, RuntimeError (or None), and
nothing is shown as clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reticent_contract.catalog.model import Table
from reticent_contract.policy import Policy
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.findings import findings_of
from reticent_contract.redact.places import Finding
from reticent_contract.redact.text import CUT_MARK, cut, valid
from reticent_contract.rows import Row


@dataclass(frozen=True, slots=True)
class Found:
    """`finding` counts characters of the text; of a list, of its element number `element`, from 0.
    `field` is the column of a row, None in a line."""

    finding: Finding
    element: int | None = None
    field: str | None = None

    def told(self) -> dict[str, object]:
        """As JSON says it: places that there are, then what was found."""
        places = {"field": self.field, "element": self.element}
        one = self.finding
        return {
            **{name: place for name, place in places.items() if place is not None},
            "start": one.start,
            "end": one.end,
            "detector": one.detector,
            "tier": one.tier,
        }


class Marker:
    """One policy's detectors and exceptions."""

    def __init__(self, policy: Policy, own: OwnIdentifiers) -> None:
        self._policy, self._own = policy, own

    @cached_property
    def _findings(self) -> Callable[[str], tuple[Finding, ...]]:
        return findings_of(self._policy, own=self._own)  # only made where findings are asked for

    def of_text(self, text: str, *, bytes_max: int) -> tuple[Finding, ...]:
        """In what the field has room for: behind it nothing leaves, whatever it is."""
        return self._findings(_within(text, bytes_max).removesuffix(CUT_MARK))

    def of_value(self, value: object, *, bytes_max: int) -> Iterator[Found]:
        """In a text, or in each text of a list; anything else holds none that could leave."""
        if isinstance(value, str):
            yield from map(Found, self.of_text(value, bytes_max=bytes_max))
        elif isinstance(value, list | tuple):
            for number, element in enumerate(value):
                if isinstance(element, str):
                    for finding in self.of_text(element, bytes_max=bytes_max):
                        yield Found(finding, number)

    def of_row(self, row: Row, table: Table) -> Iterator[Found]:
        for name, value in row.values.items():
            for found in self.of_value(value, bytes_max=table.by_name[name].bytes_max):
                yield Found(found.finding, found.element, name)

    def mark(self, text: str, *, bytes_max: int) -> str:
        """The text itself where nothing was found and it has room; `<cut>` stands for the rest."""
        within = _within(text, bytes_max)
        found = self._findings(within.removesuffix(CUT_MARK))
        return _with_marks(within, found) if found else within

    def mark_value(self, value: object, *, bytes_max: int) -> object:
        if isinstance(value, str):
            return self.mark(value, bytes_max=bytes_max)
        if isinstance(value, list | tuple):
            return [
                self.mark(element, bytes_max=bytes_max) if isinstance(element, str) else element
                for element in value
            ]
        return value

    def mark_row(self, row: Row, table: Table) -> dict[str, object]:
        return {
            name: self.mark_value(value, bytes_max=table.by_name[name].bytes_max)
            for name, value in row.values.items()
        }


def found_or_none(found: Iterable[Found]) -> tuple[Found, ...] | None:
    """None where a detector could not look: what it would have found is not known."""
    try:
        return tuple(found)
    except RuntimeError:
        return None


def _within(text: str, bytes_max: int) -> str:
    """What redaction looks at."""
    return cut(valid(text), bytes_max=bytes_max)


def _with_marks(text: str, found: Sequence[Finding]) -> str:
    pieces: list[str] = []
    end = 0
    for one in found:
        pieces += (
            text[end : one.start],
            f"[{one.detector}/{one.tier}:{text[one.start : one.end]}]",
        )
        end = one.end
    return "".join((*pieces, text[end:]))
