"""The event store on chDB, the ClickHouse engine inside this process.

Enters: groups and questions. Leaves: rows and counts. Must hold: what `append` returned from would
survive a loss of power, exactly once; no value becomes text of a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reticent_server.limits import SEARCH_ROWS_MAX
from reticent_server.query.compile import condition
from reticent_server.query.expr import Expr
from reticent_server.store.events import cursor as cursors
from reticent_server.store.events import parameters, schema
from reticent_server.store.events.arrow import to_arrow
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.errors import GroupInvalidError
from reticent_server.store.events.model import (
    RECEIPT_TABLE,
    DeviceSummary,
    EventGroup,
    FieldValue,
    HourCount,
    Page,
)
from reticent_server.store.events.parameters import Parameters
from reticent_server.store.events.reading import EVENT_COLUMNS, event_of, microseconds
from reticent_server.store.events.settings import EngineSettings
from reticent_server.store.events.state import STATE_TABLES, current

_ORDER = "ts DESC, device_id DESC, stream_id DESC, seq DESC, row_no DESC"
_HOUR_US = 3_600_000_000
# What the policy, a failure or a full spool took away.
_DROPPED = ("dropped", "failed", "overflow")


class ChdbEventStore:
    """`EventStore` on one path. Times are microseconds since 1970 UTC, ids 16 bytes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        engine.execute(schema.create_table())
        columns = engine.read(
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() "
            f"AND table = '{schema.TABLE}'"  # noqa: S608  # a constant
        )
        self._types = {column["name"]: column["type"] for column in columns}

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
        params = Parameters()
        where = condition(expr, params)
        if cursor is not None:
            ts_us, device_id, stream_id, seq, row = cursors.decode(cursor)
            time = params.time(ts_us)
            where = (
                f"({where}) AND ts <= {time} AND (ts, device_id, stream_id, seq, row_no) < "
                f"({time}, {params.identifier(device_id)}, {params.identifier(stream_id)}, "
                f"{params.add(str(seq), 'UInt64')}, {params.add(str(row), 'UInt32')})"
            )
        rows = self._engine.read(
            f"SELECT {EVENT_COLUMNS} FROM events WHERE {where} "  # noqa: S608  # compiled, values are parameters
            f"ORDER BY {_ORDER} LIMIT {limit + 1}",
            params.values,
        )
        events = [event_of(row) for row in rows[:limit]]
        return Page(events, cursors.encode(events[-1]) if len(rows) > limit else None)

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

    def device_summaries(
        self, device_ids: Sequence[bytes] | None = None
    ) -> dict[bytes, DeviceSummary]:
        """See `EventStore.device_summaries`."""
        where, values = "1", {}
        if device_ids is not None:
            where = "device_id IN {devices:Array(UUID)}"
            values = {"devices": parameters.identifiers(device_ids)}
        rows = self._engine.read(
            "SELECT device_id, max(received_at) AS seen, "  # noqa: S608  # constants
            f"countIf(`table` != '{RECEIPT_TABLE}') AS count, "
            "argMaxIf(host_name, ts, `table` = 'host') AS host_name, "
            "argMaxIf(name, ts, `table` = 'os') AS os_name, "
            "argMaxIf(version, ts, `table` = 'os') AS os_version "
            f"FROM events WHERE {where} GROUP BY device_id",
            values,
        )
        return {
            row["device_id"].bytes: DeviceSummary(
                device_id=row["device_id"].bytes,
                last_received_at_us=microseconds(row["seen"]),
                rows=int(row["count"]),
                host_name=row["host_name"] or None,
                os_name=row["os_name"] or None,
                os_version=row["os_version"] or None,
            )
            for row in rows
        }

    def count_by_table(self, device_id: bytes | None = None) -> dict[str, int]:
        """See `EventStore.count_by_table`."""
        where, values = _of_device(device_id)
        rows = self._engine.read(
            f"SELECT `table`, count() AS count FROM events WHERE {where} GROUP BY `table`",  # noqa: S608  # constants
            values,
        )
        return {row["table"]: int(row["count"]) for row in rows if row["table"] != RECEIPT_TABLE}

    def dropped_by_field(self, device_id: bytes | None = None) -> dict[str, int]:
        """See `EventStore.dropped_by_field`."""
        dropped: dict[str, int] = {}
        for field, _, outcome, count in self.rule_counts(device_id):
            if outcome in _DROPPED:
                dropped[field] = dropped.get(field, 0) + count
        return dropped

    def rule_counts(self, device_id: bytes | None = None) -> list[tuple[str, str, str, int]]:
        """See `EventStore.rule_counts`."""
        where, values = _of_device(device_id)
        rows = self._engine.read(
            "SELECT field, rule, outcome, sum(n) AS count FROM events "  # noqa: S608  # constants
            "ARRAY JOIN `counts.field` AS field, `counts.rule` AS rule, "
            "`counts.outcome` AS outcome, `counts.count` AS n "
            f"WHERE {where} AND `table` = '{RECEIPT_TABLE}' "
            "GROUP BY field, rule, outcome ORDER BY field, rule, outcome",
            values,
        )
        return [(r["field"], r["rule"], r["outcome"], int(r["count"])) for r in rows]

    def counts_by_hour(
        self, *, since_us: int, until_us: int, device_id: bytes | None = None
    ) -> list[HourCount]:
        """See `EventStore.counts_by_hour`."""
        params = Parameters()
        since = params.time(since_us - since_us % _HOUR_US)
        until = params.time(until_us)
        where = f"toStartOfHour(ts) >= {since} AND toStartOfHour(ts) < {until}"
        if device_id is not None:
            where += f" AND device_id = {params.identifier(device_id)}"
        rows = self._engine.read(
            "SELECT toUnixTimestamp(toStartOfHour(ts)) AS hour, `table`, event, count() AS count "  # noqa: S608  # compiled
            f"FROM events WHERE {where} GROUP BY hour, `table`, event ORDER BY hour, `table`, event",
            params.values,
        )
        return [
            HourCount(
                hour_us=int(row["hour"]) * 1_000_000,
                table=row["table"],
                event=row["event"],
                rows=int(row["count"]),
            )
            for row in rows
            if row["table"] != RECEIPT_TABLE
        ]

    def close(self) -> None:
        """See `EventStore.close`."""
        self._engine.close()


def open_store(path: Path, *, key: bytes, settings: EngineSettings | None = None) -> ChdbEventStore:
    """Open or make the store at `path`; `key` is 32 bytes.

    Raises StoreDamagedError (permanent), StoreError (open elsewhere).
    """
    engine = Engine(path.absolute(), key=key, settings=settings or EngineSettings())
    try:
        return ChdbEventStore(engine)
    except BaseException:
        engine.close()
        raise


def _of_device(device_id: bytes | None) -> tuple[str, dict[str, str]]:
    if device_id is None:
        return "1", {}
    return "device_id = {device:UUID}", {"device": parameters.identifier(device_id)}
