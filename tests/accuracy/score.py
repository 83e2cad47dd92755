"""How much of what is labelled is found, and how much of what is found is labelled.

Enters: cases, and what a finder says of their texts. Leaves: tallies.

    covered   every character of the labelled value lies in findings, of whatever detector: then it
              is replaced, whatever it is called
    named     it is covered, and the finding that covers its first character has a right name
    false     a finding that touches no label, and nothing that may be found either
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from accuracy.cases import DETECTOR_OF, Case, Span

Found = Sequence[tuple[int, int, str]]  # start, end, detector
Finder = Callable[[Case], Found]
EXAMPLES_MAX = 40


@dataclass(slots=True)
class Tally:
    """Of one kind, or of one detector."""

    labelled: int = 0
    covered: int = 0
    named: int = 0
    right: int = 0  # findings that touch a label
    false: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.covered / self.labelled if self.labelled else 1.0

    @property
    def recall_named(self) -> float:
        return self.named / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    def add(self, other: Tally) -> None:
        self.labelled += other.labelled
        self.covered += other.covered
        self.named += other.named
        self.right += other.right
        self.false += other.false


@dataclass(slots=True)
class Score:
    """`recall` by (kind, tier), `precision` by detector; `either_false` counts what touches only
    what may be found, for whoever wants to count that as false as well."""

    recall: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    precision: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    either: int = 0

    def of_tier(self, tier: str) -> Tally:
        return _sum(tally for (_, each), tally in self.recall.items() if each == tier)

    def of_kind(self, kind: str, tier: str) -> Tally:
        return self.recall.get((kind, tier), Tally())

    def all_findings(self) -> Tally:
        return _sum(self.precision.values())

    @property
    def precision_strict(self) -> float:
        """Where findings in what may be found count as false too."""
        total = self.all_findings()
        count = total.right + total.false + self.either
        return total.right / count if count else 1.0


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def score(cases: Iterable[Case], find: Finder) -> Score:
    result = Score()
    for case in cases:
        found = find(case)
        for span in case.spans:
            _look_for(result.recall[span.kind, span.tier], case, span, found)
        for start, end, detector in found:
            tally = result.precision[detector]
            if _touches(case.spans, start, end):
                tally.right += 1
            elif _touches(case.either, start, end):
                result.either += 1
            else:
                tally.false += 1
                _remember(tally, f"{case.family}: {_shown(case.text, start, end)}")
    return result


def _look_for(tally: Tally, case: Case, span: Span, found: Found) -> None:
    tally.labelled += 1
    covered = bytearray(span.end - span.start)
    first = None
    for start, end, detector in found:
        if start < span.end and span.start < end:
            low, high = max(start, span.start), min(end, span.end)
            covered[low - span.start : high - span.start] = b"\1" * (high - low)
            if low == span.start:
                first = detector
    if all(covered):
        tally.covered += 1
        named = first in {DETECTOR_OF[name] for name in span.names}
        tally.named += named
        if named:
            return
    names = ", ".join(f"{case.text[s:e]!r} as {d}" for s, e, d in found) or "nothing"
    _remember(tally, f"{_shown(case.text, span.start, span.end)}   found: {names}")


def _touches(spans: tuple[Span, ...], start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in spans)


def _shown(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 60) : start]}[[{text[start:end]}]]{text[end : end + 40]}"


def _remember(tally: Tally, example: str) -> None:
    if len(tally.examples) < EXAMPLES_MAX:
        tally.examples.append(example)
