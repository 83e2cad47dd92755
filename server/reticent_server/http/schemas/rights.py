"""Requests of persons about their own data. Whom one is about is taken, and never given back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of
from reticent_server.limits import (
    PERSON_CHARS_MAX,
    RIGHTS_COUNTS_SHOWN_MAX,
    RIGHTS_DEVICES_MAX,
    RIGHTS_IDENTIFIERS_MAX,
)
from reticent_server.rights.case import Case, Count

_DEVICE = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
_CASE = "0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9"
# No space and no @: neither a name nor an address.
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._/#-]{0,63}$"
Identifier = Annotated[str, Field(min_length=1, max_length=PERSON_CHARS_MAX)]


class OpenIn(BaseModel):
    model_config = shape(
        {
            "right": "access",
            "identifiers": ["alice@example.com", "alice", "+49 30 901820"],
            "devices": [_DEVICE],
            "reference": "4711",
            "received": "2026-11-20",
        }
    )

    right: Literal["access", "erasure"]
    identifiers: Annotated[
        list[Identifier], Field(min_length=1, max_length=RIGHTS_IDENTIFIERS_MAX)
    ] = Field(
        description="User names, e-mail addresses, phone numbers, full names. Kept encrypted, and "
        "only until the request is over. What a directory knows of the same person is added."
    )
    devices: Annotated[
        list[Annotated[UUID, Field(strict=False)]], Field(max_length=RIGHTS_DEVICES_MAX)
    ] = Field(
        default=[],
        description="Laptops that were always theirs, beside those whose record names them.",
    )
    reference: str = Field(pattern=REFERENCE, description="Of a ticket: no name, no address.")
    received: Annotated[date | None, Field(strict=False)] = Field(
        default=None, description="The day on which the person asked; today if left out."
    )


class RunIn(BaseModel):
    model_config = shape({"confirm": _CASE})

    confirm: Annotated[str, Field(max_length=64)] = Field(
        default="", description="To erase: the request's ID again. Erasing is for good."
    )


class RefuseIn(BaseModel):
    model_config = shape({"ground": "identity-not-established"})

    ground: Literal[
        "identity-not-established",
        "unfounded-or-excessive",
        "kept-by-law",
        "legal-claims",
        "rights-of-others",
        "withdrawn",
    ]


class CountOut(BaseModel):
    model_config = shape(
        {"device_id": _DEVICE, "table": "session", "found": 12, "deleted": 12, "emptied": 0}
    )

    device_id: str
    table: str
    found: int
    deleted: int = Field(description="Rows about the person that an erasure deletes.")
    emptied: int = Field(description="Rows about something else that lose what names the person.")

    @classmethod
    def of(cls, count: Count) -> CountOut:
        return cls(
            device_id=str(count.device_id),
            table=count.table,
            found=count.found,
            deleted=count.deleted,
            emptied=count.emptied,
        )


_EXAMPLE = {
    "case_id": _CASE,
    "right": "erasure",
    "reference": "4711",
    "state": "done",
    "ground": None,
    "opened_by": "kiran",
    "received_at": "2026-11-20T12:00:00Z",
    "due_at": "2026-12-20T12:00:00Z",
    "extended_at": None,
    "approval_id": "1c2d3e4f-5061-4728-93a4-b5c6d7e8f90a",
    "run_by": "kiran",
    "run_at": "2026-11-22T06:32:05Z",
    "over_at": "2026-11-22T06:32:20Z",
    "earlier": 0,
}


class CaseOut(BaseModel):
    model_config = shape(_EXAMPLE)

    case_id: str
    right: str
    reference: str
    state: str = Field(description="`approved`: a second person agreed, and it may be run.")
    ground: str | None = Field(description="Of a refusal.")
    opened_by: str
    received_at: Time
    due_at: Time = Field(description="One month after receipt, three where it was extended.")
    extended_at: Time | None
    approval_id: str | None = Field(description="The request for a second person.")
    run_by: str
    run_at: Time | None = Field(description="What was received later is not looked at.")
    over_at: Time | None = Field(description="Since then nothing here says whom it was about.")
    earlier: int = Field(description="Earlier requests by which the same was given.")

    @classmethod
    def of(cls, case: Case) -> CaseOut:
        return cls(**_fields(case))


class CaseDetailOut(CaseOut):
    model_config = shape(
        {
            **_EXAMPLE,
            "unseen": ["Pseudonyms of epochs whose keys were destroyed stand for nobody: 1."],
            "counts": [
                {"device_id": _DEVICE, "table": "session", "found": 12, "deleted": 12, "emptied": 0}
            ],
            "more_counts": 0,
        }
    )

    unseen: list[str] = Field(description="What could not be looked for, in words for the person.")
    counts: list[CountOut] = Field(description="By table and laptop.")
    more_counts: int = Field(description="Further tables of laptops, which are not listed.")

    @classmethod
    def whole(cls, case: Case) -> CaseDetailOut:
        shown = case.counts[:RIGHTS_COUNTS_SHOWN_MAX]
        return cls(
            **_fields(case),
            unseen=list(case.unseen),
            counts=[CountOut.of(one) for one in shown],
            more_counts=len(case.counts) - len(shown),
        )


class CasesOut(BaseModel):
    model_config = shape({"requests": [_EXAMPLE]})

    requests: list[CaseOut]


def _fields(case: Case) -> dict[str, Any]:
    return {
        "case_id": str(case.case_id),
        "right": case.right,
        "reference": case.reference,
        "state": case.state,
        "ground": case.ground,
        "opened_by": case.opened_by,
        "received_at": time_of(case.received_s),
        "due_at": time_of(case.due_s),
        "extended_at": maybe_time(case.extended_s),
        "approval_id": None if case.approval_id is None else str(case.approval_id),
        "run_by": case.run_by,
        "run_at": maybe_time(case.run_s),
        "over_at": maybe_time(case.over_s),
        "earlier": case.earlier,
    }
