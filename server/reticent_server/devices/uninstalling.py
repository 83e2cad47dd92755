"""A laptop that uninstalls its agent leaves service, once it said so, or said that it begins;
asked from here, or by somebody there.

Enters: answers of laptops. Leaves: devices that are retired, which withdraws their certificates and
tells a laptop that its key may go. Must hold: a device is retired by its own laptop's word alone;
a lost answer, a killed server or a laptop that fell silent half-way leaves none in service for
long.

Calls block on the control store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith
from reticent_server.devices.actions import BY_THE_LAPTOP, Action
from reticent_server.devices.models import Device, DeviceAction, DeviceStatus
from reticent_server.devices.service import DeviceService
from reticent_server.errors import ConflictError
from reticent_server.limits import UNINSTALL_CONFIRM_S
from reticent_server.store.control.engine import ControlStore

DONE = "its agent was uninstalled from afar"
THERE = "its agent was uninstalled on the laptop itself"
SILENT = "its agent began to be uninstalled from afar, and was not heard of since"
_SAID = DeviceAction.done.is_(True)


class Uninstalling:
    """Thread-safe; whatever is called may be called again."""

    def __init__(
        self,
        control: ControlStore,
        devices: DeviceService,
        *,
        record_with: RecordWith,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._devices = devices
        self._record_with = record_with
        self._clock = clock

    def done(self, device_id: UUID) -> None:
        """The laptop has said that it is done, now or before."""
        self._retire(self._due(_SAID, DeviceAction.device_id == device_id), DONE)

    def run(self) -> int:
        """Retires whoever said "done", or "begun" and for UNINSTALL_CONFIRM_S no more; how many."""
        before_s = int(self._clock()) - UNINSTALL_CONFIRM_S
        silent = and_(DeviceAction.answered_s.is_(None), DeviceAction.begun_s <= before_s)
        return self._retire(self._due(_SAID), DONE) + self._retire(self._due(silent), SILENT)

    def _due(self, *which: ColumnElement[bool]) -> Sequence[Row[UUID, str, str]]:
        """Devices in service, why they were asked to uninstall, and by whom."""
        wanted = (
            select(DeviceAction.device_id, DeviceAction.reason, DeviceAction.asked_by)
            .join(Device, Device.device_id == DeviceAction.device_id)
            .where(
                DeviceAction.action == Action.UNINSTALL.value,
                Device.status == DeviceStatus.ACTIVE,
                *which,
            )
        )
        with self._control.read() as session:
            return session.execute(wanted).all()

    def _retire(self, due: Sequence[Row[UUID, str, str]], why: str) -> int:
        """Each once; where it was asked from here and there, it was there."""
        told = dict[UUID, tuple[str, str]]()
        for device_id, reason, asked_by in due:
            if asked_by == BY_THE_LAPTOP:
                told[device_id] = (THERE, reason)
            else:
                told.setdefault(device_id, (why, reason))
        return sum(self._retire_one(one, *said) for one, said in told.items())

    def _retire_one(self, device_id: UUID, cause: str, reason: str) -> bool:
        """False where it left service by another way since it was looked at."""

        def change(db: Session) -> Entry:
            self._devices.retire_in(db, device_id, reason=f"{cause}: {reason}")
            about = f"device {device_id}"
            return Entry(actor="server", action="device.retire", object=about, reason=cause)

        try:
            self._record_with(change)
        except ConflictError:
            return False
        return True
