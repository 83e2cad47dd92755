"""Eight questions on the event store, beside DuckDB and a naive table on the same rows in one run.

`python tests/bench/queries.py --rows 10000000 --json var/bench/queries.json`. Both load the rows
that `fleet.py` makes (10,000 devices and users, 30 days, a batch a device and day): the store
through its own `append`, encrypted and synced, then its days are finished as a server does at
night; DuckDB into one plain table, with the same two threads, neither encrypted nor synced a batch.
The naive table is one of the store's engine: plain columns, a partition a week, ordered by device
and time, on a disk that is not encrypted. The store's own table has to be better than that.

Warm medians, the engines in turn. A needle is new at every turn, so that no cache of answers helps.
DuckDB looks for a needle as it is written, the store in upper and lower case alike. The field of
the "domains" question is `site`. Wall time is noisy on a busy machine: quote the ratio of a run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import fleet
from reticent_server.query import run_query
from reticent_server.query.expr import And, Not, Since, TableIs, Until
from reticent_server.store.events import RECEIPT_TABLE, open_chdb
from reticent_server.store.events.chdb_store import ChdbEventStore

TURNS = 9
WARM_UP = 2
WEEK_US = 7 * fleet.DAY_US
END = fleet.END_US
NUMBER = 17  # of the device that is asked for
_COLUMNS = (
    "received_at, ts, device_id, stream_id, seq, kind, user_name, site, program, unit, severity, "
    "message"
)


def store_questions(s: ChdbEventStore) -> dict[str, Callable[[int], object]]:
    device, stream = fleet.device_id(NUMBER), fleet.device_id(NUMBER + fleet.DEVICES)
    week = (END - WEEK_US - 12_345_678, END - 3 * fleet.DAY_US)
    return {
        "device newest 100": lambda _: len(run_query(s, f"device:{uuid.UUID(bytes=device)}").rows),
        "top 20 sites, 7 days": lambda n: s.top_values(
            "site", since_us=END - WEEK_US - n, until_us=END
        ),
        "kind by hour, 30 days": lambda _: len(
            s.counts_by_hour(since_us=fleet.START_US - fleet.DAY_US, until_us=END)
        ),
        "substring, rare, 7 days": lambda n: len(
            run_query(s, f"{fleet.RARE[n:]} since:2026-11-15").rows
        ),
        "substring, none, 30 days": lambda n: len(run_query(s, f"zzqqxx{n}yy").rows),
        "max(seq) of a stream": lambda _: s.last_seq(device, stream),
        "devices by user": lambda _: s.devices_by_user(),
        "count in a time range": lambda n: s.count(
            And((Since(week[0] - n), Until(week[1] + n), Not(TableIs(RECEIPT_TABLE))))
        ),
    }


def sql_questions(
    ask: Callable[[str], list[tuple[object, ...]]], *, time: str, contains: str
) -> dict[str, Callable[[int], object]]:
    """The same questions as one table's SQL; `time` and `contains` are the engine's functions."""
    device = uuid.UUID(bytes=fleet.device_id(NUMBER))
    stream = uuid.UUID(bytes=fleet.device_id(NUMBER + fleet.DEVICES))
    week = (END - WEEK_US - 12_345_678, END - 3 * fleet.DAY_US)
    newest = "ORDER BY ts DESC LIMIT 100"
    return {
        "device newest 100": lambda _: len(
            ask(f"SELECT * FROM {{}} WHERE device_id = '{device}' {newest}")
        ),
        "top 20 sites, 7 days": lambda n: ask(
            f"SELECT site, count(*) AS n FROM {{}} WHERE ts >= {time}({END - WEEK_US - n}) "
            f"AND ts < {time}({END}) GROUP BY site ORDER BY n DESC, site LIMIT 20"
        ),
        "kind by hour, 30 days": lambda _: len(
            ask("SELECT date_trunc('hour', ts) AS hour, kind, count(*) FROM {} GROUP BY hour, kind")
        ),
        "substring, rare, 7 days": lambda n: len(
            ask(
                f"SELECT * FROM {{}} WHERE {contains}(message, '{fleet.RARE[n:]}') "
                f"AND ts >= {time}({END - WEEK_US}) {newest}"
            )
        ),
        "substring, none, 30 days": lambda n: len(
            ask(f"SELECT * FROM {{}} WHERE {contains}(message, 'zzqqxx{n}yy') {newest}")
        ),
        "max(seq) of a stream": lambda _: ask(
            f"SELECT max(seq) FROM {{}} WHERE device_id = '{device}' AND stream_id = '{stream}'"
        )[0][0],
        "devices by user": lambda _: ask(
            "SELECT user_name, count(DISTINCT device_id) AS n FROM {} GROUP BY user_name "
            "ORDER BY n DESC, user_name LIMIT 20"
        ),
        "count in a time range": lambda n: ask(
            f"SELECT count(*) FROM {{}} WHERE ts >= {time}({week[0] - n}) "
            f"AND ts < {time}({week[1] + n})"
        )[0][0],
    }


def duck_questions(duck: duckdb.DuckDBPyConnection) -> dict[str, Callable[[int], object]]:
    return sql_questions(
        lambda sql: duck.execute(sql.format("events")).fetchall(),
        time="make_timestamp",
        contains="contains",
    )


def naive_questions(store: ChdbEventStore) -> dict[str, Callable[[int], object]]:
    return sql_questions(
        lambda sql: [tuple(row.values()) for row in store._engine.read(sql.format("naive"))],
        time="fromUnixTimestamp64Micro",
        contains="position",
    )


def make_naive(store: ChdbEventStore) -> None:
    """The naive table, filled from the store's own, its weeks merged."""
    engine = store._engine
    engine.execute(
        "CREATE TABLE naive (received_at DateTime64(6, 'UTC'), ts DateTime64(6, 'UTC'), "
        "device_id UUID, stream_id UUID, seq UInt64, kind LowCardinality(String), "
        "user_name LowCardinality(String), site LowCardinality(String), "
        "program LowCardinality(String), unit LowCardinality(String), severity Nullable(Int8), "
        "message String) ENGINE = MergeTree PARTITION BY toMonday(ts) ORDER BY (device_id, ts)"
    )
    engine.execute(
        f"INSERT INTO naive SELECT {_COLUMNS} FROM (SELECT *, "
        f"concat(`table`, '.', event) AS kind FROM events WHERE `table` != '{RECEIPT_TABLE}')"
    )
    engine.execute("OPTIMIZE TABLE naive FINAL")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--dir", type=Path, help="where to put both databases; default: temporary")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reticent-bench-", dir=options.dir) as scratch:
        report = run(Path(scratch), options.rows)
    print_table(report)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if all(question["agree"] for question in report["questions"]) else 1


