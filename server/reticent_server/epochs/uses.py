"""Who still needs an epoch: the policies in force, and laptops that run an older one.

Enters: published policies, devices. Leaves: epoch to groups, epoch to the number of laptops.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress

from sqlalchemy import func, select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.errors import NotFoundError
from reticent_server.policies.models import PolicyVersion
from reticent_server.policies.service import DEFAULT_GROUP, PolicyService
from reticent_server.store.control.engine import ControlStore


class EpochUses:
    """Thread-safe; calls block on the control store."""

    def __init__(self, control: ControlStore, policies: PolicyService) -> None:
        self._control = control
        self._policies = policies

    def groups(self) -> dict[int, list[str]]:
        """Epoch to the groups whose policy in force, or whose newest one, names it."""
        found: dict[int, list[str]] = {}
        for group in dict.fromkeys((DEFAULT_GROUP, *self._policies.groups())):
            epochs = {_epoch(document) for document in self._documents(group)}
            for epoch in epochs:
                found.setdefault(epoch, []).append(group)
        return found

    def _documents(self, group: str) -> list[bytes]:
        """Canonical JSON of the policies that laptops of the group may get."""
        newest = (
            select(PolicyVersion.canonical_json)
            .where(PolicyVersion.group_name == group)
            .order_by(PolicyVersion.version.desc())
            .limit(1)
        )
        with self._control.read() as session:
            documents = list(session.scalars(newest))
        with suppress(NotFoundError):
            documents.append(self._policies.current(group).canonical_json)
        return documents

    def laptops(self) -> dict[int, int]:
        """Epoch to how many laptops in service last said that they run a policy that names it."""
        reported = (
            select(Device.policy_sha256, func.count())
            .where(Device.status != DeviceStatus.RETIRED, Device.status != DeviceStatus.REVOKED)
            .where(Device.policy_sha256.is_not(None))
            .group_by(Device.policy_sha256)
        )
        found: Counter[int] = Counter()
        with self._control.read() as session:
            for sha256, count in session.execute(reported).all():
                wanted = select(PolicyVersion.canonical_json).where(PolicyVersion.sha256 == sha256)
                canonical = session.scalar(wanted.limit(1))
                if canonical is not None:
                    found[_epoch(canonical)] += count
        return dict(found)


def _epoch(canonical_json: bytes) -> int:
    return int(json.loads(canonical_json)["pseudonyms"]["epoch"])
