"""Who still needs an epoch: the policies in force, and laptops that run an older one.

Enters: published policies, devices. Leaves: epoch to groups, epoch to the number of laptops; an
epoch that nobody needs is closed. Must hold: of a publication and a closing at the same moment, in
whatever processes, one comes first and the other one sees it.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress

from sqlalchemy import delete, func, select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.policies import reading
from reticent_server.policies.models import EpochEnd, PolicyVersion
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

    def close(self, epoch: int) -> None:
        """From its return on no policy that names the epoch is published. ConflictError: one is in
        force, or a laptop in service runs one; then nothing has changed."""
        with self._control.session() as session:
            reading.hold_all(session)
            self._refuse_while_used(epoch)
            session.merge(EpochEnd(epoch=epoch))

    def reopen(self, epoch: int) -> None:
        """Where its keys were not destroyed after all."""
        with self._control.session() as session:
            session.execute(delete(EpochEnd).where(EpochEnd.epoch == epoch))

    def _refuse_while_used(self, epoch: int) -> None:
        groups = self.groups().get(epoch, [])
        if groups:
            raise ConflictError(
                f"epoch {epoch} is named by the policy of {', '.join(groups)}; nothing was "
                "destroyed; publish a policy with a newer epoch first"
            )
        laptops = self.laptops().get(epoch, 0)
        if laptops:
            raise ConflictError(
                f"{laptops} laptop(s) in service still run a policy that names epoch {epoch}, and "
                "what they have spooled under it would be lost; nothing was destroyed; wait until "
                "they connect, or retire them"
            )

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
