"""(policy, row, keys) -> row for every action of the language, pinned.

tests/vectors/redact/actions.json: a table of its own (`fields`), a policy over it, `epoch_keys`,
`device_key`, `seal_key` (the private half) in hex. Each case has a raw row and what leaves of it:
pseudonyms in their written form with the laptop's half; `{"sealed": value}` for a sealed value,
which is compared once it is opened, because each seal is another. `sealed` pins texts that must
open; `shifts` how a person's days are drawn.
"""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from reticent_contract.catalog.model import (
    Catalog,
    Field,
    FieldClass,
    Form,
    Item,
    Kind,
    Source,
    Table,
    Type,
)
from reticent_contract.policy import parse_policy
from reticent_contract.redact import (
    KeyRing,
    OwnIdentifiers,
    Plan,
    compile_plan,
    pseudonym_text,
)
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.actions.date_shift import shift_us
from reticent_contract.redact.sealed import PrivateKey, parse_sealed, unseal
from reticent_contract.rows import Pseudonym, Row

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/redact/actions.json").read_text(encoding="utf-8")
)
NOWHERE = Source(linux="made up", windows="made up", macos="made up")
KEYS = KeyRing(
    {int(epoch): bytes.fromhex(key) for epoch, key in VECTORS["epoch_keys"].items()},
    bytes.fromhex(VECTORS["device_key"]),
)


def _private(kind: str, text: str) -> PrivateKey:
    if kind == "x25519":
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    return ec.derive_private_key(int(text, 16), ec.SECP256R1())


def _catalog() -> Catalog:
    fields = tuple(
        Field(
            name=field["name"],
            type=Type(field["type"]),
            sentence="Made up.",
            field_class=FieldClass(field["class"]),
            item=Item.OS,
            source=NOWHERE,
            form=Form(field["form"]),
            bytes_max=field["bytes_max"],
        )
        for field in VECTORS["fields"]
    )
    table = Table(name="lab", kind=Kind.EVENT, sentence="Made up.", fields=fields, events=("seen",))
    return Catalog(version=1, tables={"lab": table})


@pytest.fixture(scope="module")
def plan() -> Plan:
    catalog = _catalog()
    policy = parse_policy(VECTORS["policy"], catalog)
    return compile_plan(policy, catalog=catalog, keys=KEYS, own=OwnIdentifiers(catalog))


def _written(value: object) -> object:
    if isinstance(value, Pseudonym):
        return pseudonym_text(value.domain, value.epoch, value.token)
    if isinstance(value, str) and parse_sealed(value) is not None:
        return {"sealed": unseal(value, _private("x25519", VECTORS["seal_key"]))}
    if isinstance(value, tuple):
        return [_written(element) for element in value]
    return value


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[c["name"] for c in VECTORS["cases"]])
def test_a_row_is_redacted_as_pinned(plan: Plan, case: dict[str, Any]) -> None:
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in case["given"].items()}
    plan.take_counts()
    row = plan.redact(Row("lab", "seen", 0, given))
    values = None if row is None else {name: _written(v) for name, v in row.values.items()}
    assert values == case["redacted"]
    counts = sorted([c.field, c.rule, c.outcome, c.count] for c in plan.take_counts())
    assert counts == case["counts"]


def test_every_action_of_the_language_is_pinned() -> None:
    rules = VECTORS["policy"]["tables"]["lab"]["fields"]
    used = {
        next(iter(rules[name])) if isinstance(rules[name], dict) else rules[name]
        for case in VECTORS["cases"]
        for name in case["given"]
        if name in rules
    }
    assert used == set(ACTIONS)


@pytest.mark.parametrize("vector", VECTORS["sealed"], ids=[v["kind"] for v in VECTORS["sealed"]])
def test_a_pinned_sealed_value_opens(vector: dict[str, str]) -> None:
    sealed = parse_sealed(vector["text"])
    assert sealed is not None
    assert (sealed.place, sealed.key_id) == (vector["place"], vector["key_id"])
    assert (
        unseal(vector["text"], _private(vector["kind"], vector["private_key"])) == vector["value"]
    )


@pytest.mark.parametrize("vector", VECTORS["sealed"], ids=[v["kind"] for v in VECTORS["sealed"]])
def test_a_pinned_sealed_value_is_what_rfc_9180_says(vector: dict[str, str]) -> None:
    """Opened step by step (sections 4.1, 5.1, 5.2), without the library's HPKE."""
    sealed = parse_sealed(vector["text"])
    assert sealed is not None
    key = _private(vector["kind"], vector["private_key"])
    info = b"reticent-seal-v1\0" + vector["place"].encode()
    padded = _opened_by_hand(sealed.data, key, info)
    assert len(padded) in (32, 64, 128)
    assert padded.rstrip(b"\0") == vector["value"].encode() + b"\x80"


def _opened_by_hand(data: bytes, key: PrivateKey, info: bytes) -> bytes:
    raw, uncompressed = Encoding.Raw, PublicFormat.UncompressedPoint
    if isinstance(key, X25519PrivateKey):
        kem_id, enc, ciphertext = 0x0020, data[:32], data[32:]
        shared = key.exchange(X25519PublicKey.from_public_bytes(enc))
        public = key.public_key().public_bytes(raw, PublicFormat.Raw)
    else:
        kem_id, enc, ciphertext = 0x0010, data[:65], data[65:]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc)
        shared = key.exchange(ec.ECDH(), sender)
        public = key.public_key().public_bytes(Encoding.X962, uncompressed)
    kem = b"KEM" + kem_id.to_bytes(2, "big")
    suite = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (kem_id, 0x0001, 0x0002))

    def extract(salt: bytes, label: bytes, ikm: bytes, of: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + of + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, text: bytes, length: int, of: bytes) -> bytes:
        labeled = length.to_bytes(2, "big") + b"HPKE-v1" + of + label + text
        return hmac.digest(prk, labeled + b"\1", "sha256")[:length]

    prk = extract(b"", b"eae_prk", shared, kem)
    secret = expand(prk, b"shared_secret", enc + public, 32, kem)
    context = b"\0" + extract(b"", b"psk_id_hash", b"", suite)
    context += extract(b"", b"info_hash", info, suite)
    prk = extract(secret, b"secret", b"", suite)
    nonce = expand(prk, b"base_nonce", context, 12, suite)
    return AESGCM(expand(prk, b"key", context, 32, suite)).decrypt(nonce, ciphertext, b"")


@pytest.mark.parametrize("vector", VECTORS["shifts"], ids=range(len(VECTORS["shifts"])))
def test_a_shift_is_drawn_as_pinned(vector: dict[str, str | int]) -> None:
    sub_key = KEYS.sub_key(
        scope="fleet", epoch=int(vector["epoch"]), domain=str(vector["domain"]), use="date-shift"
    )
    assert sub_key.hex() == vector["sub_key"]
    assert shift_us(sub_key, str(vector["canonical"]), days=int(vector["days"])) == vector["us"]
