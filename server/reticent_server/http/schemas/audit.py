"""The audit trail."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reticent_server.audit.chain import Record
from reticent_server.http.schemas.base import Time, shape, time_of_us
from reticent_server.receipt_chain import Problem, Verdict

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


_PROBLEM = {
    "device_id": "3d6f0e5c2b1a49788f6e5d4c3b2a1908",
    "stream_id": "00112233445566778899aabbccddeeff",
    "seq": 17,
    "sentence": "99 rows are stored, 100 were when its receipt was written",
}


class ReceiptProblemOut(BaseModel):
    """What is wrong with one stored batch. No collected value is in it."""

    model_config = shape(_PROBLEM)

    device_id: str
    stream_id: str
    seq: int
    sentence: str

    @classmethod
    def of(cls, problem: Problem) -> ReceiptProblemOut:
        return cls(
            device_id=problem.device_id,
            stream_id=problem.stream_id,
            seq=problem.seq,
            sentence=problem.sentence,
        )

    def problem(self) -> Problem:
        return Problem(self.device_id, self.stream_id, self.seq, self.sentence)


class ReceiptCheckOut(BaseModel):
    """Whether the stored batches are those of the laptops' receipts, in one chain a stream."""

    model_config = shape(
        {
            "streams": 12,
            "batches": 3400,
            "unchained": 0,
            "not_comparable": 0,
            "broken": 1,
            "problems": [_PROBLEM],
        }
    )

    streams: int
    batches: int
    unchained: int = Field(description="Batches of agents that send no receipts.")
    not_comparable: int = Field(description="Batches whose counts name what the server knew not.")
    broken: int = Field(description="How many problems there are.")
    problems: list[ReceiptProblemOut] = Field(description="The first of them.")

    @classmethod
    def of(cls, verdict: Verdict) -> ReceiptCheckOut:
        return cls(
            streams=verdict.streams,
            batches=verdict.batches,
            unchained=verdict.unchained,
            not_comparable=verdict.not_comparable,
            broken=verdict.broken,
            problems=[ReceiptProblemOut.of(problem) for problem in verdict.problems],
        )

    def verdict(self) -> Verdict:
        return Verdict(
            streams=self.streams,
            batches=self.batches,
            unchained=self.unchained,
            not_comparable=self.not_comparable,
            broken=self.broken,
            problems=[problem.problem() for problem in self.problems],
        )
