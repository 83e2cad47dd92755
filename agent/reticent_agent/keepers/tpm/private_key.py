"""A device key in the TPM, as `cryptography` and gRPC use one.

Enters: the text of `signing.py` and a `Tpm`. Leaves: signatures. Must hold: whatever would need the
key itself raises.
"""

from __future__ import annotations

import hashlib
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from reticent_agent.keepers.model import KeeperError, StoreError
from reticent_agent.keepers.tpm import signing
from reticent_agent.keepers.tpm.commands import Tpm, public_point

Buffer = bytes | bytearray | memoryview

_PROOF = b"reticent: does this key sign"


def new_key(tpm: Tpm) -> bytes:
    """The text of a new key that has proved to sign. Raises StoreError."""
    blob = tpm.new_signing_key()
    try:
        _public(blob).verify(_signed(tpm, blob, _PROOF), _PROOF, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise StoreError("the TPM's signature does not verify") from None
    return signing.to_text(blob)


def public_key(text: bytes) -> ec.EllipticCurvePublicKey:
    """Without the TPM. Raises StoreError where the text is damaged."""
    return _public(signing.from_text(text))


class TpmPrivateKey(ec.EllipticCurvePrivateKey):
    """Raises StoreError where the text is damaged; `sign` raises KeeperError."""

    def __init__(self, text: bytes, tpm: Tpm | None) -> None:
        self._blob = signing.from_text(text)
        self._tpm = tpm

    @property
    def curve(self) -> ec.EllipticCurve:
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        return ec.SECP256R1().key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return _public(self._blob)

    def sign(self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """ECDSA with SHA-256, the only scheme that the key was made for."""
        if not isinstance(signature_algorithm.algorithm, hashes.SHA256):
            raise ValueError("this key signs with SHA-256 only")
        if self._tpm is None:
            raise _cannot_sign("there is no TPM here")
        try:
            return _signed(self._tpm, self._blob, bytes(data))
        except StoreError as error:
            raise _cannot_sign(str(error)) from None

    def exchange(self, *_: object) -> NoReturn:
        raise _stays_inside()

    def private_numbers(self) -> NoReturn:
        raise _stays_inside()

    def private_bytes(self, *_: object) -> NoReturn:
        raise _stays_inside()

    def __copy__(self) -> TpmPrivateKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> TpmPrivateKey:
        return self


class HandshakeSigner:
    """What gRPC asks for the signature of a handshake, from a thread of its own.

    `trouble` is why the last one was not given: gRPC only says that the handshake failed.
    """

    def __init__(self, text: bytes, tpm: Tpm | None) -> None:
        self._key = TpmPrivateKey(text, tpm)
        self.trouble: KeeperError | None = None

    def __call__(self, data: bytes, *_: object) -> bytes:
        """After `data` come the algorithm, of which a P-256 key has only one, and a callback."""
        try:
            signature = self._key.sign(bytes(data), ec.ECDSA(hashes.SHA256()))
        except KeeperError as error:
            self.trouble = error
            raise
        self.trouble = None
        return signature


def _public(blob: bytes) -> ec.EllipticCurvePublicKey:
    x, y = public_point(blob)
    try:
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise StoreError("the key of the TPM is damaged") from None


def _signed(tpm: Tpm, blob: bytes, data: bytes) -> bytes:
    r, s = tpm.sign(blob, hashlib.sha256(data).digest())
    return encode_dss_signature(r, s)


def _cannot_sign(why: str) -> KeeperError:
    return KeeperError(
        f"the device key is in a TPM and cannot be used: {why}; nothing is sent, what is spooled "
        "stays, and no new key is made; bring that TPM back, or run `reticent-agent enrol "
        "--replace` with a new token: the laptop is then a new device",
        permanent=False,
    )


def _stays_inside() -> TypeError:
    return TypeError("the key never leaves the TPM")
