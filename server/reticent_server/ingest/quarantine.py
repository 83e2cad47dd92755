"""Keeps for people which batches were refused and why; never what was in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.limits import QUARANTINE_ENTRIES_MAX
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.ingest.models import QuarantineEntry
from reticent_server.store.control.engine import ControlStore

LIST_MAX = 1_000
_PRUNE_EVERY = 1_000  # entries between two looks at the bound


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBatch:
    """`refused_us`: microseconds since 1970-01-01 UTC. `rows`: what the frame said."""

    device_id: UUID
    stream_id: bytes
    seq: int
    rows: int
    reason: str
    detail: str
    refused_us: int


class Quarantine:
    """Thread-safe; calls block on the control store. The event store's receipts are the truth."""

    def __init__(self, control: ControlStore) -> None:
        self._control = control
        self._until_prune = 0

    def add(self, refused: Sequence[RefusedBatch]) -> None:
        with self._control.session() as session:
            refused = _of_known(session, refused)
            if not refused:
                return
            session.execute(
                insert(QuarantineEntry),
                [
                    {
                        "device_id": batch.device_id,
                        "stream_id": batch.stream_id,
                        "seq": batch.seq,
                        "rows": batch.rows,
                        "reason": batch.reason,
                        "detail": batch.detail[:512],
                        "refused_us": batch.refused_us,
                    }
                    for batch in refused
                ],
            )
            self._until_prune -= len(refused)
            if self._until_prune <= 0:
                self._until_prune = _PRUNE_EVERY
                newest = session.scalar(select(func.max(QuarantineEntry.entry_id))) or 0
                session.execute(
                    delete(QuarantineEntry).where(
                        QuarantineEntry.entry_id <= newest - QUARANTINE_ENTRIES_MAX
                    )
                )

    def reached(self) -> dict[tuple[bytes, bytes], int]:
        """The highest number of each stream (device_id, stream_id) whose receipt was stored before
        it was noted here."""
        entry = QuarantineEntry
        wanted = select(entry.device_id, entry.stream_id, func.max(entry.seq))
        with self._control.read() as session:
            found = session.execute(wanted.group_by(entry.device_id, entry.stream_id)).all()
        return {(device_id.bytes, stream_id): seq for device_id, stream_id, seq in found}

    def list(self, *, device_id: UUID | None = None, limit: int = 100) -> list[RefusedBatch]:
        """Newest first."""
        wanted = select(QuarantineEntry).order_by(QuarantineEntry.entry_id.desc())
        if device_id is not None:
            wanted = wanted.where(QuarantineEntry.device_id == device_id)
        with self._control.read() as session:
            return [
                RefusedBatch(
                    device_id=entry.device_id,
                    stream_id=entry.stream_id,
                    seq=entry.seq,
                    rows=entry.rows,
                    reason=entry.reason,
                    detail=entry.detail,
                    refused_us=entry.refused_us,
                )
                for entry in session.scalars(wanted.limit(max(1, min(limit, LIST_MAX))))
            ]


def _of_known(session: Session, refused: Sequence[RefusedBatch]) -> list[RefusedBatch]:
    """Without those of devices that were erased meanwhile."""
    wanted = select(Device.device_id).where(
        Device.device_id.in_({batch.device_id for batch in refused}),
        Device.status == DeviceStatus.ERASED,
    )
    erased = set(session.scalars(wanted))
    return [batch for batch in refused if batch.device_id not in erased]
