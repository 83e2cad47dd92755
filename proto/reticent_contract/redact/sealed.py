"""Sealed values: what only the privacy officer's private key opens, also years later.

    sealed:TABLE.FIELD:KEYID:DATA          the whole text of a column's value
    DATA    base64url without padding of HPKE's enc, then its ciphertext (RFC 9180, mode base,
            single shot, no AAD): DHKEM(X25519 or P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM,
            info = "reticent-seal-v1" NUL TABLE.FIELD
    KEYID   the first 16 hex digits of SHA-256 over the public key's bytes
    inside  the value in UTF-8, 0x80, zeros up to a size of `_padded_bytes` (ISO/IEC 7816-4)

    x25519:BASE64URL   32 bytes              how a policy names the public key
    p256:BASE64URL     65 bytes, uncompressed

Neither policy version nor time is bound in: whoever has the private key and this one text opens
it. Its field is, so it cannot pass for a value of another one. The padding hides all but a rough
length, and every seal has fresh randomness (the library's own), so equal values never look equal.
Base mode proves no sender: anybody who knows the policy can seal. The label changes whenever this
drawing does.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import re2
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reticent_contract.rows import SEALED_PREFIX

PREFIX = SEALED_PREFIX
KEY_ID_CHARS = 16
PublicKey = X25519PublicKey | EllipticCurvePublicKey
PrivateKey = X25519PrivateKey | EllipticCurvePrivateKey
_LABEL = b"reticent-seal-v1\0"
_FORM = re2.compile(
    r"^sealed:([a-z0-9_]{1,64}\.[a-z0-9_]{1,64}):([0-9a-f]{16}):([A-Za-z0-9_-]{60,})$"
)
_ENC_BYTES = {"x25519": 32, "p256": 65}
_TAG_BYTES = 16
_PAD_SMALL, _PAD_LARGE = 32, 1_024


class SealError(ValueError):
    """A key, or a sealed value, that cannot be used. The message holds no value."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """A public key, as a policy names it. `kind`: x25519 or p256."""

    kind: str
    raw: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()[:KEY_ID_CHARS]

    def __str__(self) -> str:
        return f"{self.kind}:{_base64url(self.raw)}"

    def public_key(self) -> PublicKey:
        """Raises SealError where the bytes are no key of this kind."""
        try:
            if self.kind == "x25519":
                return X25519PublicKey.from_public_bytes(self.raw)
            return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.raw)
        except ValueError:
            raise SealError(f"the bytes are no public key of {self.kind}") from None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The parts of a sealed text. `place`: table.field."""

    place: str
    key_id: str
    data: bytes = field(repr=False)


def parse_seal_key(text: str) -> SealKey:
    """From `x25519:…` or `p256:…`. Raises SealError."""
    kind, _, encoded = text.partition(":")
    raw = _from_base64url(encoded)
    if kind not in _ENC_BYTES or raw is None or len(raw) != _ENC_BYTES[kind]:
        raise SealError(
            "must be x25519: or p256: with the public key in base64url, as "
            "`reticent-server policy seal-key new` prints it"
        )
    key = SealKey(kind, raw)
    key.public_key()
    return key


def seal_key_of(key: PublicKey | PrivateKey) -> SealKey:
    """The public half as a policy names it."""
    public = key if isinstance(key, X25519PublicKey | EllipticCurvePublicKey) else key.public_key()
    if isinstance(public, X25519PublicKey):
        return SealKey("x25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    if not isinstance(public.curve, SECP256R1):
        raise SealError("an elliptic curve key for sealing is on P-256")
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return SealKey("p256", point)


def parse_sealed(text: str) -> Sealed | None:
    """The parts, None where `text` is not exactly the written form."""
    match = _FORM.match(text) if text.startswith(PREFIX) else None
    data = _from_base64url(match[3]) if match is not None else None
    return None if match is None or data is None else Sealed(match[1], match[2], data)


def sealer(key: SealKey, place: str) -> Callable[[str], str]:
    """Seals values of `place` (table.field): each time to another text."""
    suite, public = _suite(key.kind), key.public_key()
    info, head = _LABEL + place.encode(), f"{PREFIX}{place}:{key.key_id}:"

    def seal(value: str) -> str:
        return head + _base64url(suite.encrypt(_pad(value.encode()), public, info=info))

    return seal


def unseal(text: str, key: PrivateKey) -> str:
    """The value. Raises SealError where the text is none, is for another key, or was changed."""
    sealed, own = parse_sealed(text), seal_key_of(key)
    if sealed is None:
        raise SealError("this is no sealed value")
    if sealed.key_id != own.key_id:
        raise SealError(f"it was sealed for key {sealed.key_id}, this one is {own.key_id}")
    info = _LABEL + sealed.place.encode()
    try:
        padded = bytes(_suite(own.kind).decrypt(sealed.data, key, info=info))
        body, mark, zeros = padded.rpartition(b"\x80")
        if not mark or zeros.strip(b"\0"):
            raise ValueError("padding")
        return body.decode()
    except Exception:  # noqa: BLE001 - the library has several, and none may carry the value on
        raise SealError(
            "it does not open: it was changed, or is not of the field it names"
        ) from None


def has_sealed_size(sealed: Sealed, key: SealKey, *, bytes_max: int) -> bool:
    """Whether sealing a value of at most `bytes_max` bytes can have made so many bytes."""
    inside = len(sealed.data) - _ENC_BYTES[key.kind] - _TAG_BYTES
    return _PAD_SMALL <= inside <= _padded_bytes(bytes_max) and inside == _padded_bytes(inside - 1)


def neutralise_sealed(text: str) -> str:
    """Raw text that can no longer be taken for a sealed value; the same object where it was not."""
    return "sealed_:" + text[len(PREFIX) :] if text.startswith(PREFIX) else text


def _suite(kind: str) -> Suite:
    kem = KEM.X25519 if kind == "x25519" else KEM.P256
    return Suite(kem, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _padded_bytes(value_bytes: int) -> int:
    """Sizes: 32, 64, … 1,024, then whole kilobytes; at least one byte more than the value."""
    needed = value_bytes + 1
    if needed > _PAD_LARGE:
        return -(-needed // _PAD_LARGE) * _PAD_LARGE
    return max(_PAD_SMALL, 1 << (needed - 1).bit_length())


def _pad(value: bytes) -> bytes:
    return (value + b"\x80").ljust(_padded_bytes(len(value)), b"\0")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes | None:
    """None where `text` is not exactly how `_base64url` writes it."""
    try:
        padding = b"=" * (-len(text) % 4)
        data = base64.b64decode(text.encode("ascii") + padding, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return data if _base64url(data) == text else None
