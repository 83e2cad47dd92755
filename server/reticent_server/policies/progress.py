"""How far a version has come: which of a group's laptops run it, refused it, or are not heard of.

Enters: what laptops last said of their policy. Leaves: counts, and reasons as the laptops gave
them (already cut and cleaned when they were stored). Laptops out of service are not counted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.policy import WAITS
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.limits import REFUSALS_SHOWN_MAX, SILENT_AFTER_S
from reticent_server.policies import reading
from reticent_server.policies.lineup import is_in_share
from reticent_server.policies.models import PolicyVersion
from reticent_server.policies.published import PublishedPolicy
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.store.control.engine import ControlStore

_Device = Row[UUID, bytes | None, int | None, str, int | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why laptops refused a version, in their words, and how many said so."""

    reason: str
    devices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Every laptop of the group is in exactly one of the four counts.

    `on_new` runs the version; `refused` said no to it; `silent` was not heard of for ten minutes;
    `on_old` is the rest, those among them that wait for its first day, as `refusals` says.
    `in_share`: how many the share covers as it stands.
    """

    policy: PublishedPolicy
    devices: int
    in_share: int
    on_new: int
    on_old: int
    refused: int
    silent: int
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many laptops run one version, and how many refused it and why."""

    running: int
    refused: int
    refusals: tuple[Refusal, ...]


class PolicyProgress:
    """Thread-safe; calls block on the control store."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._clock = clock

    def of(self, policy: PublishedPolicy) -> Progress:
        """Over all laptops that the version is, or will be, for."""
        silent_before_s = int(self._clock()) - SILENT_AFTER_S
        states: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        in_share = 0
        with self._control.read() as session:
            for device in session.execute(_devices(session, policy.group)):
                state = _state(device, policy, silent_before_s)
                states[state] += 1
                in_share += is_in_share(device.device_id, policy)
                if device.policy_refused_version == policy.version:
                    reasons[device.policy_refusal] += 1
        return Progress(
            policy=policy,
            devices=states.total(),
            in_share=in_share,
            on_new=states["on_new"],
            on_old=states["on_old"],
            refused=states["refused"],
            silent=states["silent"],
            refusals=_most(reasons),
        )

    def usage(self, group: str) -> Mapping[int, Usage]:
        """By version: who runs what of this group's versions, and who refused which."""
        with self._control.read() as session:
            return _usage(session, group)

    def is_named(self, group: str) -> bool:
        """Whether any laptop, token or policy names the group; else it may be misspelt."""
        columns = (PolicyVersion.group_name, Device.group_name, EnrolmentTokenRecord.group_name)
        with self._control.read() as session:
            return any(
                session.scalar(select(column).where(column == group).limit(1)) is not None
                for column in columns
            )


def _devices(
    session: Session, group: str
) -> Select[UUID, bytes | None, int | None, str, int | None]:
    return select(
        Device.device_id,
        Device.policy_sha256,
        Device.policy_refused_version,
        Device.policy_refusal,
        Device.last_seen_s,
    ).where(_belongs(session, group))


def _belongs(session: Session, group: str) -> ColumnElement[bool]:
    """Laptops in service of the group; of the default one also those whose group has no policy."""
    in_service = Device.status == DeviceStatus.ACTIVE
    if group != DEFAULT_GROUP:
        return in_service & (Device.group_name == group)
    others = [name for name in reading.groups_of(session) if name != DEFAULT_GROUP]
    return in_service & Device.group_name.not_in(others)


def _state(device: _Device, policy: PublishedPolicy, silent_before_s: int) -> str:
    said_no = device.policy_refused_version == policy.version
    if said_no and not _waits(policy.version, device.policy_refusal):
        return "refused"  # also where it was accepted and cannot be run, such as for want of a key
    if device.policy_sha256 == policy.sha256:
        return "on_new"
    if device.last_seen_s is None or device.last_seen_s < silent_before_s:
        return "silent"
    return "on_old"


def _waits(version: int, said: str) -> bool:
    """Whether a laptop did not refuse the version, but waits for its first day."""
    return said.startswith(f"policy {version} {WAITS} ")


def _usage(session: Session, group: str) -> dict[int, Usage]:
    runs = (
        select(PolicyVersion.version, func.count().label("devices"))
        .join(Device, Device.policy_sha256 == PolicyVersion.sha256)
        .where(PolicyVersion.group_name == group, Device.status == DeviceStatus.ACTIVE)
        .where(func.coalesce(Device.policy_refused_version, 0) != PolicyVersion.version)
        .group_by(PolicyVersion.version)
    )
    if group != DEFAULT_GROUP:  # whose policy other groups' laptops run too
        runs = runs.where(Device.group_name == group)
    running = {row.version: row.devices for row in session.execute(runs)}
    said_no = (
        select(Device.policy_refused_version, Device.policy_refusal, func.count().label("devices"))
        .where(_belongs(session, group), Device.policy_refused_version.is_not(None))
        .group_by(Device.policy_refused_version, Device.policy_refusal)
    )
    reasons: dict[int, Counter[str]] = {}
    for version, reason, devices in session.execute(said_no):
        if version is not None:
            reasons.setdefault(version, Counter())[reason] += devices
    return {
        version: Usage(
            running=running.get(version, 0),
            refused=sum(
                devices
                for why, devices in reasons.get(version, Counter()).items()
                if not _waits(version, why)
            ),
            refusals=_most(reasons.get(version, Counter())),
        )
        for version in running.keys() | reasons.keys()
    }


def _most(reasons: Counter[str]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(reason, devices) for reason, devices in reasons.most_common(REFUSALS_SHOWN_MAX)
    )
