"""What goes wrong with a policy.

A message says what happened, what now holds and what to do next; it never holds a collected value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from reticent_contract.reading import Problem

_SHOWN = 20


class PolicyError(Exception):
    """A policy was refused. Whatever was in force before stays in force."""

    def __init__(
        self, happened: str, problems: Iterable[Problem | str] = (), *, next_step: str
    ) -> None:
        self.happened = happened
        self.located = tuple(p for p in problems if isinstance(p, Problem))
        self.problems: tuple[str, ...] = tuple(str(p) for p in problems) or (happened,)
        super().__init__(f"{self.said}. The policy in force is unchanged; {next_step}")

    @property
    def said(self) -> str:
        """What happened, without what holds now: whoever knows that better says it."""
        return (
            self.happened if self.problems == (self.happened,) else f"{self.happened}: {self.told}"
        )

    @property
    def told(self) -> str:
        """The problems alone, for a text that nobody published: no policy in force is at stake."""
        more = len(self.problems) - _SHOWN
        return "; ".join(self.problems[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


class AlreadyInForceError(PolicyError):
    """The same version with the same hash is in force already: nothing to do, nothing is wrong."""


# What a laptop says of a policy whose first day is still to come; the server counts by it.
WAITS = "waits until"


class NotYetValidError(PolicyError):
    """Nothing is wrong with it but that its first day is still to come. `until_s`: that day,
    seconds since 1970-01-01 UTC."""

    def __init__(self, version: int, until_s: int) -> None:
        until = datetime.fromtimestamp(until_s, UTC).isoformat().replace("+00:00", "Z")
        super().__init__(
            f"policy {version} {WAITS} {until} (not_before)",
            next_step="the laptop takes it up by itself then",
        )
        self.until_s = until_s