def run(scratch: Path, rows: int) -> dict[str, Any]:
    store = open_chdb(scratch / "events", key=bytes(32), clock=lambda: END)
    duck = duckdb.connect(str(scratch / "duck.db"))
    duck.execute("SET threads = 2")
    loaded = load(store, duck, rows)
    started = time.perf_counter()
    store.finish_days()
    duck.execute("CHECKPOINT")
    loaded["finish_s"] = round(time.perf_counter() - started, 1)
    make_naive(store)
    size = store.stored_bytes()
    loaded["store_bytes_a_row"] = round(size.stored_bytes / size.rows, 1)
    loaded["duckdb_bytes_a_row"] = round((scratch / "duck.db").stat().st_size / rows, 1)
    ours, theirs, naive = store_questions(store), duck_questions(duck), naive_questions(store)
    questions = []
    for name in ours:
        answers, times = measure(ours[name], theirs[name], naive[name])
        questions.append(
            {
                "question": name,
                "store_ms": times[0],
                "duckdb_ms": times[1],
                "ratio_to_duckdb": round(times[0] / times[1], 2),
                "naive_ms": times[2],
                "ratio_to_naive": round(times[0] / times[2], 2),
                "agree": answers[0] == answers[1] == answers[2],
            }
        )
        print(f"   {name}: {times[0]} ms", file=sys.stderr, flush=True)
    store.close()
    duck.close()
    return {"rows": rows, **loaded, "questions": questions}


def load(store: ChdbEventStore, duck: duckdb.DuckDBPyConnection, rows: int) -> dict[str, Any]:
    duck.execute(
        "CREATE TABLE events (received_at TIMESTAMP, ts TIMESTAMP, device_id UUID, stream_id UUID, "
        "seq UBIGINT, kind VARCHAR, user_name VARCHAR, site VARCHAR, program VARCHAR, "
        "unit VARCHAR, severity TINYINT, message VARCHAR)"
    )
    spent = {"store": 0.0, "duckdb": 0.0}
    done = 0
    for group, table in fleet.Fleet(rows).groups():
        started = time.perf_counter()
        store.append(group)
        middle = time.perf_counter()
        duck.register("incoming", table)
        duck.execute(
            "INSERT INTO events SELECT received_at, ts, CAST(hex(device_id) AS UUID), "
            "CAST(hex(stream_id) AS UUID), seq, kind, user_name, site, program, unit, severity, "
            "message FROM incoming"
        )
        duck.unregister("incoming")
        spent["store"] += middle - started
        spent["duckdb"] += time.perf_counter() - middle
        done += table.num_rows
        if sys.stderr.isatty():
            print(f"\r   {done:,} of {rows:,} rows", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {f"{name}_load_s": round(seconds, 1) for name, seconds in spent.items()}


def measure(*askers: Callable[[int], object]) -> tuple[list[object], list[float]]:
    """The engines take turns, so that noise of the machine meets both."""
    times: list[list[float]] = [[] for _ in askers]
    answers: list[object] = [None] * len(askers)
    for turn in range(TURNS):
        for number, ask in enumerate(askers):
            started = time.perf_counter()
            answers[number] = ask(turn)
            times[number].append((time.perf_counter() - started) * 1_000)
    return answers, [round(statistics.median(each[WARM_UP:]), 1) for each in times]


def print_table(report: dict[str, Any]) -> None:
    print(
        f"{report['rows']:,} rows; bytes a row at rest: store {report['store_bytes_a_row']}, "
        f"DuckDB {report['duckdb_bytes_a_row']}"
    )
    print(f"{'':28}{'store':>8}{'DuckDB':>9}{'ratio':>7}{'naive':>9}{'ratio':>7}   (ms, medians)")
    for question in report["questions"]:
        print(
            f"{question['question']:28}{question['store_ms']:>8}{question['duckdb_ms']:>9}"
            f"{question['ratio_to_duckdb']:>7}{question['naive_ms']:>9}"
            f"{question['ratio_to_naive']:>7}{'' if question['agree'] else '   ANSWERS DIFFER'}"
        )
    ahead = sum(question["ratio_to_naive"] < 1 for question in report["questions"])
    level = sum(question["ratio_to_duckdb"] < 1 for question in report["questions"])
    print(f"faster than the naive table in {ahead} of 8, than DuckDB in {level} of 8")


if __name__ == "__main__":
    sys.exit(main())
