"""Lines and rows that a policy is tried on, and what would leave of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator
from reticent_contract.limits import LOG_LINE_BYTES_MAX

from reticent_server.http.schemas.base import shape
from reticent_server.http.schemas.drafts import FieldName, PolicyText
from reticent_server.policies.marking import Found
from reticent_server.policies.trying import DEFAULT_FIELD, Tried, TriedRow

LINES_MAX = 1_000
_FINDING = {"start": 5, "end": 16, "detector": "ipv4", "tier": "A"}
_FOUND = {**_FINDING, "element": None}
_FOUND_IN_ROW = {**_FINDING, "start": 0, "end": 11, "element": 0, "field": "ip_addresses"}
_ROW = {"network_interface.snapshot": {"ip_addresses": ["203.0.113.7"], "mtu": 1500}}
_ROW_LEFT = {"network_interface.snapshot": {"ip_addresses": ["203.0.113.0/24"], "mtu": 1500}}
_TRIED_ROW = {"row": _ROW_LEFT, "outcome": "left", "problem": None, "found": [_FOUND_IN_ROW]}
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
        default=None,
        description=f"Of the lines; without it {DEFAULT_FIELD}. Rows have all. Of one that holds "
        "lists, a line that is a list in JSON is the list, any other one element.",
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

    start: int = Field(description="In characters of the line that was sent, or of the element.")
    end: int
    detector: str
    tier: str
    element: int | None = Field(description="Which one of a list, from 0; null of what is none.")

    @classmethod
    def of(cls, found: Found) -> FoundOut:
        return cls.model_validate({"element": None} | found.told())


class FoundInRowOut(BaseModel):
    model_config = shape(_FOUND_IN_ROW)

    field: str
    element: int | None = Field(description="Which one of a list, from 0; null of what is none.")
    start: int = Field(description="In characters of the value, or of the element.")
    end: int
    detector: str
    tier: str

    @classmethod
    def of(cls, found: Found) -> FoundInRowOut:
        return cls.model_validate({"element": None} | found.told())


class TriedOut(BaseModel):
    model_config = shape(_TRIED)

    text: str | None = Field(description="What would leave; null where nothing does.")
    outcome: str = Field(description="Of a list the worst of its elements.")
    found: list[FoundOut] | None = Field(description="null where a detector could not look.")

    @classmethod
    def of(cls, tried: Tried, found: Sequence[Found] | None) -> TriedOut:
        told = None if found is None else [FoundOut.of(one) for one in found]
        return cls(text=tried.text, outcome=tried.outcome, found=told)


class TriedRowOut(BaseModel):
    model_config = shape(_TRIED_ROW)

    row: dict[str, Any] | None = Field(description="What would leave; null where nothing does.")
    outcome: Literal["left", "dropped", "unreadable"]
    problem: str | None = Field(description="Why it is unreadable: what is no row of the catalog.")
    found: list[FoundInRowOut] | None = Field(
        description="In the row that was sent; null where a detector could not look."
    )

    @classmethod
    def of(cls, tried: TriedRow, found: Sequence[Found] | None) -> TriedRowOut:
        row = None if tried.row is None else dict(tried.row)
        problem = tried.problem or None
        told = None if found is None else [FoundInRowOut.of(one) for one in found]
        return cls.model_validate(
            {"row": row, "outcome": tried.outcome, "problem": problem, "found": told}
        )


class TryOut(BaseModel):
    """Nothing of it is stored; pseudonyms are made with keys that are random for each request."""

    model_config = shape({"lines": [_TRIED], "rows": []}, {"lines": [], "rows": [_TRIED_ROW]})

    lines: list[TriedOut] = Field(description="One for each line that was sent, in order.")
    rows: list[TriedRowOut] = Field(description="One for each row that was sent, in order.")
