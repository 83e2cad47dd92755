"""Made-up rows of a fleet for the queries benchmark, the same for every engine.

10,000 devices, each with two users, send one batch a day for 30 days. A row has a message of about
108 bytes and five attributes: user_name, site (20,000 distinct, Zipf-like), program, unit,
severity. No seed but the constant below: two runs make the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from reticent_contract.catalog.model import Type
from reticent_server.store.events import EventGroup, StoredBatch, StoredColumn, StoredTable

DEVICES = 10_000
SITES = 20_000
DAYS = 30
DAY_US = 86_400_000_000
END_US = 1_795_305_600_000_000  # 2026-11-22 00:00 UTC
START_US = END_US - DAYS * DAY_US
RARE = "quarantined7q"
RARE_ONE_IN = 400_000
KINDS = (
    ("log_line", "line", 0.6),
    ("session", "logon", 0.12),
    ("session", "logoff", 0.12),
    ("session", "failed_logon", 0.04),
    ("software", "changed", 0.06),
    ("agent_health", "started", 0.06),
)
PROGRAMS = [f"program-{n}" for n in range(40)]
UNITS = [f"unit-{n}.service" for n in range(200)]


def device_id(number: int) -> bytes:
    return np.random.default_rng(number).bytes(16)


class Fleet:
    def __init__(self, rows: int, *, group_rows: int = 100_000) -> None:
        self.rows = rows
        self.group_rows = min(group_rows, max(1_000, rows // DAYS))
        self.random = np.random.default_rng(20261122)
        self.ids = [device_id(n) for n in range(DEVICES)]
        self.streams = [device_id(n + DEVICES) for n in range(DEVICES)]
        words = [
            "".join(map(chr, self.random.integers(97, 123, size)))
            for size in self.random.integers(3, 11, 4_000)
        ]
        self.phrases = [" ".join(self.random.choice(words, 7)) for _ in range(50_000)]
        self.users = [f"pn:user:1:{n:022d}" for n in range(DEVICES)]
        self.sites = [f"site-{n}.example" for n in range(SITES)]

    def groups(self) -> Iterator[tuple[EventGroup, pa.Table]]:
        per_day = self.rows // DAYS
        for day in range(DAYS):
            today = per_day if day < DAYS - 1 else self.rows - per_day * (DAYS - 1)
            order = self.random.permutation(DEVICES)
            bounds = np.linspace(0, today, DEVICES + 1).astype(int)
            devices_a_group = max(1, DEVICES * self.group_rows // max(today, 1))
            for first in range(0, DEVICES, devices_a_group):
                last = min(DEVICES, first + devices_a_group)
                lengths = np.diff(bounds[first : last + 1])
                received = START_US + day * DAY_US + (last * DAY_US) // DEVICES - 1
                busy = lengths > 0
                yield self._group(order[first:last][busy], lengths[busy], received, day + 1)

    def _group(
        self, devices: np.ndarray, lengths: np.ndarray, received: int, seq: int
    ) -> tuple[EventGroup, pa.Table]:
        """One batch of each device, and the same rows as a table."""
        rows, random = int(lengths.sum()), self.random
        ts = received - random.integers(0, DAY_US, rows)
        kinds = random.choice(len(KINDS), rows, p=[weight for *_, weight in KINDS])
        batch = np.repeat(np.arange(len(devices)), lengths)
        order = np.lexsort((ts, kinds, batch))
        ts, kinds = ts[order], kinds[order]
        texts = self._texts(devices[batch])
        severity = random.integers(0, 8, rows)
        structure = {
            "received_at": pa.array(np.full(rows, received), pa.timestamp("us")),
            "ts": pa.array(ts, pa.timestamp("us")),
            "device_id": _repeated([self.ids[n] for n in devices], batch),
            "stream_id": _repeated([self.streams[n] for n in devices], batch),
            "seq": pa.array(np.full(rows, seq)),
            "kind": pa.array([f"{table}.{event}" for table, event, _ in KINDS]).take(
                pa.array(kinds)
            ),
            "severity": pa.array(severity),
        }
        tables: list[list[StoredTable]] = [[] for _ in devices]
        edges = np.flatnonzero(np.diff(batch * len(KINDS) + kinds)) + 1
        severities, times = severity.tolist(), ts.tolist()
        for first, last in pairwise([0, *edges.tolist(), rows]):
            columns = [_text(name, values[first:last]) for name, values in texts.items()]
            columns.append(
                StoredColumn(field="severity", type=Type.INTEGER, values=severities[first:last])
            )
            name, event, _ = KINDS[kinds[first]]
            tables[batch[first]].append(StoredTable(name, event, times[first:last], columns))
        receipt = {"policy_version": 1, "policy_sha256": "00" * 32, "counts": []}
        batches = [
            StoredBatch(
                device_id=self.ids[n],
                stream_id=self.streams[n],
                seq=seq,
                tables=of_device,
                receipt=receipt,
            )
            for n, of_device in zip(devices.tolist(), tables, strict=True)
        ]
        group = EventGroup(received_at_us=received, batches=batches)
        return group, pa.table({**structure, **texts})

    def _texts(self, devices: np.ndarray) -> dict[str, list[str]]:
        """The texts of rows of these devices; a device has two users, one of them seldom."""
        rows, random = devices.size, self.random
        seldom = random.random(rows) >= 0.9
        users = np.where(seldom, (devices * 7 + 1) % DEVICES, devices)
        sites = np.minimum((random.pareto(0.7, rows) * 20).astype(int), SITES - 1)
        one, two = random.integers(0, len(self.phrases), (2, rows)).tolist()
        numbers = random.integers(0, 1 << 30, rows).tolist()
        rare = (random.integers(0, RARE_ONE_IN, rows) == 0).tolist()
        return {
            "user_name": [self.users[n] for n in users.tolist()],
            "site": [self.sites[n] for n in sites.tolist()],
            "program": [PROGRAMS[n] for n in random.integers(0, len(PROGRAMS), rows).tolist()],
            "unit": [UNITS[n] for n in random.integers(0, len(UNITS), rows).tolist()],
            "message": [
                f"{self.phrases[a]} {self.phrases[b]}"[:96] + f" {RARE if r else n:>11}"
                for a, b, n, r in zip(one, two, numbers, rare, strict=True)
            ],
        }


def _repeated(ids: Sequence[bytes], batch: np.ndarray) -> pa.Array:
    return pa.array(ids, pa.binary(16)).take(pa.array(batch))


def _text(name: str, values: list[str]) -> StoredColumn:
    return StoredColumn(field=name, type=Type.TEXT, dictionary=values, index=range(len(values)))
