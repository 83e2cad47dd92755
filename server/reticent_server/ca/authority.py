"""Issues certificates: 14 days for a laptop, 90 days for this server, profile of RFC 5280.

Everything is valid from 48 hours before it was made, so that a laptop whose clock is a day behind
can connect. The CA itself lasts 20 years: agents pin it, and a new one means enrolling again.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from reticent_contract.limits import CERTIFICATE_BACKDATED_S, DEVICE_CERTIFICATE_S

CA_DAYS = 20 * 365
SERVER_DAYS = 90  # browsers refuse more than 398


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """A certificate with what the device's record keeps of it."""

    der: bytes
    serial: str  # hexadecimal
    expires_s: int
    public_key_sha256: bytes


def public_key_sha256(key: ec.EllipticCurvePublicKey) -> bytes:
    """SHA-256 of the SubjectPublicKeyInfo: what a device is recognised by."""
    return hashlib.sha256(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).digest()


def make_root(key: ec.EllipticCurvePrivateKey, now_s: float) -> x509.Certificate:
    """The CA's own certificate. Its name holds the key's hash: two servers' CAs are told apart."""
    name = _name(f"Reticent CA {public_key_sha256(key.public_key()).hex()[:16]}")
    builder = (
        _builder(name, key.public_key(), now_s, timedelta(days=CA_DAYS))
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


class CertificateAuthority:
    """Signs with the CA's key. `clock` gives seconds since 1970-01-01 UTC."""

    def __init__(
        self,
        *,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        clock: Callable[[], float],
    ) -> None:
        self._key = key
        self._clock = clock
        self.certificate = certificate
        self.certificate_der = certificate.public_bytes(serialization.Encoding.DER)
        self.certificate_pem = certificate.public_bytes(serialization.Encoding.PEM)

    def issue_device(self, key: ec.EllipticCurvePublicKey, device_id: UUID) -> IssuedCertificate:
        """For a laptop: common name and URI are its device_id; good for a TLS client only."""
        certificate = self._sign(
            _builder(
                _name(str(device_id)), key, self._clock(), timedelta(seconds=DEVICE_CERTIFICATE_S)
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(device_id.urn)]),
                critical=False,
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True),
        )
        return IssuedCertificate(
            der=certificate.public_bytes(serialization.Encoding.DER),
            serial=f"{certificate.serial_number:x}",
            expires_s=int(certificate.not_valid_after_utc.timestamp()),
            public_key_sha256=public_key_sha256(key),
        )

    def issue_server(
        self, key: ec.EllipticCurvePublicKey, names: Sequence[str]
    ) -> x509.Certificate:
        """For this server under all of `names` (host names and IP addresses)."""
        return self._sign(
            _builder(_name("Reticent server"), key, self._clock(), timedelta(days=SERVER_DAYS))
            .add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]),
                critical=False,
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=True),
        )

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return (
            builder.issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(sign_certificates=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, now_s: float, valid: timedelta
) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(int(now_s), UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(seconds=CERTIFICATE_BACKDATED_S))
        .not_valid_after(now + valid)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
