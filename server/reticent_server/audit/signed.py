"""Statements under the audit key, each one line of JSON that stands for itself.

    {NAME: document, "public_key": hex, "signature": base64}

    signature = Ed25519(b"reticent-audit-" || NAME || b"-v1\\n" || canonical(document))

NAME is `checkpoint` or `export`. The key in the line says which key to ask for and proves nothing:
whoever verifies brings it from elsewhere. Pinned in tests/vectors/audit_checkpoints.json.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reticent_server.audit.chain import canonical

Name = Literal["checkpoint", "export"]
NAMES: tuple[Name, ...] = ("checkpoint", "export")
LINE_BYTES_MAX = 4 << 10


@dataclass(frozen=True, slots=True)
class Statement:
    """`document` is as it was read; only `is_of` says whose it is."""

    name: Name
    document: Mapping[str, Any]
    signature: bytes
    public_key: bytes

    def line(self) -> str:
        whole = {
            self.name: self.document,
            "public_key": self.public_key.hex(),
            "signature": base64.b64encode(self.signature).decode("ascii"),
        }
        return canonical(whole).decode()

    def digest(self) -> bytes:
        """Of the document alone, so that two signatures of one statement are one statement."""
        return hashlib.sha256(_signed_bytes(self.name, self.document)).digest()

    def is_of(self, public_key: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(
                self.signature, _signed_bytes(self.name, self.document)
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(name: Name, document: Mapping[str, Any], key: Ed25519PrivateKey) -> Statement:
    return Statement(name, document, key.sign(_signed_bytes(name, document)), public_key_of(key))


def parse(line: str) -> Statement | None:
    """None where the line is no statement, or not one as this module writes them."""
    if len(line) > LINE_BYTES_MAX:
        return None
    try:
        whole = json.loads(line)
        (name,) = set(whole) & set(NAMES)
        statement = Statement(
            name=name,
            document=dict(whole[name]),
            signature=base64.b64decode(whole["signature"], validate=True),
            public_key=bytes.fromhex(whole["public_key"]),
        )
        return statement if statement.line() == line.strip() else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def public_key_of(key: Ed25519PrivateKey) -> bytes:
    """32 bytes."""
    return key.public_key().public_bytes_raw()


def server_id(public_key: bytes) -> str:
    """Which server a statement is of: 32 hexadecimal digits."""
    return hashlib.sha256(public_key).digest()[:16].hex()


def _signed_bytes(name: Name, document: Mapping[str, Any]) -> bytes:
    return b"reticent-audit-" + name.encode() + b"-v1\n" + canonical(document)
