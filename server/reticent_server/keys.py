"""The server's keys, in files beside the database and never in it.

    secrets/                     0700, every file 0600
      ca.key                     P-256, PKCS #8 PEM
      policy.key                 Ed25519, PKCS #8 PEM: signs policies
      audit.key                  the same: signs checkpoints of the audit trail; see `audit.trail`
      pseudonym-1.fleet.key      32 bytes: epoch 1, the half that laptops get; see `epochs`
      pseudonym-1.server.key     32 bytes: epoch 1, the half that never leaves the server
      login.key                  32 bytes: encrypts the secrets of people's second factors, and
                                 what somebody asks a second person for
      events.key                 32 bytes: encrypts the event store on disk
      server.pem                 this server's TLS key and certificate, renewed by itself
    ca.crt                       the CA's certificate, PEM

A backup of the database without this folder tests no guess at any pseudonym, and with it all of
them: keep the two apart. Destroying an epoch makes its pseudonyms unlinkable for ever, once the
backups of this folder from before are gone too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.ca.authority import CertificateAuthority, make_root
from reticent_server.ca.files import make_secret_once, read_secret, write_secret
from reticent_server.data_dir import secrets_dir
from reticent_server.epochs.files import KEY_BYTES, EpochFiles
from reticent_server.errors import NotInitialisedError, ServerError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKeys:
    """Everything secret that a running server holds; no part of it in a repr."""

    ca: CertificateAuthority = field(repr=False)
    policy: Ed25519PrivateKey = field(repr=False)
    fleet_epochs: Mapping[int, bytes] = field(repr=False)
    server_epochs: Mapping[int, bytes] = field(repr=False)
    events: bytes = field(repr=False)
    login: bytes = field(repr=False)


def make_keys(data_dir: Path, *, clock: Callable[[], float]) -> None:
    """Makes what is missing and replaces nothing. Raises ServerError."""
    folder = secrets_dir(data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    certificate_path = data_dir / "ca.crt"
    if not (folder / "ca.key").exists():
        if certificate_path.exists():
            raise ServerError(
                f"{folder / 'ca.key'} is missing but {certificate_path} is there; nothing was "
                "made, because a new CA would lock out every enrolled laptop; restore the key from "
                "the backup, or remove the certificate to begin anew"
            )
        write_secret(folder / "ca.key", _private_pem(ec.generate_private_key(ec.SECP256R1())))
    if not certificate_path.exists():
        certificate = make_root(_ca_key(folder), clock())
        certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    make_secret_once(folder / "policy.key", lambda: _private_pem(Ed25519PrivateKey.generate()))
    make_secret_once(folder / "events.key", _random_key)
    make_secret_once(folder / "login.key", _random_key)
    EpochFiles(data_dir).make_first()


def load_keys(data_dir: Path, *, clock: Callable[[], float]) -> ServerKeys:
    """Raises NotInitialisedError where a file is missing, ServerError where one is bad."""
    folder = secrets_dir(data_dir)
    try:
        ca_key = _ca_key(folder)
        policy_key = serialization.load_pem_private_key(read_secret(folder / "policy.key"), None)
        certificate = x509.load_pem_x509_certificate((data_dir / "ca.crt").read_bytes())
    except FileNotFoundError as error:
        raise NotInitialisedError(
            f"{data_dir / 'ca.crt'} is missing; the server was not started; restore it from the "
            "backup"
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise ServerError(
            f"a key or certificate under {data_dir} is damaged; the server was not started; "
            "restore it from the backup"
        ) from error
    if (
        not isinstance(policy_key, Ed25519PrivateKey)
        or certificate.public_key() != ca_key.public_key()
    ):
        raise ServerError(
            f"the keys under {folder} do not belong together; the server was not started; restore "
            "all of them from one backup"
        )
    files = EpochFiles(data_dir)
    files.remove_destroyed(public_key=policy_key.public_key().public_bytes_raw())
    epochs = files.load()
    return ServerKeys(
        ca=CertificateAuthority(key=ca_key, certificate=certificate, clock=clock),
        policy=policy_key,
        fleet_epochs=epochs.fleet,
        server_epochs=epochs.server,
        events=read_secret(folder / "events.key", bytes_exact=KEY_BYTES),
        login=read_secret(folder / "login.key", bytes_exact=KEY_BYTES),
    )


def _ca_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(read_secret(folder / "ca.key"), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return key


def _random_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _private_pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
