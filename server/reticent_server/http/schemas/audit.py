"""The audit trail."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reticent_server.audit.chain import Record
from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.findings import Kind, Verdict
from reticent_server.audit.findings import Problem as AuditProblem
from reticent_server.audit.signed import server_id
from reticent_server.audit.watch import AuditState
from reticent_server.http.schemas.base import Time, shape, time_of_us
from reticent_server.receipt_chain import Problem
from reticent_server.receipt_chain import Verdict as ReceiptVerdict

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


_AUDIT_PROBLEM = {
    "kind": "deleted",
    "number": 17,
    "sentence": "row 17 is missing",
    "accepted": False,
}
_KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class AuditProblemOut(BaseModel):
    """What is wrong with the trail at one place."""

    model_config = shape(_AUDIT_PROBLEM)

    kind: Kind
    number: int = Field(description="The first row that it is about.")
    sentence: str
    accepted: bool = Field(description="An administrator signed that it is known.")

    @classmethod
    def of(cls, problem: AuditProblem) -> AuditProblemOut:
        return cls(
            kind=problem.kind,
            number=problem.number,
            sentence=problem.sentence,
            accepted=problem.accepted,
        )


class AuditCheckOut(BaseModel):
    """Whether every row follows from the one before it and every checkpoint agrees."""

    model_config = shape(
        {
            "whole": False,
            "first_broken": 17,
            "rows": 41,
            "head_number": 42,
            "head_hash": _KEY,
            "checked_at": "2026-11-22T06:32:05.001200Z",
            "checkpoint": 3,
            "checkpoint_row": 40,
            "public_key": _KEY,
            "digest": "42-" + _KEY,
            "broken": 1,
            "accepted": 0,
            "problems": [_AUDIT_PROBLEM],
            "places_failing": [],
        }
    )

    whole: bool
    first_broken: int | None = Field(description="The first row that is wrong or missing.")
    rows: int
    head_number: int
    head_hash: str
    checked_at: Time
    checkpoint: int | None = Field(description="The newest checkpoint's number.")
    checkpoint_row: int | None = Field(description="The row that it was made at.")
    public_key: str = Field(description="By which the checkpoints are verified, in hexadecimal.")
    digest: str = Field(description="Names this verdict; whoever accepts it sends it.")
    broken: int = Field(description="How many problems there are that nobody accepted.")
    accepted: int
    problems: list[AuditProblemOut] = Field(description="The first of them, by row.")
    places_failing: list[str] = Field(description="Files that checkpoints could not be written to.")

    @classmethod
    def of(cls, state: AuditState, public_key: bytes) -> AuditCheckOut:
        verdict = state.verdict or Verdict(rows=0, head_number=0, head_hash=b"")
        sequence, number, _ = verdict.newest or (None, None, None)
        return cls(
            whole=verdict.whole,
            first_broken=verdict.first.number if verdict.first else None,
            rows=verdict.rows,
            head_number=verdict.head_number,
            head_hash=verdict.head_hash.hex(),
            checked_at=time_of_us(state.checked_at_us),
            checkpoint=sequence,
            checkpoint_row=number,
            public_key=public_key.hex(),
            digest=verdict.digest,
            broken=verdict.broken,
            accepted=verdict.accepted,
            problems=[AuditProblemOut.of(problem) for problem in verdict.problems],
            places_failing=list(state.failing),
        )


class AuditKeyOut(BaseModel):
    """By what exports and checkpoints of this server are verified."""

    model_config = shape({"server": "9f86d081884c7d659a2feaa0c55ad015", "public_key": _KEY})

    server: str = Field(description="What its checkpoints name it.")
    public_key: str = Field(description="Ed25519, in hexadecimal.")

    @classmethod
    def of(cls, checkpoints: Checkpoints) -> AuditKeyOut:
        key = checkpoints.public_key
        return cls(server=server_id(key), public_key=key.hex())


class AcceptIn(BaseModel):
    model_config = shape(
        {
            "digest": "42-" + _KEY,
            "reason": "restored the backup of 21 November after the disk failed",
        }
    )

    digest: str = Field(
        pattern=r"^[0-9]{1,18}-[0-9a-f]{64}$", description="Of the verdict that was looked at."
    )
    reason: str = Field(min_length=1, max_length=400, description="Why it is known.")


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
            "expired": 0,
            "erased": 1,
            "broken": 1,
            "problems": [_PROBLEM],
        }
    )

    streams: int
    batches: int
    unchained: int = Field(description="Batches of agents that send no receipts.")
    not_comparable: int = Field(description="Batches whose counts name what the server knew not.")
    expired: int = Field(
        description="Batches of which rows were deleted, by retention or as a person asked."
    )
    erased: int = Field(description="Devices that were erased, with all that they sent.")
    broken: int = Field(description="How many problems there are.")
    problems: list[ReceiptProblemOut] = Field(description="The first of them.")

    @classmethod
    def of(cls, verdict: ReceiptVerdict) -> ReceiptCheckOut:
        return cls(
            streams=verdict.streams,
            batches=verdict.batches,
            unchained=verdict.unchained,
            not_comparable=verdict.not_comparable,
            expired=verdict.expired,
            erased=verdict.erased,
            broken=verdict.broken,
            problems=[ReceiptProblemOut.of(problem) for problem in verdict.problems],
        )

    def verdict(self) -> ReceiptVerdict:
        return ReceiptVerdict(
            streams=self.streams,
            batches=self.batches,
            unchained=self.unchained,
            not_comparable=self.not_comparable,
            expired=self.expired,
            erased=self.erased,
            broken=self.broken,
            problems=[problem.problem() for problem in self.problems],
        )
