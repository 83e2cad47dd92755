"""Whether a laptop is still the machine that it was, from tokens that say nothing else.

Enters: `MachineSignal` messages. Leaves: signals in a form that the record keeps, and what two of
them have in common. Must hold: a token is compared and never interpreted; what is not of the
protocol's form is left out.

    stored text: "<part>=<32 hex digits>,<32 hex digits>;<part>=…", parts and tokens sorted
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reticent_contract.machine import SIGNAL_BYTES, SIGNALS_PER_PART_MAX, Part
from reticent_contract.v1 import identity_pb2

CHANGED_PARTS_MIN = 2
Signals = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Compared:
    """`same`: parts of which at least one is there as before; `changed`: parts of which none is;
    `missing`: parts of before that are not shown now.

    A part that is shown for the first time is in none of them.
    """

    same: frozenset[str]
    changed: frozenset[str]
    missing: frozenset[str] = frozenset()

    @property
    def another_machine(self) -> bool:
        """Two parts or more are other, and nothing is as it was: not the laptop of the record.

        One part alone may have been replaced, where the others cannot be read.
        """
        return len(self.changed) >= CHANGED_PARTS_MIN and not self.same

    @property
    def the_same_machine(self) -> bool:
        """Every part of before is shown and as it was, and one of them is no disk.

        Whoever took the disk alone has the key, the salt and the disk's own number: it proves
        nothing, and the parts that they lack must not be left out.
        """
        return bool(self.same - {Part.DISK}) and not self.changed and not self.missing

    @property
    def vouched(self) -> bool:
        """Something of the record is shown as it was, or there is no record yet.

        Only then may the record change: else a copy that shows one part at a time, each of which
        could be a repair, would have it all in the end.
        """
        return bool(self.same) or not (self.changed or self.missing)

    @property
    def sentence(self) -> str:
        told = f"changed: {_listed(self.changed)}; as before: {_listed(self.same)}"
        if self.missing:
            told += f"; not shown: {_listed(self.missing)}"
        return told if self.vouched else f"{told}; not taken over"


def read(messages: Iterable[identity_pb2.MachineSignal]) -> Signals:
    """The first SIGNALS_PER_PART_MAX well-formed tokens of each known part."""
    known = set(Part)
    found: dict[str, set[str]] = {}
    for message in messages:
        if message.kind in known and len(message.token) == SIGNAL_BYTES:
            tokens = found.setdefault(message.kind, set())
            if len(tokens) < SIGNALS_PER_PART_MAX:
                tokens.add(message.token.hex())
    return {kind: frozenset(tokens) for kind, tokens in found.items()}


def compare(stored: Signals, shown: Signals) -> Compared:
    both = stored.keys() & shown.keys()
    same = frozenset(kind for kind in both if stored[kind] & shown[kind])
    missing = frozenset(stored.keys() - shown.keys())
    return Compared(same=same, changed=frozenset(both) - same, missing=missing)


def to_text(signals: Signals) -> str:
    return ";".join(f"{kind}={','.join(sorted(signals[kind]))}" for kind in sorted(signals))


def of_text(text: str) -> Signals:
    parts = (part.partition("=") for part in text.split(";") if part)
    return {kind: frozenset(tokens.split(",")) for kind, _, tokens in parts}


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(sorted(parts)) or "nothing"
