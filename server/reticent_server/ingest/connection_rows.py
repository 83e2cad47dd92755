"""From where each laptop came: one row of `connection` before its first batch, and on every row.

Enters: a stream that was opened. Leaves: a row on its way to the store, ahead of everything that
the stream sends, so it is durable before any of its batches is acknowledged; and the connection's
`origin`, the same values for the rows that it delivers. Must hold: both are what the policy that
the device is to run leaves, under keys that are not destroyed; one row a minute a device at most,
unless its address changed; what cannot be made holds up nobody, and its rows say nothing instead.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_contract.limits import STREAMS_MAX
from reticent_contract.rows import Row

from reticent_server.ingest.connection import Connection, Origin
from reticent_server.ingest.prepare import NOWHERE
from reticent_server.ingest.server_rows import Redacted, ServerRows
from reticent_server.limits import CONNECTION_ROW_EVERY_S
from reticent_server.log import Log
from reticent_server.place.places import Places
from reticent_server.policies.published import PublishedPolicy
from reticent_server.store.events.fields import DELIVERED, DELIVERED_FROM, Column

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

_NUMBERS = {name for name, column in DELIVERED.items() if column is Column.HOT_INTEGER}
_log = Log("ingest")


@dataclass(frozen=True, slots=True)
class _Seen:
    address: str
    at_s: float
    origin: Origin


class ConnectionRows:
    """Of the event loop's thread only."""

    def __init__(self, service: IngestService, rows: ServerRows, places: Places) -> None:
        self._service = service
        self._rows = rows
        self._places = places
        self._seen: OrderedDict[UUID, _Seen] = OrderedDict()  # the newest STREAMS_MAX

    def is_current(self, connection: Connection) -> bool:
        """False once the device is to run another policy, it expired, or keys were replaced."""
        origin = connection.origin
        if origin is None or origin.basis != self._basis(connection):
            return False
        return origin.policy is None or (
            origin.policy.time_problem(int(self._service.now_s())) is None
        )

    def forget(self, device_id: UUID) -> None:
        self._seen.pop(device_id, None)

    async def note(self, connection: Connection) -> None:
        """Returns when the row has its place before the stream's batches, and `origin` is known."""
        before = self._seen.get(connection.device_id)
        now_s = self._service.now_s()
        if (
            before is not None
            and before.address == connection.address
            and 0 <= now_s - before.at_s < CONNECTION_ROW_EVERY_S
        ):
            connection.origin = before.origin
            if not self.is_current(connection):
                await self.renew(connection)
            return
        if await self.renew(connection, row=True) and connection.origin is not None:
            self._seen[connection.device_id] = _Seen(connection.address, now_s, connection.origin)
            self._seen.move_to_end(connection.device_id)
            if len(self._seen) > STREAMS_MAX:
                self._seen.popitem(last=False)

    async def renew(self, connection: Connection, *, row: bool = False) -> bool:
        """Makes `origin` under the policy and keys of now; with `row`, stores it as one too.

        True where the row has its place. Whatever fails, `origin` says nothing rather than what
        an older policy let through.
        """
        basis = self._basis(connection)
        connection.origin = Origin(basis, None, NOWHERE)
        try:
            published = await self._rows.policy_of(
                connection.device_id, connection.group, runs=connection.policy_sha256
            )
            if published is None:
                return False
            redacted = await self._redacted(connection, published)
            if redacted is None:
                return False
            policy = await self._rows.parsed(published)
            connection.origin = origin = Origin(basis, policy, _delivered_from(redacted))
            if not row:
                return False
            placed = await self._rows.put(
                redacted, connection.device_id, delivered_from=origin.delivered_from
            )
        except Exception as error:  # noqa: BLE001 - what the laptop has to say matters more
            self._service.metrics.server_rows.labels("failed").inc()
            _log.error("connection_row_not_made", error, device_id=connection.device_id)
            return False
        return placed is not None

    async def _redacted(
        self, connection: Connection, published: PublishedPolicy
    ) -> Redacted | None:
        fields = await self._service.in_thread(self._places.fields_of, connection.address)
        row = Row("connection", "connected", self._service.now_us(), fields)
        return await self._rows.redact([row], published)

    def _basis(self, connection: Connection) -> tuple[bytes, int]:
        return connection.policy_sha256, self._rows.keys_replaced


def _delivered_from(redacted: Redacted) -> dict[str, str | int]:
    fields = redacted.fields or {}
    return {
        column: value
        for field, column in DELIVERED_FROM.items()
        if isinstance(value := fields.get(field), int if column in _NUMBERS else str)
        and value != ""
    }
