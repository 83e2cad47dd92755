"""Who issues: a key and its certificate below the certificate that laptops pin.

    ca.crt               what laptops pin: our root, or the top of the chain that a customer brought
    next.crt             while our root is exchanged: the root that follows, and a certificate for
                         its key by the root in ca.crt; see `ca.exchange`
    former.crt           issuing certificates of before, while they are valid
    secrets/ca.key       the key of our root, of the one that follows where there is one, P-256;
                         away once it was taken offline
    secrets/issuing.pem  the issuing key (none where a PKCS #11 token has it), its certificate, and
                         what stands between that and ca.crt; one file, so that both change at once

Where there is no issuing.pem the root issues itself, as on servers that were set up before there
was one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from reticent_server.ca.files import read_secret, write_public, write_secret
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.token_key import held_token_key
from reticent_server.data_dir import secrets_dir
from reticent_server.errors import NotInitialisedError, ServerError

IssuingKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_CERTIFICATES_MAX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """`chain`: the issuing certificate, then up to below `anchor`; empty where that one issues.

    `key` gives the issuing key, and raises ServerError where it cannot be had. `in_token`: a
    PKCS #11 token has it, no file. `next_root`: what laptops are to pin instead of `anchor`; until
    then the chain reaches from it to `anchor`.
    """

    anchor: x509.Certificate
    key: Callable[[], IssuingKey] = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()
    former: tuple[x509.Certificate, ...] = ()
    in_token: bool = False
    next_root: x509.Certificate | None = None

    @property
    def certificate(self) -> x509.Certificate:
        """The one whose key signs."""
        return self.chain[0] if self.chain else self.anchor

    @property
    def issuers(self) -> tuple[x509.Certificate, ...]:
        """Whose certificates of laptops are good."""
        return (self.certificate, *self.former)

    @property
    def root(self) -> x509.Certificate:
        """What a new laptop pins, and what the next issuing certificate will be below."""
        return self.next_root or self.anchor

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """What laptops are to trust, the newest first."""
        return (self.anchor,) if self.next_root is None else (self.next_root, self.anchor)

    @property
    def links(self) -> tuple[x509.Certificate, ...]:
        """By which a laptop that trusts `anchor` alone knows that `next_root` follows it."""
        return () if self.next_root is None else self.chain[-1:]


def issuing_path(data_dir: Path) -> Path:
    return secrets_dir(data_dir) / "issuing.pem"


def root_key_path(data_dir: Path) -> Path:
    return secrets_dir(data_dir) / "ca.key"


def next_root_path(data_dir: Path) -> Path:
    return data_dir / "next.crt"


def load_issuing(data_dir: Path, *, token: TokenPlace | None) -> Issuing:
    """Raises NotInitialisedError where a file is missing, ServerError where one is bad."""
    try:
        (anchor,) = certificates_of((data_dir / "ca.crt").read_bytes())
    except FileNotFoundError as error:
        raise NotInitialisedError(
            f"{data_dir / 'ca.crt'} is missing; the server was not started; run `reticent-server "
            "init`, or restore the file from the backup if this server ran before"
        ) from error
    except (OSError, ValueError) as error:
        raise _damaged(data_dir) from error
    path = issuing_path(data_dir)
    if not path.exists():
        key = _file_key(root_key_path(data_dir), data_dir)
        _check_pair(key, anchor, data_dir)
        return Issuing(anchor=anchor, key=lambda: key)
    pem = read_secret(path)
    try:
        chain = certificates_of(pem)
        former = certificates_of(_bytes_of(data_dir / "former.crt"))
        following = certificates_of(_bytes_of(next_root_path(data_dir)))
    except (OSError, ValueError) as error:
        raise _damaged(data_dir) from error
    next_root = None
    if following and following[0] != anchor and _follows(chain, following[0]):
        next_root, chain = following[0], (*chain, *following[1:])
    check_chain(chain, anchor)
    if pem.startswith(_BEGIN_CERTIFICATE):
        return Issuing(
            anchor=anchor,
            chain=chain,
            former=former,
            key=lambda: _token_key(token, chain[0]),
            in_token=True,
            next_root=next_root,
        )
    file_key = _parsed_key(pem[: pem.index(_BEGIN_CERTIFICATE)], data_dir)
    _check_pair(file_key, chain[0], data_dir)
    return Issuing(
        anchor=anchor, chain=chain, former=former, key=lambda: file_key, next_root=next_root
    )


def save_issuing(
    data_dir: Path,
    *,
    key: IssuingKey | None,
    chain: Sequence[x509.Certificate],
    former: Sequence[x509.Certificate] = (),
) -> None:
    """Puts a new issuing key in force; `key` is None where a token has it. Raises ServerError.

    Those of before are written first: after a crash in between, one of them is current as well.
    """
    write_public(data_dir / "former.crt", pem_of(former))
    text = b"" if key is None else key_pem(key)
    write_secret(issuing_path(data_dir), text + pem_of(chain))


def check_chain(chain: Sequence[x509.Certificate], anchor: x509.Certificate) -> None:
    """Each certificate was issued by the next, the last by `anchor`. Raises ServerError."""
    above = (*chain[1:], anchor)
    try:
        for certificate, issuer in zip(chain, above, strict=True):
            certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise ServerError(
            "the certificates do not follow from each other, the issuing one first and the one "
            "that laptops pin last; nothing was changed; put them in that order"
        ) from error


def _follows(chain: Sequence[x509.Certificate], root: x509.Certificate) -> bool:
    try:
        check_chain(chain, root)
    except ServerError:
        return False
    return True


def certificates_of(pem: bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM text; none of an empty one. Raises ValueError."""
    if _BEGIN_CERTIFICATE not in pem:
        return ()
    found = tuple(x509.load_pem_x509_certificates(pem))
    if len(found) > _CERTIFICATES_MAX:
        raise ValueError(f"more than {_CERTIFICATES_MAX} certificates")
    return found


def pem_of(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates)


def key_pem(key: IssuingKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def root_key(data_dir: Path) -> ec.EllipticCurvePrivateKey:
    """Our root's key. Raises NotInitialisedError where it is away, ServerError where it is bad."""
    key = _file_key(root_key_path(data_dir), data_dir)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(data_dir)
    return key


def _token_key(token: TokenPlace | None, certificate: x509.Certificate) -> IssuingKey:
    if token is None:
        raise ServerError(
            "the issuing key is in a PKCS #11 token, and the configuration has no [ca] that says "
            "in which; no certificate was issued; name it"
        )
    key = held_token_key(token, certificate.public_key())
    if key.public_key() != certificate.public_key():
        raise ServerError(
            f"the key {token.key!r} of the PKCS #11 token is not the one of the issuing "
            "certificate; no certificate was issued; correct ca.pkcs11_key"
        )
    return key


def _file_key(path: Path, data_dir: Path) -> IssuingKey:
    return _parsed_key(read_secret(path), data_dir)


def _parsed_key(pem: bytes, data_dir: Path) -> IssuingKey:
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise _damaged(data_dir) from error
    if not isinstance(key, IssuingKey):
        raise _damaged(data_dir)
    return key


def _check_pair(key: IssuingKey, certificate: x509.Certificate, data_dir: Path) -> None:
    if key.public_key() != certificate.public_key():
        raise ServerError(
            f"the keys under {secrets_dir(data_dir)} do not belong together; the server was not "
            "started; restore all of them from one backup"
        )


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _damaged(data_dir: Path) -> ServerError:
    return ServerError(
        f"a key or certificate under {data_dir} is damaged; the server was not started; "
        "restore it from the backup"
    )
