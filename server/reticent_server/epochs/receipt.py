"""The receipt of a destruction: what was destroyed, when, by whom and why, signed.

    {"receipt": {"kind": "reticent-key-destruction", "format": 1, "epoch", "destroyed_at": UTC,
                 "actor", "reason", "fleet_key": fingerprint, "server_key": fingerprint},
     "signature": base64 of Ed25519 (the policy key) over the label and the canonical JSON of
                  "receipt", "public_key": hex}

    fingerprint = HKDF-SHA-256(key, salt none, info = label NUL half NUL epoch), 16 bytes, hex

A fingerprint tells a restored key file from another, and nothing about the key. The receipt proves
that this server's files are gone; it cannot prove that nobody kept a copy: backups that hold
`secrets/` from before still hold the keys, until they are deleted or expire. Pinned in
tests/vectors/key_destruction.json.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from reticent_contract.policy import canonical_bytes

from reticent_server.errors import ServerError

KIND = "reticent-key-destruction"
SIGNATURE_LABEL = b"reticent-key-destruction-v1\n"
RECEIPT_BYTES_MAX = 16 << 10
_FINGERPRINT_LABEL = "reticent-key-fingerprint-v1"
_FINGERPRINT_BYTES = 16


class ReceiptError(ServerError):
    """The file is no receipt, or not one of this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    epoch: int
    destroyed_at: str
    actor: str
    reason: str
    fleet_key: str
    server_key: str

    def document(self) -> dict[str, object]:
        return {
            "kind": KIND,
            "format": 1,
            "epoch": self.epoch,
            "destroyed_at": self.destroyed_at,
            "actor": self.actor,
            "reason": self.reason,
            "fleet_key": self.fleet_key,
            "server_key": self.server_key,
        }


def fingerprint(key: bytes, *, half: str, epoch: int) -> str:
    """`half`: fleet or server."""
    info = "\0".join((_FINGERPRINT_LABEL, half, str(epoch))).encode()
    made = HKDF(algorithm=SHA256(), length=_FINGERPRINT_BYTES, salt=None, info=info).derive(key)
    return made.hex()


def utc_text(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(receipt: Receipt, key: Ed25519PrivateKey) -> bytes:
    """The receipt's file."""
    document = receipt.document()
    signature = key.sign(SIGNATURE_LABEL + canonical_bytes(document))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    whole = {
        "receipt": document,
        "signature": base64.b64encode(signature).decode("ascii"),
        "public_key": public.hex(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def read(path: Path) -> bytes:
    """A receipt's file. Raises ReceiptError."""
    try:
        with path.open("rb") as file:
            data = file.read(RECEIPT_BYTES_MAX + 1)
    except OSError as error:
        raise ReceiptError(
            f"{path} cannot be read ({error.strerror}); nothing was verified; name another file"
        ) from error
    if len(data) > RECEIPT_BYTES_MAX:
        raise ReceiptError(f"{path} is too large for a receipt; nothing was verified")
    return data


def verify(data: bytes, *, public_key: bytes) -> Receipt:
    """What the receipt says, once its signature holds. Raises ReceiptError.

    1. It is the JSON of a receipt, with exactly the parts drawn above. 2. The signature over its
    canonical bytes is that of `public_key` (32 bytes): the key that the file names proves nothing.
    The caller owes: a public key from elsewhere, such as the server or a laptop's enrolment.
    """
    try:
        whole = json.loads(data)
        document, signature = whole["receipt"], base64.b64decode(whole["signature"], validate=True)
        receipt = _receipt(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReceiptError(
            "this is no receipt of a key's destruction; nothing was verified; name the file that "
            "`keys destroy` made"
        ) from None
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            signature, SIGNATURE_LABEL + canonical_bytes(receipt.document())
        )
    except (InvalidSignature, ValueError):
        raise ReceiptError(
            "the receipt was changed, or was signed by another server's key; do not rely on it"
        ) from None
    return receipt


def _receipt(document: Mapping[str, object]) -> Receipt:
    parts = dict(document)
    if parts.pop("kind") != KIND or parts.pop("format") != 1:
        raise ValueError("kind")
    epoch = parts.pop("epoch")
    if isinstance(epoch, bool) or not isinstance(epoch, int):
        raise TypeError("epoch")
    texts = {name: value for name, value in parts.items() if isinstance(value, str)}
    if len(texts) != len(parts):
        raise TypeError("text")
    return Receipt(epoch=epoch, **texts)


def public_key_of(text: str) -> bytes:
    """32 bytes from their hexadecimal digits. Raises ReceiptError."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ReceiptError(
            "a public key is 64 hexadecimal digits; nothing was verified; see `keys list --json`"
        )
    return key
