"""Whom a group's policy concerns: devices, and people as far as their pseudonyms tell.

Enters: the stores. Leaves: two numbers. Must hold: no pseudonym leaves this module.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reticent_contract.policy.diff import Told
from sqlalchemy import select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.events.interface import EventStore

DEFAULT_GROUP = "default"


@dataclass(frozen=True, slots=True)
class Reach:
    """`people`: different user names in what the devices sent, in the epoch that has the most of
    them. One person may have several."""

    devices: int
    people: int

    def beside(self, told: Told) -> str:
        """The sentence, and whom it concerns where it is about somebody."""
        return f"{told.sentence}, {self}" if told.is_personal else told.sentence

    def __str__(self) -> str:
        devices = "1 device" if self.devices == 1 else f"{self.devices} devices"
        people = "1 person" if self.people == 1 else f"{self.people} people"
        return f"{devices}, about {people}"


def reach_of(
    control: ControlStore, events: EventStore, *, group: str, own: Collection[str]
) -> Reach:
    """Of active devices. `own`: groups with a policy of their own; the others have the default's.

    Blocks. Raises StoreError.
    """
    wanted = select(Device.device_id).where(Device.status == DeviceStatus.ACTIVE)
    if group == DEFAULT_GROUP:
        wanted = wanted.where(Device.group_name.not_in(set(own) - {DEFAULT_GROUP}))
    else:
        wanted = wanted.where(Device.group_name == group)
    with control.read() as session:
        devices = [device_id.bytes for device_id in session.scalars(wanted)]
    return Reach(len(devices), events.count_users(devices) if devices else 0)
