"""A folder that an older laptop told with the owner of its home is not stored; its row is."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_contract.batch import SpooledRow, encode_batch
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import Prepared, Preparer, Sender
from reticent_server.ingest.pseudonyms import Pseudonyms
from support.policies import document

TS_US = 1_763_800_000_000_000
OWNED = "/data/home/alice/bin"  # as agents made it that knew homes at the start of a path alone
COUNT = ("user_account.shell", "second-lock", "dropped")


def prepared(*rows: dict[str, Any]) -> Prepared:
    rules = {"user_name": "keep", "shell": {"generalise": {"to": "directory"}}}
    table = {"retention_days": 30, "fields": rules}
    policy = parse_policy(document(version=1, tables={"user_account": table}), CATALOG)
    made = [SpooledRow("user_account", "snapshot", TS_US, values) for values in rows]
    encoded = encode_batch(made, ())
    frame = telemetry_pb2.BatchFrame(
        seq=1, rows=encoded.rows, plain_bytes=encoded.plain_bytes, payload=encoded.payload
    )
    sender = Sender(device_id=b"d" * 16, stream_id=b"s" * 16, catalog_version=CATALOG.version)
    preparer = Preparer(catalog=CATALOG, pseudonyms=Pseudonyms({1: b"k" * 32}))
    return preparer.prepare(frame, sender=sender, lock=PolicyLock(policy, CATALOG))


def stored(made: Prepared) -> list[dict[str, str]]:
    assert made.refusal is None
    (table,) = made.batch.tables
    rows: list[dict[str, str]] = [{} for _ in table.ts_us]
    for column in table.columns:
        assert column.dictionary is not None
        assert column.index is not None
        places = range(len(rows)) if column.present is None else column.present
        for row, place in zip(places, column.index, strict=True):
            rows[row][column.field] = column.dictionary[place]
    return rows


@pytest.mark.parametrize(
    ("shells", "left"),
    [
        ([OWNED], [None]),
        (["/bin", OWNED, "/usr/bin", OWNED, "/bin"], ["/bin", None, "/usr/bin", None, "/bin"]),
        ([None, OWNED, "/home/<user>/bin"], [None, None, "/home/<user>/bin"]),
        ([OWNED, None, "/home/bob/bin", "/bin"], [None, None, None, "/bin"]),
    ],
)
def test_what_names_an_owner_is_left_out_and_counted(
    shells: list[str | None], left: list[str | None]
) -> None:
    rows = [
        {"user_name": f"u{number}"} | ({} if shell is None else {"shell": shell})
        for number, shell in enumerate(shells)
    ]
    made = prepared(*rows)
    assert [row.get("shell") for row in stored(made)] == left
    assert [row["user_name"] for row in stored(made)] == [row["user_name"] for row in rows]
    gone = sum(shell is not None for shell in shells) - sum(shell is not None for shell in left)
    assert made.batch.receipt["counts"] == [(*COUNT, gone)]
    assert "alice" not in repr(made)
    assert made.unknown == 0


def test_a_row_of_which_nothing_is_left_is_still_one() -> None:
    made = prepared({"shell": OWNED})
    assert stored(made) == [{}]


def test_what_else_the_action_cannot_have_made_is_refused_as_before() -> None:
    token = f"pn:person:1:{'A' * 22}"
    for values in ({"shell": token}, {"shell": OWNED, "user_name": token}):
        refusal = prepared(values).refusal
        assert refusal is not None
        assert refusal.reason == "value-not-allowed"
