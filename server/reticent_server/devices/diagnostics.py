"""What laptops answered when they were asked for diagnostics: the newest of each, for a while.

Must hold: only facts of `reticent_contract.diagnostics` are stored, only of a device in service
that was asked, and none is shown or kept longer than DIAGNOSTICS_KEPT_S. Calls block on the control
store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.diagnostics import of_messages
from reticent_contract.v1 import telemetry_pb2
from sqlalchemy import delete
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceDiagnostics, DeviceStatus
from reticent_server.errors import NotFoundError
from reticent_server.limits import DIAGNOSTICS_KEPT_S
from reticent_server.store.control.engine import ControlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticsView:
    """Times are seconds since 1970-01-01 UTC; after `until_s` it is deleted."""

    received_s: int
    until_s: int
    facts: Mapping[str, str | int]


class Diagnostics:
    """Thread-safe. `clock` gives seconds since 1970-01-01 UTC."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def keep(
        self,
        session: Session,
        device_id: UUID,
        messages: Iterable[telemetry_pb2.DiagnosticFact],
    ) -> tuple[int, int]:
        """In place of the ones before: how many facts were kept, and left out."""
        facts, left_out = of_messages(messages)
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        device = session.get(Device, device_id)
        if device is None or device.status != DeviceStatus.ACTIVE:
            return 0, len(facts) + left_out
        session.merge(
            DeviceDiagnostics(device_id=device_id, received_s=int(self._clock()), facts_json=text)
        )
        return len(facts), left_out

    def get(self, device_id: UUID) -> DiagnosticsView:
        """Raises NotFoundError, also where they are too old."""
        with self._control.read() as session:
            found = session.get(DeviceDiagnostics, device_id)
            if found is None or found.received_s + DIAGNOSTICS_KEPT_S <= self._clock():
                raise NotFoundError(
                    f"there are no diagnostics of device {device_id}; nothing was changed; ask the "
                    "laptop for them"
                )
            return DiagnosticsView(
                received_s=found.received_s,
                until_s=found.received_s + DIAGNOSTICS_KEPT_S,
                facts=json.loads(found.facts_json),
            )

    def forget_old(self) -> None:
        oldest_s = int(self._clock()) - DIAGNOSTICS_KEPT_S
        with self._control.session() as session:
            session.execute(
                delete(DeviceDiagnostics).where(DeviceDiagnostics.received_s <= oldest_s)
            )
