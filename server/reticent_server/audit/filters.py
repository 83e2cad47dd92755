"""Which entries of the audit trail somebody asks for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Select, or_

from reticent_server.audit.models import AuditEntry
from reticent_server.query.times import DAY_US, WRITTEN, moment_us

Outcome = Literal["done", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("done", "refused", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Empty: all. `action` is one, or a family (`device` for `device.view`); `object` a part."""

    actor: str = ""
    action: str = ""
    object: str = ""
    outcome: str = ""
    since_us: int | None = None
    until_us: int | None = None  # not included

    def names(self) -> list[str]:
        """Which filters there are, without what they ask for."""
        given = [name for name, value in asdict(self).items() if value not in ("", None)]
        return [name.removesuffix("_us") for name in given]

    def of(self, wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        entry = AuditEntry
        if self.actor:
            wanted = wanted.where(entry.actor == self.actor)
        if self.action:
            family = entry.action.startswith(f"{self.action}.", autoescape=True)
            wanted = wanted.where(or_(entry.action == self.action, family))
        if self.object:
            wanted = wanted.where(entry.object.contains(self.object, autoescape=True))
        if self.outcome:
            wanted = wanted.where(entry.outcome == self.outcome)
        if self.since_us is not None:
            wanted = wanted.where(entry.at_us >= self.since_us)
        if self.until_us is not None:
            wanted = wanted.where(entry.at_us < self.until_us)
        return wanted


EVERYTHING = AuditFilter()


class FilterError(ValueError):
    """`name` cannot be read; `wanted` says what can."""

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{name} is not {wanted}")
        self.name = name
        self.wanted = wanted


def filter_of(
    *,
    now_us: int,
    actor: str = "",
    action: str = "",
    about: str = "",
    outcome: str = "",
    since: str = "",
    until: str = "",
) -> AuditFilter:
    """From what a person wrote: a day as `until` is that day's end. Raises FilterError."""
    if outcome and outcome not in OUTCOMES:
        raise FilterError("outcome", f"one of {', '.join(OUTCOMES)}")
    return AuditFilter(
        actor=actor.strip(),
        action=action.strip(),
        object=about.strip(),
        outcome=outcome,
        since_us=_time("since", since, now_us=now_us),
        until_us=_time("until", until, now_us=now_us),
    )


def _time(name: str, text: str, *, now_us: int) -> int | None:
    if not text.strip():
        return None
    found = moment_us(text.strip(), now_us=now_us)
    if found is None or not 0 <= found[0] < 2**62:
        raise FilterError(name, f"a time, such as {WRITTEN}")
    at_us, whole_day = found
    return at_us + DAY_US if whole_day and name == "until" else at_us
