"""How long the rows of each device are kept: by the policy that the device is to run.

A table that this policy does not name any more is kept as the newest older version of its group
says that names it: what was collected under a promise is deleted by it. While a version is rolled
out, each device follows its own. Nothing is deleted of a group without a policy, nor of a table
that no version names, or none after one that cannot be read any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reticent_contract.policy import PolicyError
from sqlalchemy import select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.errors import NotFoundError
from reticent_server.log import Log
from reticent_server.policies.published import PublishedPolicy
from reticent_server.policies.service import PolicyService
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.events.model import Expiry

_log = Log("retention")
Days = Mapping[str, int | None]  # by table; None: while enrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows of `tables` of these devices of one group go when received before `before_us`.

    `devices`: 16 bytes each; None where it is every device that there is.
    """

    group: str
    tables: tuple[str, ...]
    before_us: int
    devices: tuple[bytes, ...] | None


def expiries(rules: Sequence[Rule]) -> list[Expiry]:
    """As the event store takes them."""
    return [
        Expiry(tables=rule.tables, before_us=rule.before_us, devices=rule.devices) for rule in rules
    ]


def before_of(days: int, *, now_s: float) -> int:
    """Microseconds since 1970 UTC: the first midnight of which fewer than `days` whole days and the
    day in progress have passed."""
    today = datetime.fromtimestamp(now_s, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(0, int((today - timedelta(days=days)).timestamp())) * 1_000_000


class Rules:
    """Calls block on the control store."""

    def __init__(self, control: ControlStore, policies: PolicyService) -> None:
        self._control = control
        self._policies = policies

    def now(self, tables: Collection[str], *, now_s: float) -> list[Rule]:
        """For these tables, of which rows are stored."""
        devices = self._devices()
        found: list[Rule] = []
        for group, members in sorted(devices.items()):
            for policy, some in self._by_policy(group, members):
                days = self._days(group, policy, tables)
                ids = None if len(devices) == 1 and len(some) == len(members) else tuple(some)
                found += _rules(group, days, ids, now_s=now_s)
        return found

    def _devices(self) -> Mapping[str, list[tuple[Device, bytes]]]:
        wanted = select(Device).where(Device.status != DeviceStatus.ERASED)
        by_group: defaultdict[str, list[tuple[Device, bytes]]] = defaultdict(list)
        with self._control.read() as session:
            for device in session.scalars(wanted.order_by(Device.device_id)):
                by_group[device.group_name].append((device, device.device_id.bytes))
        return by_group

    def _by_policy(
        self, group: str, members: Sequence[tuple[Device, bytes]]
    ) -> Iterator[tuple[PublishedPolicy, list[bytes]]]:
        try:
            lineup = self._policies.lineup(group)
        except NotFoundError:
            return
        by_sha: dict[bytes, tuple[PublishedPolicy, list[bytes]]] = {}
        for device, device_id in members:
            policy = lineup.of(device.device_id, runs=device.policy_sha256)
            by_sha.setdefault(policy.sha256, (policy, []))[1].append(device_id)
        yield from by_sha.values()

    def _days(self, group: str, policy: PublishedPolicy, tables: Collection[str]) -> Days:
        found: dict[str, int | None] = {}
        for version in self._versions(group, policy):
            try:
                parsed = self._policies.parsed(version)
            except PolicyError:  # of a catalog of before: what only it promised is not known
                _log.warning("policy_not_readable", group=version.group, version=version.version)
                break
            for name, rules in parsed.tables.items():
                if name in tables:
                    found.setdefault(name, rules.retention_days)
            if len(found) == len(tables):
                break
        return found

    def _versions(self, group: str, policy: PublishedPolicy) -> Iterator[PublishedPolicy]:
        """The device's own, then what its group had before it, newest first."""
        yield policy
        for name in dict.fromkeys((policy.group, group)):
            for version in self._policies.history(name):
                if name != policy.group or version.version < policy.version:
                    yield version


def _rules(
    group: str, days: Days, devices: tuple[bytes, ...] | None, *, now_s: float
) -> Iterable[Rule]:
    by_days: defaultdict[int, list[str]] = defaultdict(list)
    for table, kept in days.items():
        if kept is not None:
            by_days[kept].append(table)
    for kept, tables in sorted(by_days.items()):
        yield Rule(
            group=group,
            tables=tuple(sorted(tables)),
            before_us=before_of(kept, now_s=now_s),
            devices=devices,
        )
