"""CAs of the tests' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from reticent_server.ca.authority import CertificateAuthority
from reticent_server.ca.issuing import Issuing, IssuingKey


def self_issuing(
    key: ec.EllipticCurvePrivateKey, root: x509.Certificate, *, clock: Callable[[], float]
) -> CertificateAuthority:
    """A root that issues itself, as on servers that were set up before issuing certificates."""
    return CertificateAuthority(Issuing(anchor=root, key=lambda: key), clock=clock)


@dataclass(frozen=True)
class Corporate:
    """A company's root and an intermediate of it."""

    root_key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    key: IssuingKey
    issuing: x509.Certificate

    @property
    def chain(self) -> list[x509.Certificate]:
        return [self.issuing, self.root]


def certificate(
    name: str,
    key: IssuingKey,
    *,
    by: tuple[IssuingKey, x509.Certificate] | None = None,
    days: float = 900,
    ca: bool = True,
    path_length: int | None = None,
    extra: tuple[x509.ExtensionType, ...] = (),
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer = (key, subject) if by is None else (by[0], by[1].subject)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca,
                key_cert_sign=ca,
                crl_sign=ca,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    for extension in extra:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def corporate(
    key: IssuingKey | None = None,
    *,
    days: float = 900,
    ca: bool = True,
    extra: tuple[x509.ExtensionType, ...] = (),
) -> Corporate:
    root_key = ec.generate_private_key(ec.SECP384R1())
    root = certificate("Example root", root_key)
    made = key or ec.generate_private_key(ec.SECP256R1())
    issuing = certificate(
        "Example issuing", made, by=(root_key, root), days=days, ca=ca, extra=extra
    )
    return Corporate(root_key, root, made, issuing)
