"""Which device a line of a file is about.

A serial number or host name is looked for as it would have been stored: through each policy in use
and, where that makes pseudonyms, both their keys. So a file can be matched with names that the
server never sees in the clear; where a policy drops them, or keeps their key on the laptop, there
is nothing to find. Blocks on the stores only in threads.

A laptop says itself what it is called, and may claim what another one is called. So where a name
is not one device's alone, or the names of a line point at different ones, the line is a conflict:
it is left out and told to the administrator, who knows the device by its device_id. No claim moves
what is written down of one device to another, and none keeps a file from being imported.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.rows import Row

from reticent_server.devices.models import DeviceStatus
from reticent_server.errors import NotFoundError
from reticent_server.http.threads import BoundedThreads
from reticent_server.policies.published import PublishedPolicy
from reticent_server.query.expr import And, Comparison, DeviceIs, Expr, FieldText, Not, Or, TableIs
from reticent_server.query.reach import Reach
from reticent_server.records.csv_file import Line
from reticent_server.services import Services

_TABLE = "host"
_IN_SERVICE = (DeviceStatus.ACTIVE, DeviceStatus.CONFLICT)
_ASKED_MAX = 16  # devices that had the name at some time


@dataclass(frozen=True, slots=True)
class Match:
    """`device_id` None: then `problem` says why, without the name.

    `claimed_by`: the devices that a conflict is between.
    """

    device_id: UUID | None
    problem: str = ""
    claimed_by: tuple[UUID, ...] = ()
    is_miss: bool = False


@dataclass(frozen=True, slots=True)
class _Claims:
    """Devices in service that say so now, and those that have at some time; some in conflict.

    `too_many`: those that were looked at, newest claim first, where there are more.
    """

    now: frozenset[UUID]
    ever: frozenset[UUID]
    disputed: frozenset[UUID]
    too_many: frozenset[UUID] = frozenset()


class DeviceMatcher:
    """For one file: what is known of the policies is asked for once."""

    def __init__(
        self,
        services: Services,
        threads: BoundedThreads,
        *,
        groups: Collection[str] | None,
        reach: Reach,
    ) -> None:
        self._groups = groups
        self._reach = reach
        self._services = services
        self._threads = threads
        self._policies: list[PublishedPolicy] | None = None

    async def match(self, line: Line) -> Match:
        if "device_id" in line.names:
            return await self._by_id(UUID(line.names["device_id"]))
        hidden = [f for f in line.names if not self._reach.shows_column(_TABLE, f)]
        if hidden:  # whether a guess of a hidden value is right would be told
            return Match(None, f"is matched by {hidden[0]}, which no role of yours shows")
        claims = {field: await self._by_value(field, value) for field, value in line.names.items()}
        by = " and ".join(claims)
        unclear = frozenset[UUID]().union(*(found.too_many for found in claims.values()))
        if unclear:  # newer claims hide older ones: who is not looked at may be the right one
            problem = f"too many devices have claimed its {by}"
            return Match(None, problem, claimed_by=tuple(sorted(unclear, key=str)))
        missing = [field for field, found in claims.items() if not found.now]
        if len(missing) == len(claims):
            return Match(None, f"matches no device by its {by}", is_miss=True)
        agreed = frozenset.intersection(*(found.now for found in claims.values()))
        everybody = frozenset.union(*(found.now for found in claims.values()))
        serial = claims.get("system_serial")
        if serial is not None and len(claims) == 1:
            everybody |= serial.ever  # a serial number does not wander from laptop to laptop
        if not agreed:
            problem = f"its {by} are not those of one device"
        elif len(agreed) > 1 or (len(claims) == 1 and len(everybody) > 1):
            problem = f"more than one device claims its {by}"
        elif any(agreed & found.disputed for found in claims.values()):
            problem = f"the device of its {by} is in conflict"
        else:
            return Match(next(iter(agreed)))
        return Match(None, problem, claimed_by=tuple(sorted(everybody, key=str)))

    async def _by_id(self, device_id: UUID) -> Match:
        if await self._threads.run(self._status, device_id) in _IN_SERVICE:
            return Match(device_id)
        return Match(None, "matches no device in service by its device_id")

    def _status(self, device_id: UUID) -> DeviceStatus | None:
        """None where there is no such device in the groups."""
        try:
            device = self._services.devices.get(device_id)
        except NotFoundError:
            return None
        mine = self._groups is None or device.group in self._groups
        return device.status if mine else None

    async def _by_value(self, field: str, value: str) -> _Claims:
        texts = await self._as_stored(field, value)
        if not texts:
            return _Claims(frozenset(), frozenset(), frozenset())
        return await self._threads.run(self._devices_with, field, texts)

    async def _as_stored(self, field: str, value: str) -> set[str]:
        """How each policy in use would have let the value be stored."""
        rows = self._services.ingest.server_rows
        row = Row(_TABLE, "snapshot", self._services.ingest.now_us(), {field: value})
        texts: set[str] = set()
        for policy in await self._in_use():
            redacted = await rows.redact([row], policy, as_laptop=True)
            text = (redacted.fields or {}).get(field) if redacted is not None else None
            if isinstance(text, str):
                texts.add(text)
        return texts

    async def _in_use(self) -> list[PublishedPolicy]:
        if self._policies is None:
            self._policies = await self._threads.run(self._read_policies)
        return self._policies

    def _read_policies(self) -> list[PublishedPolicy]:
        found: dict[bytes, PublishedPolicy] = {}
        for group in self._services.policies.groups():
            lineup = self._services.policies.lineup(group)
            found.update((one.sha256, one) for one in (*lineup.staged, lineup.whole))
        return list(found.values())

    def _devices_with(self, field: str, texts: Collection[str]) -> _Claims:
        is_one = Or(tuple(FieldText(field, Comparison.EQUAL, text) for text in texts))
        events = self._services.events
        asked: set[bytes] = set()
        now: set[UUID] = set()
        ever: set[UUID] = set()
        disputed: set[UUID] = set()
        while True:
            others: tuple[Expr, ...] = tuple(Not(DeviceIs(one)) for one in asked)
            wanted = self._reach.narrowed(And((TableIs(_TABLE), is_one, *others)))
            page = events.search(wanted, limit=1)
            if not page.rows:
                return _Claims(frozenset(now), frozenset(ever), frozenset(disputed))
            if len(asked) == _ASKED_MAX:
                break
            device = page.rows[0].device_id
            asked.add(device)
            device_id = UUID(bytes=device)
            status = self._status(device_id)
            if status not in _IN_SERVICE:
                continue  # e.g. what this laptop was before it was enrolled again
            ever.add(device_id)
            if status is DeviceStatus.CONFLICT:
                disputed.add(device_id)
            state = events.current_state(device).get(_TABLE, ())
            if any(str(row.get(field)) in texts for row in state):
                now.add(device_id)
        too_many = ever or {UUID(bytes=device) for device in asked}
        return _Claims(frozenset(now), frozenset(ever), frozenset(disputed), frozenset(too_many))
