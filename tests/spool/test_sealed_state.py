"""State tables with sealed values: each seal is another text, and that alone is no change."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_agent.spool import Spool, StateSnapshot
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.redact.sealed import seal_key_of, sealer, unseal
from support.batch_rows import START_US, redacted

KEY = X25519PrivateKey.generate()
SEAL = sealer(seal_key_of(KEY), "usb.serial")
SHA = b"\x07" * 32
DAY_US = 24 * 3600 * 1_000_000
Device = tuple[str, str, str]  # port, model, serial


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.db", now_us=lambda: START_US)


def _round(spool: Spool, *devices: Device, day: int = 0) -> list[tuple[str, object]]:
    """What one round of collecting sends: (event, opened serial or None)."""
    rows = [
        redacted("usb", "snapshot", port=port, product=model, serial=SEAL(serial))
        for port, model, serial in devices
    ]
    snapshot = StateSnapshot(table="usb", key=("port",), rows=rows, ts_us=START_US + day * DAY_US)
    spool.append([], policy_version=1, policy_sha256=SHA, snapshots=[snapshot])
    sent: list[tuple[str, object]] = []
    while (batch := spool.seal()) is not None:
        decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
        for row in rows_of(decoded):
            values = row["values"]
            assert isinstance(values, dict)
            sent.append((str(row["event"]), unseal(str(values["serial"]), KEY)))
        spool.acknowledge(batch.seq)
    return sent


STICK, DISK = ("1-1", "stick", "4C530001"), ("1-2", "disk", "PF3X9Z1K")


def test_what_was_sealed_again_is_no_change(spool: Spool) -> None:
    assert len(_round(spool, STICK, DISK)) == 2
    for _ in range(3):
        assert _round(spool, STICK, DISK) == []


def test_any_other_change_sends_the_whole_table_with_the_right_values(spool: Spool) -> None:
    _round(spool, STICK, DISK)
    twin = ("1-2", "disk", "ANOTHER1")
    sent = _round(spool, STICK, ("1-3", "disk", "PF3X9Z1K"))
    assert sorted(sent) == [("snapshot", "4C530001"), ("snapshot", "PF3X9Z1K")]
    sent = _round(spool, STICK, twin, ("1-3", "disk", "PF3X9Z1K"))
    assert {serial for _, serial in sent} == {"4C530001", "ANOTHER1", "PF3X9Z1K"}
    assert {event for event, _ in sent} == {"snapshot"}


def test_a_change_of_a_sealed_value_alone_goes_out_within_a_day(spool: Spool) -> None:
    _round(spool, STICK)
    changed = ("1-1", "stick", "CHANGED1")
    assert _round(spool, changed) == []
    assert _round(spool, changed, day=1) == [("snapshot", "CHANGED1")]
