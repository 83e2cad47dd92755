"""Receipts keep counts, never a text that a laptop chose."""

from __future__ import annotations

import pytest
from reticent_contract.batch import BatchCount, encode_batch
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import Prepared, Preparer, Sender
from reticent_server.ingest.pseudonyms import Pseudonyms
from reticent_server.policies.yaml_source import load_yaml
from support import made_up
from support.running import cpu_row

POLICY = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
CANARY = "zebediah-quagmire-4711"


def prepared(*counts: BatchCount) -> Prepared:
    encoded = encode_batch([cpu_row()], counts)
    frame = telemetry_pb2.BatchFrame(
        seq=1, rows=encoded.rows, plain_bytes=encoded.plain_bytes, payload=encoded.payload
    )
    sender = Sender(device_id=b"d" * 16, stream_id=b"s" * 16, catalog_version=CATALOG.version)
    preparer = Preparer(catalog=CATALOG, pseudonyms=Pseudonyms({1: b"k" * 32}))
    return preparer.prepare(frame, sender=sender, lock=PolicyLock(POLICY, CATALOG))


def count(field: str, rule: str, number: int = 1, outcome: str = "dropped") -> BatchCount:
    return BatchCount(field=field, rule=rule, outcome=outcome, count=number)


def test_what_the_engine_and_the_spool_count_is_kept_as_it_is() -> None:
    keys = KeyRing({POLICY.epoch: b"\x01" * 32}, b"\x02" * 32)
    plan = compile_plan(POLICY, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))
    for row in made_up.rows(1, count=200, start_us=1_763_800_000_000_000):
        plan.redact(row)
    made = [
        *(count(c.field, c.rule, c.count, c.outcome) for c in plan.take_counts()),
        count("log_line.*", "spool-full", 7, "overflow"),
        count("batch.*", "refused-value-not-allowed", 100),
        count("log_line.*", "consent-not-given"),
        count("log_line.*", "table-not-in-policy"),
        count("log_line.*", "event-not-in-catalog"),
        count("log_line.*", "field-not-in-catalog"),
    ]
    kept = prepared(*made).batch.receipt["counts"]
    assert isinstance(kept, list)
    assert sorted(kept) == sorted((c.field, c.rule, c.outcome, c.count) for c in made)


@pytest.mark.parametrize(
    ("field", "rule", "stored"),
    [
        (CANARY, "deny-by-default", ("unknown", "deny-by-default")),
        (f"cpu.{CANARY}", "deny-by-default", ("unknown", "deny-by-default")),
        (f"{CANARY}.*", "spool-full", ("unknown", "spool-full")),
        ("cpu.vendor", CANARY, ("cpu.vendor", "unknown")),
        ("cpu.vendor", f"refused-{CANARY}", ("cpu.vendor", "unknown")),
        (CANARY, CANARY, ("unknown", "unknown")),
    ],
)
def test_a_text_that_is_no_place_or_rule_is_counted_as_unknown(
    field: str, rule: str, stored: tuple[str, str]
) -> None:
    made = prepared(count(field, rule, 2), count(field, rule, 3), count("cpu.vendor", "credential"))
    assert made.refusal is None
    assert made.batch.receipt["counts"] == [
        ("cpu.vendor", "credential", "dropped", 1),
        (*stored, "dropped", 5),
    ]
    assert CANARY not in repr(made)


def test_a_number_that_nobody_can_have_counted_is_refused() -> None:
    assert prepared(count("cpu.vendor", "credential", 2**32)).refusal is None
    made = prepared(count("cpu.vendor", "credential", 2**32 + 1))
    assert made.refusal is not None
    assert (made.refusal.reason, made.batch.tables) == ("malformed", [])
