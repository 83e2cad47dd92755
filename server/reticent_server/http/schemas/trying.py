"""Lines and rows that a policy is tried on, and what would leave of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator
from reticent_contract.limits import LOG_LINE_BYTES_MAX
from reticent_contract.redact.places import Finding

from reticent_server.http.schemas.base import shape
from reticent_server.http.schemas.drafts import FieldName, PolicyText
from reticent_server.policies.trying import DEFAULT_FIELD, Tried, TriedRow

LINES_MAX = 1_000
_FOUND = {"start": 5, "end": 16, "detector": "ipv4", "tier": "A"}
_ROW = {"network_interface.snapshot": {"ip_addresses": ["203.0.113.7"], "mtu": 1500}}
_ROW_LEFT = {"network_interface.snapshot": {"ip_addresses": ["203.0.113.0/24"], "mtu": 1500}}
_TRIED_ROW = {"row": _ROW_LEFT, "outcome": "left", "problem": None}
_TRIED = {"text": "from 203.0.113.0/24", "outcome": "redacted", "found": [_FOUND]}


class TryIn(BaseModel):
    """Lines to be redacted by one field's rule, or rows by all rules, of the policy in force where
    no YAML is given."""

    model_config = shape(
        {"lines": ["from 203.0.113.7"], "field": DEFAULT_FIELD},
        {"rows": [_ROW], "learned": [{"host.snapshot": {"host_name": "alices-laptop"}}]},
    )

    lines: Annotated[
        list[Annotated[str, Field(max_length=LOG_LINE_BYTES_MAX)]], Field(max_length=LINES_MAX)
    ] = []
    rows: Annotated[
        list[Any],
        Field(
            max_length=LINES_MAX,
            description='Each as {"usb.snapshot": {"serial": "4C53"}}, or the table alone for its '
            "first event.",
        ),
    ] = []
    field: FieldName | None = Field(
        default=None, description=f"Of the lines; without it {DEFAULT_FIELD}. Rows have all."
    )
    learned: Annotated[
        list[Any],
        Field(max_length=LINES_MAX, description="Rows that the laptop would know of itself."),
    ] = []
    yaml: PolicyText | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if ("lines" in self.model_fields_set) == ("rows" in self.model_fields_set):
            raise ValueError("give either lines or rows")
        if self.field is not None and "rows" in self.model_fields_set:
            raise ValueError("field is for lines; rows go through all rules")
        return self


class FoundOut(BaseModel):
    model_config = shape(_FOUND)

    start: int = Field(description="In characters of the line that was sent.")
    end: int
    detector: str
    tier: str

    @classmethod
    def of(cls, found: Finding) -> FoundOut:
        return cls(start=found.start, end=found.end, detector=found.detector, tier=found.tier)


class TriedOut(BaseModel):
    model_config = shape(_TRIED)

    text: str | None = Field(description="What would leave; null where nothing does.")
    outcome: str
    found: list[FoundOut]

    @classmethod
    def of(cls, tried: Tried, found: tuple[Finding, ...]) -> TriedOut:
        return cls(text=tried.text, outcome=tried.outcome, found=[FoundOut.of(f) for f in found])


class TriedRowOut(BaseModel):
    model_config = shape(_TRIED_ROW)

    row: dict[str, Any] | None = Field(description="What would leave; null where nothing does.")
    outcome: Literal["left", "dropped", "unreadable"]
    problem: str | None = Field(description="Why it is unreadable: what is no row of the catalog.")

    @classmethod
    def of(cls, tried: TriedRow) -> TriedRowOut:
        row = None if tried.row is None else dict(tried.row)
        return cls.model_validate(
            {"row": row, "outcome": tried.outcome, "problem": tried.problem or None}
        )


class TryOut(BaseModel):
    """Nothing of it is stored; pseudonyms are made with keys that are random for each request."""

    model_config = shape({"lines": [_TRIED], "rows": []}, {"lines": [], "rows": [_TRIED_ROW]})

    lines: list[TriedOut] = Field(description="One for each line that was sent, in order.")
    rows: list[TriedRowOut] = Field(description="One for each row that was sent, in order.")
