"""A receipt proves by signature what was destroyed; whatever was changed in it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_server.epochs.receipt import (
    Receipt,
    ReceiptError,
    fingerprint,
    public_key_of,
    read,
    sign,
    verify,
)

VECTOR = json.loads((Path(__file__).parents[1] / "vectors/key_destruction.json").read_text("utf-8"))
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["private_key"]))
PUBLIC = KEY.public_key().public_bytes_raw()
RECEIPT = Receipt(
    epoch=3,
    destroyed_at="2026-11-22T06:32:05Z",
    actor="ada",
    reason="retention is over — Löschfrist",
    fleet_key=fingerprint(b"f" * 32, half="fleet", epoch=3),
    server_key=fingerprint(b"s" * 32, half="server", epoch=3),
)


def test_the_bytes_are_pinned() -> None:
    assert RECEIPT.document() == VECTOR["receipt"]
    assert json.loads(sign(RECEIPT, KEY)) == {
        "receipt": VECTOR["receipt"],
        "signature": VECTOR["signature"],
        "public_key": PUBLIC.hex(),
    }


def test_what_was_signed_verifies() -> None:
    assert verify(sign(RECEIPT, KEY), public_key=PUBLIC) == RECEIPT


@pytest.mark.parametrize("name", ["epoch", "destroyed_at", "actor", "reason", "fleet_key"])
def test_a_changed_receipt_does_not_verify(name: str) -> None:
    whole = json.loads(sign(RECEIPT, KEY))
    whole["receipt"][name] = 4 if name == "epoch" else "other"
    with pytest.raises(ReceiptError, match="do not rely on it"):
        verify(json.dumps(whole).encode(), public_key=PUBLIC)


def test_the_key_that_a_receipt_names_proves_nothing() -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(ReceiptError, match="another server's key"):
        verify(sign(RECEIPT, other), public_key=PUBLIC)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"nothing",
        b'{"receipt": {}, "signature": ""}',
        b"[" * 5_000,
        json.dumps({"receipt": {**VECTOR["receipt"], "more": "x"}, "signature": "AA=="}).encode(),
        json.dumps({"receipt": {**VECTOR["receipt"], "epoch": True}, "signature": ""}).encode(),
    ],
    ids=range(8),
)
def test_what_is_no_receipt_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ReceiptError, match="no receipt"):
        verify(data, public_key=PUBLIC)


def test_a_fingerprint_is_of_one_key_one_half_and_one_epoch() -> None:
    made = {
        fingerprint(key, half=half, epoch=epoch)
        for key in (b"f" * 32, b"g" * 32)
        for half in ("fleet", "server")
        for epoch in (1, 2)
    }
    assert len(made) == 8
    assert all(len(text) == 32 for text in made)


def test_files_that_cannot_be_receipts_are_not_read_whole(tmp_path: Path) -> None:
    with pytest.raises(ReceiptError, match="cannot be read"):
        read(tmp_path / "none.json")
    (tmp_path / "large.json").write_bytes(b"x" * (16 << 10) + b"x")
    with pytest.raises(ReceiptError, match="too large"):
        read(tmp_path / "large.json")


def test_a_public_key_is_sixty_four_digits() -> None:
    assert public_key_of(PUBLIC.hex()) == PUBLIC
    for text in ("", "00", "zz" * 32):
        with pytest.raises(ReceiptError, match="64 hexadecimal digits"):
            public_key_of(text)
