"""What the server's Python does with one batch of 100 rows: decode, second lock, pseudonyms, group.

Without gRPC and without the engine: the part of the ingest path that one interpreter lock serves,
in milliseconds a batch. `PYTHONPATH=tests .venv/bin/python tests/bench/ingest_path.py`
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import reticent_server  # first: it settles the TLS version before grpc is imported
from reticent_contract.batch import decode_batch
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import Preparer, Sender
from reticent_server.ingest.pseudonyms import Pseudonyms
from reticent_server.ingest.second_lock import admit
from reticent_server.policies.yaml_source import load_yaml
from reticent_server.store.events.arrow import to_arrow
from reticent_server.store.events.model import EventGroup
from support import payloads

BATCHES = 400
ROWS = 100
TARGET_MS = 0.6
GROUP = 100


def measure(call: Callable[[int], object], *, rounds: int = 9) -> float:
    """Milliseconds a batch, the best of `rounds`: the machine is shared."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for number in range(BATCHES):
            call(number)
        best = min(best, time.process_time() - started)
    return best / BATCHES * 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    made = payloads.batches(count=BATCHES, rows=ROWS)
    frames = [
        telemetry_pb2.BatchFrame(
            seq=number + 1,
            policy_version=1,
            policy_sha256=b"\0" * 32,
            rows=payload.rows,
            plain_bytes=payload.plain_bytes,
            payload=payload.data,
        )
        for number, payload in enumerate(made)
    ]
    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    lock = PolicyLock(policy, CATALOG)
    pseudonyms = Pseudonyms({policy.epoch: b"\x03" * 32})
    preparer = Preparer(catalog=CATALOG, pseudonyms=pseudonyms)
    sender = Sender(device_id=b"\1" * 16, stream_id=b"\2" * 16, catalog_version=CATALOG.version)

    def decode(number: int) -> object:
        frame = frames[number]
        return decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)

    decoded = [
        decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
        for frame in frames
    ]

    def lock_and_pseudonyms(number: int) -> object:
        return admit(
            decoded[number],
            lock=lock,
            catalog=CATALOG,
            newer_agent=False,
            from_server=False,
            pseudonyms=pseudonyms,
        )

    def prepare(number: int) -> object:
        prepared = preparer.prepare(frames[number], sender=sender, lock=lock)
        if prepared.refusal is not None:
            raise SystemExit(f"a good batch was refused: {prepared.refusal.reason}")
        return prepared

    ready = [preparer.prepare(frame, sender=sender, lock=lock).batch for frame in frames]

    def arrow(number: int) -> object:
        if number % GROUP:
            return None
        group = EventGroup(received_at_us=1, batches=ready[number : number + GROUP])
        return to_arrow(group)

    result = {
        "rows_a_batch": ROWS,
        "decode_ms": measure(decode),
        "second_lock_ms": measure(lock_and_pseudonyms),
        "prepare_ms": measure(prepare),
        "arrow_ms": measure(arrow),
    }
    result["total_ms"] = result["prepare_ms"] + result["arrow_ms"]
    for name, value in result.items():
        print(f"   {name:<16} {value:8.3f}")
    print(f"   target           {TARGET_MS:8.3f}   ({reticent_server.__version__})")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
