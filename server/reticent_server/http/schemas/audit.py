"""The audit trail."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reticent_server.audit.chain import Record
from reticent_server.http.schemas.base import Time, shape, time_of_us

_ENTRY = {
    "number": 17,
    "at": "2026-11-22T06:32:05.001200Z",
    "actor": "admin",
    "action": "events.search",
    "object": "table user_name since",
    "outcome": "done",
    "reason": "",
    "source_address": "127.0.0.1",
}


class AuditEntryOut(BaseModel):
    """Who did what. A search is recorded by its shape, never by its values."""

    model_config = shape(_ENTRY)

    number: int
    at: Time
    actor: str
    action: str
    object: str
    outcome: str
    reason: str
    source_address: str

    @classmethod
    def of(cls, record: Record) -> AuditEntryOut:
        return cls(
            number=record.number,
            at=time_of_us(record.at_us),
            actor=record.actor,
            action=record.action,
            object=record.object,
            outcome=record.outcome,
            reason=record.reason,
            source_address=record.source_address,
        )


class AuditOut(BaseModel):
    model_config = shape({"entries": [_ENTRY], "next_cursor": None})

    entries: list[AuditEntryOut] = Field(description="Newest first.")
    next_cursor: str | None


class AuditCheckOut(BaseModel):
    """Whether every row follows from the one before it."""

    model_config = shape(
        {"whole": True, "first_broken": None, "head_number": 17, "head_hash": "9f86d081884c7d65..."}
    )

    whole: bool
    first_broken: int | None = Field(description="The first row that does not follow.")
    head_number: int
    head_hash: str = Field(description="Note it elsewhere: rows cut off at the end show by it.")
