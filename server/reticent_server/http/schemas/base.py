"""What all schemas share: the strictness, and times as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[
    str,
    Field(
        description="RFC 3339, UTC.",
        examples=["2026-11-22T06:32:05Z"],
        json_schema_extra={"format": "date-time"},
    ),
]


def shape(*examples: dict[str, Any]) -> ConfigDict:
    """A model's configuration: strict, frozen, with its examples."""
    return ConfigDict(
        extra="forbid", frozen=True, strict=True, json_schema_extra={"examples": list(examples)}
    )


def time_of(seconds: float) -> str:
    """Seconds since 1970-01-01 UTC as RFC 3339."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def time_of_us(microseconds: int) -> str:
    """The same from microseconds, all six digits kept."""
    whole, rest = divmod(microseconds, 1_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"


def maybe_time(seconds: float | None) -> str | None:
    return None if seconds is None else time_of(seconds)


PROBLEM_EXAMPLE: dict[str, Any] = {
    "type": "urn:reticent:problem:missing-scope",
    "title": "Forbidden",
    "status": 403,
    "detail": "this needs the scope read:events, which kiran does not hold here; nothing was done; "
    "ask an administrator, or use another token",
}


class ProblemOut(BaseModel):
    """An error, after RFC 9457. More members may stand beside these."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROBLEM_EXAMPLE]})

    type: str = Field(description="What a program tells problems apart by.")
    title: str
    status: int
    detail: str = Field(description="What happened, what now holds, what to do next.")
