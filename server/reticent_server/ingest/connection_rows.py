"""From where each laptop came: one row of `connection` before its first batch.

Enters: a stream that was opened. Leaves: a row on its way to the store, ahead of everything that
the stream sends, so it is durable before any of its batches is acknowledged. Must hold: one row a
minute a device at most, unless its address changed; a row that cannot be made holds up nobody.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_contract.limits import STREAMS_MAX
from reticent_contract.rows import Row

from reticent_server.ingest.connection import Connection
from reticent_server.ingest.server_rows import ServerRows
from reticent_server.limits import CONNECTION_ROW_EVERY_S
from reticent_server.log import Log
from reticent_server.place.places import Places

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

_log = Log("ingest")


@dataclass(frozen=True, slots=True)
class _Seen:
    address: str
    at_s: float


class ConnectionRows:
    """Of the event loop's thread only."""

    def __init__(self, service: IngestService, rows: ServerRows, places: Places) -> None:
        self._service = service
        self._rows = rows
        self._places = places
        self._seen: OrderedDict[UUID, _Seen] = OrderedDict()  # the newest STREAMS_MAX

    async def note(self, connection: Connection) -> None:
        """Returns when the row has its place before the stream's batches."""
        before = self._seen.get(connection.device_id)
        now_s = self._service.now_s()
        if (
            before is not None
            and before.address == connection.address
            and 0 <= now_s - before.at_s < CONNECTION_ROW_EVERY_S
        ):
            return
        try:
            placed = await self._put(connection)
        except Exception as error:  # noqa: BLE001 - what the laptop has to say matters more
            self._service.metrics.server_rows.labels("failed").inc()
            _log.error("connection_row_not_made", error, device_id=connection.device_id)
            return
        if placed:
            self._seen[connection.device_id] = _Seen(connection.address, now_s)
            self._seen.move_to_end(connection.device_id)
            if len(self._seen) > STREAMS_MAX:
                self._seen.popitem(last=False)

    async def _put(self, connection: Connection) -> bool:
        published = await self._rows.policy_of(
            connection.device_id, connection.group, runs=connection.policy_sha256
        )
        if published is None:
            return False
        fields = await self._service.in_thread(self._places.fields_of, connection.address)
        row = Row("connection", "connected", self._service.now_us(), fields)
        redacted = await self._rows.redact([row], published)
        if redacted is None:
            return False
        return await self._rows.put(redacted, connection.device_id) is not None
