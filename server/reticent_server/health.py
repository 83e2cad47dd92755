"""Whether the server lives, and whether it can do its work now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Part = Literal["audit", "certificates", "event store", "events", "retention", "start"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


@dataclass(slots=True)
class Health:
    """`problems` maps a part ("events", "control", "start") to a sentence; empty = ready.

    `notices` does so for what somebody must look at although the server can do its work: were a
    damaged audit trail a problem, whoever damaged it could stop the server by that.

    Changed from the event loop, the writer thread and the audit trail's; single assignments, each
    of one's own part.
    """

    problems: dict[str, str] = field(default_factory=dict)
    notices: dict[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return not self.problems

    def verdicts(self) -> Mapping[str, str]:
        """Of every part, also where all is well."""
        well: dict[str, str] = dict.fromkeys([str(part) for part in PARTS], "ok")
        return well | dict.fromkeys(self.notices, "warn") | dict.fromkeys(self.problems, "bad")

    def broken(self, part: Part | Literal["stopping"], sentence: str) -> None:
        self.problems = self.problems | {part: sentence}

    def works(self, part: Part) -> None:
        self.problems = {name: text for name, text in self.problems.items() if name != part}

    def notice(self, part: Part, sentence: str) -> None:
        self.notices = self.notices | {part: sentence}

    def settled(self, part: Part) -> None:
        self.notices = {name: text for name, text in self.notices.items() if name != part}
