"""What the running agent wrote of its collectors' cost, for `doctor`.

Enters: the part `collecting` of status.json. Leaves: sentences. Must hold: whatever that file
holds, it is shown as names and numbers, or left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from reticent_contract.catalog import CATALOG

from reticent_agent.collect.model import NEEDS_ROOT, WHILE_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table's last round, or one source from its start until it last told something."""

    name: str
    rows: int
    cpu_ms: int
    wall_ms: int
    absent: tuple[tuple[str, str], ...]  # field or "", reason

    @property
    def is_source(self) -> bool:
        """Sources have names of their own; state tables the catalog's."""
        return self.name not in CATALOG.tables

    @property
    def needs_root(self) -> bool:
        return any(reason == NEEDS_ROOT for _, reason in self.absent)

    def sentence(self) -> str:
        name = self.name.removeprefix(WHILE_ASKED)
        rows = "row" if self.rows == 1 else "rows"
        seconds = self.wall_ms // 1000
        first = f"its first {seconds} s" if seconds else "less than its first second"
        took = first if self.is_source else f"{self.wall_ms} ms"
        why = "".join(f"; {field + ': ' if field else ''}{reason}" for field, reason in self.absent)
        return f"{name}: {self.rows} {rows}, {self.cpu_ms} ms of processor time in {took}{why}"


def read(document: object) -> list[Part]:
    """In the file's order; parts of another form are left out."""
    entries = document.items() if isinstance(document, dict) else ()
    return [part for name, entry in entries if (part := _part(name, entry)) is not None]


def _part(name: object, entry: object) -> Part | None:
    if not isinstance(name, str) or not isinstance(entry, dict):
        return None
    numbers = [entry.get(key) for key in ("rows", "cpu_ms", "wall_ms")]
    rows, cpu_ms, wall_ms = (number if isinstance(number, int) else 0 for number in numbers)
    absent = entry.get("absent")
    return Part(
        name=name,
        rows=rows,
        cpu_ms=cpu_ms,
        wall_ms=wall_ms,
        absent=tuple(
            (str(pair[0]), str(pair[1]))
            for pair in (absent if isinstance(absent, list) else ())
            if isinstance(pair, list) and len(pair) == 2
        ),
    )
