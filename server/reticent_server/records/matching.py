"""Which device a line of a file is about.

A serial number or host name is looked for as it would have been stored: through each policy in use
and, where that makes pseudonyms, both their keys. So a file can be matched with names that the
server never sees in the clear; where a policy drops them, or keeps their key on the laptop, there
is nothing to find. Blocks on the stores only in threads.
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
_ENOUGH = 2  # devices of one name: it is ambiguous already
_ASKED_MAX = 16  # devices that had the name at some time


@dataclass(frozen=True, slots=True)
class Match:
    """`device_id` None: then `problem` says why, without the name."""

    device_id: UUID | None
    problem: str = ""


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
        if not line.named_by:
            return Match(None, "names no device")
        if line.named_by == "device_id":
            return await self._by_id(line.name)
        if not self._reach.shows_column(_TABLE, line.named_by):
            # A dry run would tell whether a guess of a hidden value is right.
            return Match(None, f"is matched by {line.named_by}, which no role of yours shows")
        found = await self._by_value(line.named_by, line.name)
        if len(found) == 1:
            return Match(found[0])
        problem = "matches no device" if not found else "matches more than one device"
        return Match(None, f"{problem} by its {line.named_by}")

    async def _by_id(self, text: str) -> Match:
        try:
            device_id = UUID(text)
        except ValueError:
            return Match(None, "has a device_id that is no UUID")
        if await self._threads.run(self._is_in_service, device_id):
            return Match(device_id)
        return Match(None, "matches no device in service by its device_id")

    def _is_in_service(self, device_id: UUID) -> bool:
        try:
            device = self._services.devices.get(device_id)
            mine = self._groups is None or device.group in self._groups
            return mine and device.status in _IN_SERVICE
        except NotFoundError:
            return False

    async def _by_value(self, field: str, value: str) -> list[UUID]:
        texts = await self._as_stored(field, value)
        return await self._threads.run(self._devices_with, field, texts) if texts else []

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

    def _devices_with(self, field: str, texts: Collection[str]) -> list[UUID]:
        """Devices in service that say so now: at most _ENOUGH."""
        is_one = Or(tuple(FieldText(field, Comparison.EQUAL, text) for text in texts))
        events = self._services.events
        asked: set[bytes] = set()
        found: list[UUID] = []
        while len(found) < _ENOUGH:
            others: tuple[Expr, ...] = tuple(Not(DeviceIs(one)) for one in asked)
            wanted = self._reach.narrowed(And((TableIs(_TABLE), is_one, *others)))
            page = events.search(wanted, limit=1)
            if not page.rows or len(asked) >= _ASKED_MAX:
                break
            device_id = page.rows[0].device_id
            asked.add(device_id)
            now = events.current_state(device_id).get(_TABLE, ())
            if any(str(row.get(field)) in texts for row in now) and self._is_in_service(
                UUID(bytes=device_id)
            ):
                found.append(UUID(bytes=device_id))
        return found
