"""Questions to the chDB store whose answers are numbers.

Enters: bounds of time, devices, fields. Leaves: counts. Must hold: no value becomes text of a
statement; where a roll-up of a finished day can answer, the statement has the form that uses it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reticent_contract.catalog.model import Type

from reticent_server.query.compile import condition, grouped
from reticent_server.query.expr import Expr
from reticent_server.store.events import parameters
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.fields import FIELD_TYPES, HOT, Column
from reticent_server.store.events.model import RECEIPT_TABLE, DeviceSummary, HourCount
from reticent_server.store.events.parameters import Parameters
from reticent_server.store.events.reading import microseconds

_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
# What the policy, a failure or a full spool took away.
_DROPPED = ("dropped", "failed", "overflow")


class ChdbCounts:
    """The counting half of `ChdbEventStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def device_summaries(
        self, device_ids: Sequence[bytes] | None = None, *, within: Expr | None = None
    ) -> dict[bytes, DeviceSummary]:
        """See `EventStore.device_summaries`."""
        params = Parameters()
        where = "1" if within is None else condition(within, params)
        if device_ids is not None:
            where += f" AND device_id IN {params.identifiers(frozenset(device_ids))}"
        rows = self._engine.read(
            "SELECT device_id, max(received_at) AS seen, "  # noqa: S608  # constants
            f"countIf(`table` != '{RECEIPT_TABLE}') AS count, "
            "argMaxIf(host_name, ts, `table` = 'host') AS host_name, "
            "argMaxIf(name, ts, `table` = 'os') AS os_name, "
            "argMaxIf(version, ts, `table` = 'os') AS os_version "
            f"FROM events WHERE {where} GROUP BY device_id",
            params.values,
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

    def count(self, expr: Expr) -> int:
        """See `EventStore.count`."""
        params = Parameters()
        where = condition(expr, params)
        rows = self._engine.read(
            f"SELECT count() AS count FROM events WHERE {where}",  # noqa: S608  # compiled
            params.values,
        )
        return int(rows[0]["count"])

    def count_by(self, expr: Expr, field: str, *, limit: int) -> list[tuple[str | int | bool, int]]:
        """See `EventStore.count_by`."""
        params = Parameters()
        value, exists = grouped(field, params)
        rows = self._engine.read(
            f"SELECT {value} AS value, count() AS count FROM events "  # noqa: S608  # compiled
            f"WHERE {condition(expr, params)} AND {exists} "
            f"GROUP BY value ORDER BY count DESC, value LIMIT {int(limit)}",
            params.values,
        )
        boolean = FIELD_TYPES.get(field) is Type.BOOLEAN
        return [(bool(r["value"]) if boolean else r["value"], int(r["count"])) for r in rows]

    def counts_by_hour(
        self,
        *,
        since_us: int,
        until_us: int,
        device_id: bytes | None = None,
        within: Expr | None = None,
    ) -> list[HourCount]:
        """See `EventStore.counts_by_hour`."""
        params = Parameters()
        since = params.time(since_us - since_us % _HOUR_US)
        until = params.time(until_us)
        where = f"toStartOfHour(ts) >= {since} AND toStartOfHour(ts) < {until}"
        if device_id is not None:
            where += f" AND device_id = {params.identifier(device_id)}"
        if within is not None:
            where += f" AND {condition(within, params)}"
        rows = self._engine.read(
            "SELECT toUnixTimestamp(toStartOfHour(ts)) AS hour, `table`, event, count() AS count "  # noqa: S608  # compiled
            f"FROM events WHERE {where} GROUP BY hour, `table`, event "
            "ORDER BY hour, `table`, event",
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

    def top_values(
        self, field: str, *, since_us: int, until_us: int, limit: int = 20
    ) -> list[tuple[str, int]]:
        """See `EventStore.top_values`."""
        if HOT.get(field) is not Column.HOT_TEXT:
            raise ValueError(f"{field} has no text column of its own")
        params = Parameters()
        # Whole days come from the roll-up of finished days, their edges from the rows.
        first_day = -(-since_us // _DAY_US) * _DAY_US
        last_day = until_us // _DAY_US * _DAY_US
        rows = f"ts >= {params.time(since_us)} AND ts < {params.time(until_us)}"
        stretches = [rows]
        if first_day < last_day:
            first, last = params.time(first_day), params.time(last_day)
            whole = f"toDate(ts) >= toDate({first}) AND toDate(ts) < toDate({last})"
            stretches = [whole]
            if since_us < first_day:
                stretches.append(f"{rows} AND ts < {first}")
            if last_day < until_us:
                stretches.append(f"{rows} AND ts >= {last}")
        parts = " UNION ALL ".join(
            f"SELECT `{field}` AS value, count() AS n FROM events "  # noqa: S608  # a constant's name
            f"WHERE {stretch} AND `{field}` != '' GROUP BY value"
            for stretch in stretches
        )
        found = self._engine.read(
            f"SELECT value, sum(n) AS count FROM ({parts}) GROUP BY value "  # noqa: S608  # compiled
            f"ORDER BY count DESC, value LIMIT {int(limit)}",
            params.values,
        )
        return [(row["value"], int(row["count"])) for row in found]

    def devices_by_user(self, *, limit: int = 20) -> list[tuple[str, int]]:
        """See `EventStore.devices_by_user`."""
        rows = self._engine.read(
            "SELECT user_name, count() AS count FROM (SELECT user_name, device_id FROM events "  # noqa: S608  # a number
            "WHERE user_name != '' GROUP BY user_name, device_id) GROUP BY user_name "
            f"ORDER BY count DESC, user_name LIMIT {int(limit)}"
        )
        return [(row["user_name"], int(row["count"])) for row in rows]

    def count_users(self, device_ids: Sequence[bytes]) -> int:
        """See `EventStore.count_users`."""
        rows = self._engine.read(
            "SELECT max(users) AS count FROM (SELECT uniqExact(user_name) AS users, "
            # Of pn:person:1:… what comes before the token.
            "if(startsWith(user_name, 'pn:'), arrayPopBack(splitByChar(':', user_name)), []) AS of "
            "FROM events WHERE user_name != '' AND device_id IN {devices:Array(UUID)} GROUP BY of)",
            {"devices": parameters.identifiers(device_ids)},
        )
        return int(rows[0]["count"])


def _of_device(device_id: bytes | None) -> tuple[str, dict[str, str]]:
    if device_id is None:
        return "1", {}
    return "device_id = {device:UUID}", {"device": parameters.identifier(device_id)}
