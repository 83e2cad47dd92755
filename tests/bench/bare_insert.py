"""The baseline of the ingest bench: the bare engine, given rows that were built beforehand."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import Preparer, Sender
from reticent_server.ingest.pseudonyms import Pseudonyms
from reticent_server.policies.yaml_source import load_yaml
from reticent_server.store.events import open_chdb, schema
from reticent_server.store.events.arrow import to_arrow
from reticent_server.store.events.model import EventGroup
from support.fleet import Payload

GROUP_BATCHES = 100


def groups(payloads: Sequence[Payload]) -> list[pa.RecordBatch]:
    """The same rows as the server stores, a hundred batches a group, as Arrow."""
    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    lock = PolicyLock(policy, CATALOG)
    preparer = Preparer(catalog=CATALOG, pseudonyms=Pseudonyms({policy.epoch: b"\x03" * 32}))
    made = []
    for start in range(0, len(payloads), GROUP_BATCHES):
        batches = []
        for seq, payload in enumerate(payloads[start : start + GROUP_BATCHES], start=1):
            sender = Sender(
                device_id=secrets.token_bytes(16),
                stream_id=secrets.token_bytes(16),
                catalog_version=CATALOG.version,
            )
            frame = telemetry_pb2.BatchFrame(
                seq=seq,
                policy_version=policy.version,
                policy_sha256=b"\0" * 32,
                rows=payload.rows,
                plain_bytes=payload.plain_bytes,
                payload=payload.data,
            )
            batches.append(preparer.prepare(frame, sender=sender, lock=lock).batch)
        made.append(to_arrow(EventGroup(received_at_us=time.time_ns() // 1000, batches=batches)))
    return made


def rows_per_s(directory: Path, payloads: Sequence[Payload], *, seconds: float) -> float:
    """Durable inserts of the product's own table and settings, one after another."""
    ready = groups(payloads)
    directory.mkdir(parents=True)
    store = open_chdb(directory, key=secrets.token_bytes(32))
    try:
        rows, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            for group in ready:
                store._engine.insert(schema.TABLE, store._types, group)
                rows += group.num_rows
        return rows / (time.perf_counter() - started)
    finally:
        store.close()
