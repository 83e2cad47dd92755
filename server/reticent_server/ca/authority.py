"""Issues certificates: 14 days for a laptop, 90 days for this server, profile of RFC 5280.

Everything is valid from 48 hours before it was made, so that a laptop whose clock is a day behind
can connect. The root lasts 20 years: agents pin it, and another takes its place by `ca.exchange`.
What it signs is the issuing certificate, of two years, so that its key can lie in a safe meanwhile.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from reticent_contract.limits import CERTIFICATE_BACKDATED_S, DEVICE_CERTIFICATE_S

from reticent_server.ca.issuing import Issuing, pem_of

CA_DAYS = 20 * 365
ISSUING_DAYS = 2 * 365
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


def make_root(
    key: ec.EllipticCurvePrivateKey, now_s: float, *, before: x509.Certificate | None = None
) -> x509.Certificate:
    """The CA's own certificate. Its name holds the key's hash: two servers' CAs are told apart.

    One that takes another's place has the name of that one, `before`.
    """
    name = _name(f"Reticent CA {public_key_sha256(key.public_key()).hex()[:16]}")
    if before is not None:
        name = before.subject
    builder = (
        _builder(name, key.public_key(), now_s, timedelta(days=CA_DAYS))
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def make_link(
    next_root: x509.Certificate,
    *,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    now_s: float,
) -> x509.Certificate:
    """For the key of the root that follows, by the present one: "new with old" of RFC 4210, 4.4.

    It is issued under its own name, so that it does not count for the path length of `root`, below
    which there may be one certificate (RFC 5280, 4.2.1.9).
    """
    key = next_root.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("a root of ours has an EC key")
    return (
        _builder(root.subject, key, now_s, timedelta(days=CA_DAYS), end=root)
        .issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


def make_issuing(
    key: ec.EllipticCurvePublicKey,
    *,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    now_s: float,
) -> x509.Certificate:
    """An issuing certificate below `root`, which must be one that may have such below it."""
    name = _name(f"Reticent issuing {public_key_sha256(key).hex()[:16]}")
    builder = _builder(name, key, now_s, timedelta(days=ISSUING_DAYS), end=root)
    return (
        builder.issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


class CertificateAuthority:
    """Signs with the issuing key. `clock` gives seconds since 1970-01-01 UTC. Thread-safe.

    `load` reads anew what issues: a command may have put another key in force meanwhile.
    """

    def __init__(
        self,
        issuing: Issuing,
        *,
        clock: Callable[[], float],
        load: Callable[[], Issuing] | None = None,
    ) -> None:
        self._clock = clock
        self._load = load
        self.issuing = issuing

    @property
    def anchor_der(self) -> bytes:
        """What a new laptop pins, of now: another may be imported while none is there."""
        return self.issuing.root.public_bytes(serialization.Encoding.DER)

    @property
    def roots_der(self) -> list[bytes]:
        """What laptops are to trust, the newest first: two while the root is exchanged."""
        return [root.public_bytes(serialization.Encoding.DER) for root in self.issuing.roots]

    @property
    def links_der(self) -> list[bytes]:
        """Without which a laptop does not take the newest of them."""
        return [link.public_bytes(serialization.Encoding.DER) for link in self.issuing.links]

    @property
    def chain_pem(self) -> bytes:
        """What a server shows behind its own certificate: up to below what laptops pin."""
        return pem_of(self.issuing.chain)

    @property
    def ends(self) -> datetime:
        """When the issuing certificate does; nothing that it signs is valid longer."""
        return self.issuing.certificate.not_valid_after_utc

    @property
    def issuers_pem(self) -> bytes:
        """Whose certificates of laptops are good: the current issuer's, and those of before."""
        return pem_of([i for i in self.issuing.issuers if i.not_valid_after_utc > self._now()])

    def has_issued(self, certificate: x509.Certificate) -> bool:
        """Whether it is of this CA, now or before; not whether it is of today."""
        return any(_is_issued_by(certificate, issuer) for issuer in self.issuing.issuers)

    def is_current_issuer_of(self, certificate: x509.Certificate) -> bool:
        return _is_issued_by(certificate, self.issuing.certificate)

    def reload(self) -> bool:
        """True where another key issues from now on. Raises ServerError; nothing changes then."""
        if self._load is None:
            return False
        issuing = self._load()
        before = self.issuing
        changed = (issuing.roots, issuing.chain, issuing.former) != (
            before.roots,
            before.chain,
            before.former,
        )
        if changed:
            self.issuing = issuing
        return changed

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def issue_device(self, key: ec.EllipticCurvePublicKey, device_id: UUID) -> IssuedCertificate:
        """For a laptop: common name and URI are its device_id; good for a TLS client only."""
        certificate = self._sign(
            _builder(
                _name(str(device_id)),
                key,
                self._clock(),
                timedelta(seconds=DEVICE_CERTIFICATE_S),
                end=self.issuing.certificate,
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(device_id.urn)]),
                critical=False,
            )
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
            ),
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
            _builder(
                _name("Reticent server"),
                key,
                self._clock(),
                timedelta(days=SERVER_DAYS),
                end=self.issuing.certificate,
            )
            .add_extension(
                x509.SubjectAlternativeName([general_name(name) for name in names]),
                critical=False,
            )
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            ),
        )

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        issuing = self.issuing
        key = issuing.key()
        return (
            builder.issuer_name(issuing.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(sign_certificates=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _builder(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now_s: float,
    valid: timedelta,
    *,
    end: x509.Certificate | None = None,
) -> x509.CertificateBuilder:
    """Valid for `valid` from now on, though no longer than `end`, the issuer's certificate."""
    now = datetime.fromtimestamp(int(now_s), UTC)
    until = now + valid if end is None else min(now + valid, end.not_valid_after_utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(seconds=CERTIFICATE_BACKDATED_S))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def general_name(name: str) -> x509.DNSName | x509.IPAddress:
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
