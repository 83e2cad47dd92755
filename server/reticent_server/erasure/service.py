"""What the control store keeps of a device that is erased, and how far its erasure is.

Calls block on the control store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceAction, DeviceDiagnostics, DeviceStatus
from reticent_server.devices.service import DeviceService
from reticent_server.erasure.models import Erasure
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.ingest.models import QuarantineEntry
from reticent_server.retention.models import DeviceCut
from reticent_server.store.control.engine import ControlStore, after_commit

WORDS = "the device's record was erased"
BACKUPS = (
    "Backups made before still hold it until they expire: the server cannot reach into them. The "
    "audit trail keeps the device's ID, who did what to it and the networks it came from."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureView:
    """Times are seconds since 1970-01-01 UTC. `rows`: how many were deleted so far."""

    device_id: UUID
    asked_by: str
    asked_s: int
    deleted_s: int | None
    done_s: int | None
    rows: int


class ErasureService:
    """Thread-safe. `on_asked` is told, in any thread, that there is something to erase."""

    def __init__(
        self,
        control: ControlStore,
        devices: DeviceService,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._devices = devices
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []

    def on_asked(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def ask(self, session: Session, device_id: UUID, *, asked_by: str) -> None:
        """Once the session is committed the device is out of service and its record empty; its rows
        go from then on.

        Raises NotFoundError, ConflictError where the device is erased already.
        """
        now_s = int(self._clock())
        device = session.get(Device, device_id)
        if device is None:
            raise NotFoundError(f"there is no device {device_id}; nothing was erased")
        if session.get(Erasure, device_id) is not None:
            raise ConflictError(f"device {device_id} is erased already; nothing was changed")
        _empty(device, now_s)
        _delete_about(session, [device_id])
        session.add(Erasure(device_id=device_id, asked_by=asked_by[:128], asked_s=now_s, rows=0))
        after_commit(session, lambda: self._asked(device_id))

    def _asked(self, device_id: UUID) -> None:
        self._devices.tell(device_id, DeviceStatus.ERASED, WORDS)
        for listener in self._listeners:
            listener()

    def get(self, device_id: UUID) -> ErasureView:
        """Raises NotFoundError."""
        with self._control.read() as session:
            found = session.get(Erasure, device_id)
            if found is None:
                raise NotFoundError(f"device {device_id} is not erased; nothing was changed")
            return _view(found)

    def open(self) -> list[ErasureView]:
        """Those that are not done, oldest first."""
        wanted = select(Erasure).where(Erasure.done_s.is_(None)).order_by(Erasure.asked_s)
        with self._control.read() as session:
            return [_view(one) for one in session.scalars(wanted)]

    def device_ids(self) -> frozenset[bytes]:
        """All that were ever erased, 16 bytes each, done or not."""
        with self._control.read() as session:
            return frozenset(one.bytes for one in session.scalars(select(Erasure.device_id)))

    def done_ids(self) -> list[bytes]:
        """Those of whose erasure nothing is left to do, 16 bytes each."""
        wanted = select(Erasure.device_id).where(Erasure.done_s.is_not(None))
        with self._control.read() as session:
            return sorted(one.bytes for one in session.scalars(wanted))

    def deleted(self, rows: Mapping[UUID, int]) -> None:
        """No question finds a row of these any more; so many went just now.

        What came into the control store meanwhile goes too: in PostgreSQL a transaction that found
        the device in service may end after the one that erased it.
        """
        now_s = int(self._clock())
        with self._control.session() as session:
            _delete_about(session, rows)
            for device_id, more in rows.items():
                erasure = session.get_one(Erasure, device_id)
                _empty(session.get_one(Device, device_id), erasure.asked_s)
                if more or erasure.deleted_s is None:
                    erasure.rows += more
                    erasure.deleted_s = now_s

    def done(self, device_id: UUID) -> None:
        with self._control.session() as session:
            session.get_one(Erasure, device_id).done_s = int(self._clock())
        self._control.forget_journal()


def _empty(device: Device, now_s: int) -> None:
    """What must stay: its number, its group (who may see that it was erased), its keys and serial
    numbers, by which a stolen key is refused, and when this was."""
    device.status = DeviceStatus.ERASED
    device.status_reason = ""
    device.status_changed_s = device.created_s = now_s
    device.last_seen_s = device.clock_offset_us = device.instance_id = None
    device.agent_version = device.os_family = device.policy_refusal = ""
    device.device_key_kept = device.pseudonym_keys_kept = device.trusted_cas = ""
    device.machine_signals = device.enrolled_from = ""
    device.catalog_version = device.policy_version = 0
    device.policy_sha256 = device.policy_refused_version = None


def _delete_about(session: Session, device_ids: Collection[UUID]) -> None:
    for model in (DeviceAction, DeviceCut, DeviceDiagnostics, QuarantineEntry):
        session.execute(delete(model).where(model.device_id.in_(device_ids)))


def _view(record: Erasure) -> ErasureView:
    return ErasureView(
        device_id=record.device_id,
        asked_by=record.asked_by,
        asked_s=record.asked_s,
        deleted_s=record.deleted_s,
        done_s=record.done_s,
        rows=record.rows,
    )
