"""Notes until when rows were deleted, and says from when on a device's batches must be whole.

Calls block on the control store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.retention.models import HOLD, LOOK, NEVER_S, DeviceCut, RetentionCut
from reticent_server.retention.rules import Rule
from reticent_server.store.control.engine import ControlStore


class Cuts:
    """Thread-safe. `clock` gives seconds since 1970-01-01 UTC."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def announce(self, rules: Sequence[Rule]) -> None:
        """Before anything is deleted by these."""
        self._note(rules, [{}] * len(rules))

    def count(self, rules: Sequence[Rule], rows: Sequence[Mapping[str, int]]) -> None:
        """After: so many rows of each, by table."""
        self._note(rules, rows)

    def _note(self, rules: Sequence[Rule], rows: Sequence[Mapping[str, int]]) -> None:
        now_s = int(self._clock())
        with self._control.session() as session:
            for rule, more in zip(rules, rows, strict=True):
                for table in rule.tables:
                    cut = _cut(session, rule.group, table)
                    cut.before_s = max(cut.before_s, rule.before_us // 1_000_000)
                    cut.at_s = now_s
                    cut.rows += more.get(table, 0)

    def look(self) -> None:
        """A round looks now: what it finds may be deleted, if it finds anything."""
        with self._control.session() as session:
            _cut(session, *LOOK).at_s = int(self._clock())

    def is_told(self, last_s: int | None) -> bool:
        """Whether the hold since that look, None for that since ever, is in the audit trail."""
        with self._control.read() as session:
            told = session.get(RetentionCut, HOLD)
            return told is not None and told.before_s == (last_s or NEVER_S)

    def tell(self, session: Session, last_s: int | None) -> None:
        """It is, once this transaction is committed."""
        _cut(session, *HOLD).before_s = last_s or NEVER_S

    def announce_devices(self, device_ids: Collection[bytes], *, before_s: int) -> None:
        """Before rows of these, received before that, are deleted because of whom they name."""
        with self._control.session() as session:
            for device_id in sorted(device_ids):
                cut = session.get(DeviceCut, UUID(bytes=device_id))
                if cut is None:
                    session.add(DeviceCut(device_id=UUID(bytes=device_id), before_s=before_s))
                else:
                    cut.before_s = max(cut.before_s, before_s)

    def last_s(self) -> int | None:
        """When a round last looked, seconds since 1970 UTC; None before the first."""
        with self._control.read() as session:
            looks = RetentionCut.table_name != HOLD[1], RetentionCut.group_name != HOLD[0]
            return session.scalar(select(func.max(RetentionCut.at_s)).where(or_(*looks)))

    def count_all(self) -> int:
        """Tables of groups of which rows were ever due."""
        with self._control.read() as session:
            wanted = select(func.count()).select_from(RetentionCut)
            return session.scalar(wanted.where(RetentionCut.group_name != LOOK[0])) or 0

    def whole_from(self) -> Mapping[bytes, int]:
        """By device, 16 bytes each: microseconds since 1970 UTC from which on no row was deleted.

        Devices that are not in it have lost none.
        """
        newest = (
            select(RetentionCut.group_name, func.max(RetentionCut.before_s).label("before_s"))
            .group_by(RetentionCut.group_name)
            .subquery()
        )
        wanted = select(Device.device_id, newest.c.before_s).join(
            newest, Device.group_name == newest.c.group_name
        )
        with self._control.read() as session:
            by_group = session.execute(wanted.where(Device.status != DeviceStatus.ERASED)).all()
            by_device = session.execute(select(DeviceCut.device_id, DeviceCut.before_s)).all()
        found: dict[bytes, int] = {}
        for device_id, before_s in (*by_group, *by_device):
            found[device_id.bytes] = max(found.get(device_id.bytes, 0), before_s * 1_000_000)
        return found


def _cut(session: Session, group: str, table: str) -> RetentionCut:
    cut = session.get(RetentionCut, (group, table))
    if cut is None:
        cut = RetentionCut(group_name=group, table_name=table, before_s=0, at_s=0, rows=0)
        session.add(cut)
    return cut
