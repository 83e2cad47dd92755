"""The digest of a subject, and what a second person must read, encrypted at rest.

Both keys come from the server's login key by HKDF-SHA-256 (RFC 5869): a stolen database neither
shows who was looked up nor lets anyone test names against a digest.

    digest: HMAC-SHA-256(key, canonical JSON of [kind, parts])
    sealed: 12 bytes nonce, then AES-256-GCM, bound to the request's number
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reticent_server.approvals.request import Subject
from reticent_server.errors import StoreError

_NONCE_BYTES = 12


class Sealing:
    """`key`: 32 bytes that are not in the database."""

    def __init__(self, key: bytes) -> None:
        self._digest = derived(key, b"reticent approval subject v1")
        self._seal = AESGCM(derived(key, b"reticent approval text v1"))

    def digest(self, subject: Subject) -> bytes:
        text = json.dumps(
            [subject.kind, dict(subject.parts)],
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=True,
        )
        return hmac.new(self._digest, text.encode(), hashlib.sha256).digest()

    def seal(self, request_id: UUID, text: str) -> bytes:
        if not text:
            return b""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._seal.encrypt(nonce, text.encode(errors="replace"), request_id.bytes)
        return nonce + sealed

    def open(self, request_id: UUID, sealed: bytes) -> str:
        """Raises StoreError where it is not what was sealed."""
        if not sealed:
            return ""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._seal.decrypt(nonce, rest, request_id.bytes).decode()
        except (InvalidTag, UnicodeDecodeError, ValueError):
            raise StoreError(
                "what this request is about cannot be read: it was altered, or login.key is "
                "another than when it was made; nothing was decided; withdraw it and ask again",
                permanent=True,
            ) from None


def derived(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
