"""What a group says of its devices beside its policy: when one counts as silent, how one returns.

A group that nobody has set anything for has the defaults. Calls block on the control store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from reticent_contract.limits import NAME_CHARS_MAX
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.sql.expression import Join

from reticent_server.devices.models import Device, DeviceGroup, DeviceStatus
from reticent_server.errors import ServerError
from reticent_server.limits import (
    DEVICE_RETURN_WITHIN_S,
    DEVICE_SILENT_AFTER_S,
    RETURN_WITHIN_S_MAX,
    SILENT_AFTER_S_MAX,
    SILENT_AFTER_S_MIN,
)
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.control.joining import Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """`silent_after_s`: without a word for this long, a device in service counts as silent.

    `return_within_s`: for this long after its certificate expired, a laptop returns by its old key
    and matching hardware; 0: it always needs a token.
    """

    group: str
    silent_after_s: int = DEVICE_SILENT_AFTER_S
    return_within_s: int = DEVICE_RETURN_WITHIN_S


class DeviceGroups(Joining):
    """Thread-safe. `clock` gives seconds since 1970-01-01 UTC."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._clock = clock

    def get(self, group: str) -> GroupSettings:
        with self._control.read() as session:
            found = session.get(DeviceGroup, group)
            return GroupSettings(group=group) if found is None else _settings(found)

    def list(self, *, groups: Collection[str] | None = None) -> list[GroupSettings]:
        """Of every group that has devices or settings, by name; only of these, None is all."""
        named, stored = select(Device.group_name).distinct(), select(DeviceGroup)
        if groups is not None:
            named = named.where(Device.group_name.in_(groups))
            stored = stored.where(DeviceGroup.group_name.in_(groups))
        with self._control.read() as session:
            names = set(session.scalars(named))
            found = {one.group_name: _settings(one) for one in session.scalars(stored)}
        return [found.get(name, GroupSettings(group=name)) for name in sorted(names | set(found))]

    def set(self, settings: GroupSettings) -> GroupSettings:
        """Raises ServerError for a bound."""
        if not 0 < len(settings.group) <= NAME_CHARS_MAX or not settings.group.isprintable():
            raise ServerError(
                f"a group's name has 1 to {NAME_CHARS_MAX} printable characters; nothing was set"
            )
        if not SILENT_AFTER_S_MIN <= settings.silent_after_s <= SILENT_AFTER_S_MAX:
            raise ServerError(
                f"a device counts as silent after {SILENT_AFTER_S_MIN // 3_600} hours to "
                f"{SILENT_AFTER_S_MAX // 86_400} days; nothing was set"
            )
        if not 0 <= settings.return_within_s <= RETURN_WITHIN_S_MAX:
            raise ServerError(
                f"a laptop returns within 0 to {RETURN_WITHIN_S_MAX // 86_400} days; nothing was "
                "set"
            )
        with self._control.session() as session:
            session.merge(
                DeviceGroup(
                    group_name=settings.group,
                    silent_after_s=settings.silent_after_s,
                    return_within_s=settings.return_within_s,
                )
            )
        return settings

    def count_silent(self, *, groups: Collection[str] | None = None) -> Mapping[str, int]:
        """Silent devices by group, of these groups, None is all; those that have devices in service
        are all named."""
        wanted = (
            select(
                Device.group_name,
                func.count().label("devices"),
                func.count().filter(is_silent(self._clock())).label("silent"),
            )
            .select_from(with_group())
            .where(Device.status == DeviceStatus.ACTIVE)
            .group_by(Device.group_name)
        )
        if groups is not None:
            wanted = wanted.where(Device.group_name.in_(groups))
        with self._control.read() as session:
            return {row.group_name: row.silent for row in session.execute(wanted)}


def with_group() -> Join:
    """Each device with its group's settings, where there are any."""
    return Device.__table__.outerjoin(
        DeviceGroup.__table__, Device.group_name == DeviceGroup.group_name
    )


def is_silent(now_s: float) -> ColumnElement[bool]:
    """Of a device of `with_group`: in service, and not heard of for as long as its group says."""
    heard_s = func.coalesce(Device.last_seen_s, Device.created_s)
    after_s = func.coalesce(DeviceGroup.silent_after_s, DEVICE_SILENT_AFTER_S)
    return and_(Device.status == DeviceStatus.ACTIVE, heard_s + after_s < int(now_s))


def _settings(record: DeviceGroup) -> GroupSettings:
    return GroupSettings(
        group=record.group_name,
        silent_after_s=record.silent_after_s,
        return_within_s=record.return_within_s,
    )
