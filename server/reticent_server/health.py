"""Whether the server lives, and whether it can do its work now."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Health:
    """`problems` maps a part ("events", "control", "start") to a sentence; empty = ready.

    Changed from the event loop and the writer thread; single assignments, so no lock is needed.
    """

    problems: dict[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return not self.problems

    def broken(self, part: str, sentence: str) -> None:
        self.problems = self.problems | {part: sentence}

    def works(self, part: str) -> None:
        self.problems = {name: text for name, text in self.problems.items() if name != part}
