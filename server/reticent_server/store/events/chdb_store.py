"""The event store on chDB, the ClickHouse engine inside this process.

Enters: groups and questions. Leaves: rows and counts. Must hold: what `append` returned from would
survive a loss of power, exactly once; no value becomes text of a statement.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from reticent_server.limits import SEARCH_ROWS_MAX
from reticent_server.query.compile import condition
from reticent_server.query.expr import Expr
from reticent_server.store.events import cursor as cursors
from reticent_server.store.events import parameters, schema
from reticent_server.store.events.arrow import leave_pandas_out, to_arrow
from reticent_server.store.events.batches import ChdbBatches
from reticent_server.store.events.clock import Clock, wall_clock
from reticent_server.store.events.closing import DayCloser
from reticent_server.store.events.counts import ChdbCounts
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.errors import GroupInvalidError
from reticent_server.store.events.model import (
    Event,
    EventGroup,
    FieldValue,
    Page,
    StoredBytes,
)
from reticent_server.store.events.parameters import Parameters
from reticent_server.store.events.reading import EVENT_COLUMNS, event_of
from reticent_server.store.events.settings import EngineSettings
from reticent_server.store.events.state import STATE_TABLES, current
from reticent_server.store.events.taking import ChdbTaking
from reticent_server.store.events.windows import windows

_log = logging.getLogger(__name__)

_ORDER = "ts DESC, device_id DESC, stream_id DESC, seq DESC, row_no DESC"


class ChdbEventStore(ChdbCounts, ChdbBatches, ChdbTaking):
    """`EventStore` on one path. Times are microseconds since 1970 UTC, ids 16 bytes."""

    def __init__(self, engine: Engine, *, clock: Clock = wall_clock) -> None:
        super().__init__(engine)
        ChdbTaking.__init__(self, engine)
        self._clock = clock
        engine.execute(schema.create_table())
        engine.execute(schema.create_found())
        engine.execute(schema.merge_settings(finishing=False))
        engine.execute(schema.removal_settings())
        self._types = self._columns()
        added = schema.add_columns(self._types)
        if added is not None:
            engine.execute(added)
            self._types = self._columns()
            _log.info("the event store got the columns of this version; no row was rewritten")
        self._closer = DayCloser(engine, clock=clock)

    def _columns(self) -> dict[str, str]:
        """Names and types as the engine has them."""
        rows = self._engine.read(
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() "
            "AND table = {table:String}",
            {"table": schema.TABLE},
        )
        return {row["name"]: row["type"] for row in rows}

    def append(self, group: EventGroup) -> None:
        """See `EventStore.append`."""
        if not group.batches:
            return
        try:
            rows = to_arrow(group)
        except (ValueError, OverflowError, TypeError, IndexError) as error:
            # The engine's and numpy's messages may quote a value.
            raise GroupInvalidError(
                f"a group of {len(group.batches)} batches is malformed ({type(error).__name__}); "
                "nothing of it was stored; decode and validate batches before they are appended"
            ) from None
        self._engine.insert(schema.TABLE, self._types, rows)

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        """See `EventStore.last_seq`."""
        rows = self._engine.read(
            "SELECT max(seq) AS seq FROM events "
            "WHERE device_id = {device:UUID} AND stream_id = {stream:UUID}",
            {
                "device": parameters.identifier(device_id),
                "stream": parameters.identifier(stream_id),
            },
        )
        return int(rows[0]["seq"])

    def last_seqs(self, streams: Sequence[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
        """See `EventStore.last_seqs`."""
        found = dict.fromkeys(streams, 0)
        if not streams:
            return found
        rows = self._engine.read(
            "SELECT device_id, stream_id, max(seq) AS seq FROM events "
            "WHERE device_id IN {devices:Array(UUID)} GROUP BY device_id, stream_id",
            {"devices": parameters.identifiers(sorted({device for device, _ in streams}))},
        )
        for row in rows:
            stream = (row["device_id"].bytes, row["stream_id"].bytes)
            if stream in found:
                found[stream] = int(row["seq"])
        return found

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        """See `EventStore.search`."""
        limit = max(1, min(limit, SEARCH_ROWS_MAX))
        position = None if cursor is None else cursors.decode(cursor)
        newest = self._clock() if position is None else min(position[0], self._clock())
        rows: list[Event] = []
        for since_us, until_us in windows(expr, newest_us=newest):
            rows += self._window(expr, position, since_us, until_us, limit + 1 - len(rows))
            if len(rows) > limit:
                return Page(rows[:limit], cursors.encode(rows[limit - 1]))
        return Page(rows, None)

    def _window(
        self,
        expr: Expr,
        position: cursors.Position | None,
        since_us: int | None,
        until_us: int | None,
        limit: int,
    ) -> list[Event]:
        params = Parameters()
        where = [condition(expr, params)]
        if since_us is not None:
            where.append(f"ts >= {params.time(since_us)}")
        if until_us is not None:
            where.append(f"ts < {params.time(until_us)}")
        if position is not None:
            ts_us, device_id, stream_id, seq, row = position
            time = params.time(ts_us)
            where.append(
                f"ts <= {time} AND (ts, device_id, stream_id, seq, row_no) < "
                f"({time}, {params.identifier(device_id)}, {params.identifier(stream_id)}, "
                f"{params.add(str(seq), 'UInt64')}, {params.add(str(row), 'UInt32')})"
            )
        rows = self._engine.read(
            f"SELECT {EVENT_COLUMNS} FROM events WHERE {' AND '.join(where)} "  # noqa: S608  # compiled, values are parameters
            f"ORDER BY {_ORDER} LIMIT {limit}",
            params.values,
        )
        return [event_of(row) for row in rows]

    def current_state(self, device_id: bytes) -> Mapping[str, Sequence[Mapping[str, FieldValue]]]:
        """See `EventStore.current_state`."""
        rows = self._engine.read(
            f"WITH newest AS (SELECT `table`, max(ts) AS at FROM events "  # noqa: S608  # constants
            "WHERE device_id = {device:UUID} AND event = 'snapshot' GROUP BY `table`) "
            f"SELECT {EVENT_COLUMNS} FROM events LEFT JOIN newest USING (`table`) "
            "WHERE device_id = {device:UUID} AND ts >= newest.at "
            f"AND `table` IN ({', '.join(repr(name) for name in STATE_TABLES)})",
            {"device": parameters.identifier(device_id)},
        )
        return current(event_of(row) for row in rows)

    def damage(self) -> list[str]:
        """See `EventStore.damage`."""
        rows = self._engine.read(
            "SELECT name, reason FROM system.detached_parts "
            "WHERE database = currentDatabase() AND table = {table:String} ORDER BY name",
            {"table": schema.TABLE},
        )
        return [f"{row['name']} ({row['reason'] or 'set aside by hand'})" for row in rows]

    def stored_bytes(self) -> StoredBytes:
        """What lies on disk now."""
        rows = self._engine.read(
            "SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts "
            "FROM system.parts WHERE database = currentDatabase() "
            "AND table = {table:String} AND active",
            {"table": schema.TABLE},
        )
        return StoredBytes(
            rows=int(rows[0]["rows"]),
            stored_bytes=int(rows[0]["bytes"]),
            parts=int(rows[0]["parts"]),
        )

    def finish_days(self) -> int:
        """Finish the days that are over now instead of later; returns how many. See closing.py."""
        return self._closer.run_once()

    def close(self) -> None:
        """See `EventStore.close`."""
        self.stop_deleting()
        self._closer.stop()
        self._engine.close()


def open_store(
    path: Path,
    *,
    key: bytes,
    settings: EngineSettings | None = None,
    clock: Clock = wall_clock,
) -> ChdbEventStore:
    """Open or make the store at `path`; `key` is 32 bytes.

    Raises StoreDamagedError (permanent), StoreError (open elsewhere).
    """
    leave_pandas_out()
    engine = Engine(path.absolute(), key=key, settings=settings or EngineSettings())
    try:
        store = ChdbEventStore(engine, clock=clock)
        for part in store.damage():
            _log.error("the event store set a damaged part aside: %s", part)
    except BaseException:
        engine.close()
        raise
    return store
