"""Encoded batches of made-up rows, redacted by the default policy as a laptop would."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reticent_contract.batch import decode_batch, encode_batch, rows_of
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_server.policies.yaml_source import load_yaml

from support import made_up
from support.fleet import Payload

START_US = 1_763_800_000_000_000  # 2025-11-22


def batches(*, count: int, rows: int) -> list[Payload]:
    """`count` batches of `rows` rows each, all rows different."""
    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    keys = KeyRing({policy.epoch: b"\x01" * 32}, b"\x02" * 32)
    plan = compile_plan(policy, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))
    made = []
    for number in range(count):
        raw = made_up.rows(number, count=rows, start_us=START_US + number * 60_000_000)
        redacted = [row for row in map(plan.redact, raw) if row is not None]
        encoded = encode_batch(redacted, plan.take_counts())
        made.append(Payload(encoded.payload, encoded.plain_bytes, encoded.rows))
    return made


def json_lines(payloads: Iterable[Payload]) -> bytes:
    """The same redacted rows as another collector would write them."""
    lines = []
    for payload in payloads:
        decoded = decode_batch(payload.data, rows=payload.rows, plain_bytes=payload.plain_bytes)
        lines += [json.dumps(row, sort_keys=True, default=str) for row in rows_of(decoded)]
    return ("\n".join(lines) + "\n").encode()
