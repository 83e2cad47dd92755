"""P-256 keys and certificate requests (FIPS 186-5; PKCS #10, RFC 2986)."""

from __future__ import annotations

import hashlib
import logging

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from reticent_contract.limits import CA_CERTIFICATES_MAX

from reticent_agent.errors import IdentityError
from reticent_agent.keepers.model import StoreError
from reticent_agent.keepers.tpm import private_key
from reticent_agent.keepers.tpm.commands import Tpm
from reticent_agent.keepers.tpm.signing import is_tpm_key

log = logging.getLogger("reticent_agent.identity")


def new_key(tpm: Tpm | None) -> bytes:
    """A key in the TPM, where there is one that makes it; else PEM, which is to be sealed."""
    if tpm is not None:
        try:
            return private_key.new_key(tpm)
        except StoreError as error:
            log.warning("the TPM makes no device key", extra={"fields": {"reason": str(error)}})
    return new_key_pem()


def new_key_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_key(text: bytes, tpm: Tpm | None = None) -> ec.EllipticCurvePrivateKey:
    """Raises IdentityError where it is neither a P-256 key nor one of a TPM."""
    key: object
    try:
        if is_tpm_key(text):
            return private_key.TpmPrivateKey(text, tpm)
        key = serialization.load_pem_private_key(text, password=None)
    except (StoreError, ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise IdentityError(
            "the device key on disk is damaged; nothing is sent; run `reticent-agent enrol` with a "
            "new token",
            permanent=True,
        )
    return key


def request_der(key: bytes, tpm: Tpm | None = None) -> bytes:
    """A certificate request that proves possession of the key. The server chooses the name.

    Raises IdentityError, KeeperError where the key's TPM does not sign.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "reticent-device")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(load_key(key, tpm), hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )


def certificate_pem(der: bytes) -> bytes:
    """Raises IdentityError where the bytes are no certificate."""
    return _certificate(der).public_bytes(serialization.Encoding.PEM)


def certificate_der(pem: bytes) -> bytes:
    """Raises IdentityError where the text is no certificate."""
    try:
        return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    except ValueError:
        raise _damaged() from None


def key_sha256(pem: bytes) -> str:
    """Of the certificate's public key (SubjectPublicKeyInfo), hex: an administrator compares it."""
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError:
        raise _damaged() from None
    info = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(info).hexdigest()


def validity_s(pem: bytes) -> tuple[float, float]:
    """not_before and not_after, seconds since 1970 UTC. Raises IdentityError."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise _damaged() from None
    return (
        certificate.not_valid_before_utc.timestamp(),
        certificate.not_valid_after_utc.timestamp(),
    )


def belongs(certificate: bytes, key: bytes) -> bool:
    """True where the PEM certificate is for the key."""
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
        return public == load_key(key).public_key()
    except (ValueError, IdentityError):
        return False


def fingerprints(pem: bytes) -> list[bytes]:
    """SHA-256 of each certificate, of the first CA_CERTIFICATES_MAX. Raises IdentityError."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise _damaged() from None
    return [one.fingerprint(hashes.SHA256()) for one in found[:CA_CERTIFICATES_MAX]]


def are_certificates(pem: bytes) -> bool:
    """True where the PEM text holds certificates and nothing damaged.

    Of an empty or unreadable list gRPC would make the system's own roots.
    """
    try:
        return bool(x509.load_pem_x509_certificates(pem))
    except ValueError:
        return False


def _certificate(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise _damaged() from None


def _damaged() -> IdentityError:
    return IdentityError(
        "a certificate is damaged; nothing is sent; run `reticent-agent enrol` with a new token",
        permanent=True,
    )
