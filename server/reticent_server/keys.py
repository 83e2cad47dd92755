"""The server's keys, in files beside the database and never in it.

    secrets/                     0700, every file 0600
      ca.key                     the root's, P-256, PKCS #8 PEM; may be taken offline
      next.key                   for a moment only: that of a root that takes its place
      issuing.pem                what signs certificates of laptops and servers; see `ca.issuing`
      policy.key                 Ed25519, PKCS #8 PEM: signs policies
      audit.key                  the same: signs checkpoints of the audit trail; see `audit.trail`
      pseudonym-1.fleet.key      32 bytes: epoch 1, the half that laptops get; see `epochs`
      pseudonym-1.server.key     32 bytes: epoch 1, the half that never leaves the server
      login.key                  32 bytes: encrypts the secrets of people's second factors, and
                                 what somebody asks a second person for; keys the hashes of
                                 passwords
      events.key                 32 bytes: encrypts the event store on disk
      server.pem                 this server's TLS key and certificate, renewed by itself
    ca.crt                       the certificate that laptops pin, PEM
    next.crt                     while the root is exchanged: the one that follows
    former.crt                   issuing certificates of before

A backup of the database without this folder tests no guess at any pseudonym, and with it all of
them: keep the two apart. Destroying an epoch makes its pseudonyms unlinkable for ever, once the
backups of this folder from before are gone too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.ca.authority import CertificateAuthority, make_root
from reticent_server.ca.files import make_secret_once, read_secret, write_public, write_secret
from reticent_server.ca.issuing import (
    certificates_of,
    issuing_path,
    key_pem,
    load_issuing,
    pem_of,
    root_key,
    root_key_path,
)
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.renewing import first_issuing, may_issue_below
from reticent_server.data_dir import secrets_dir
from reticent_server.epochs.files import KEY_BYTES, EpochFiles
from reticent_server.errors import ServerError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKeys:
    """Everything secret that a running server holds; no part of it in a repr."""

    ca: CertificateAuthority = field(repr=False)
    policy: Ed25519PrivateKey = field(repr=False)
    fleet_epochs: Mapping[int, bytes] = field(repr=False)
    server_epochs: Mapping[int, bytes] = field(repr=False)
    events: bytes = field(repr=False)
    login: bytes = field(repr=False)


def make_keys(
    data_dir: Path, *, clock: Callable[[], float], token: TokenPlace | None = None
) -> None:
    """Makes what is missing and replaces nothing; `token` is to keep the issuing key.

    Raises ServerError.
    """
    folder = secrets_dir(data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _make_ca(data_dir, clock, token)
    make_secret_once(folder / "policy.key", lambda: _private_pem(Ed25519PrivateKey.generate()))
    make_secret_once(folder / "events.key", _random_key)
    make_secret_once(folder / "login.key", _random_key)
    EpochFiles(data_dir).make_first()


def _make_ca(data_dir: Path, clock: Callable[[], float], token: TokenPlace | None) -> None:
    key_path, certificate_path = root_key_path(data_dir), data_dir / "ca.crt"
    if issuing_path(data_dir).exists() and certificate_path.exists():
        return  # the root's key may be away
    if not key_path.exists():
        if certificate_path.exists() or issuing_path(data_dir).exists():
            raise ServerError(
                f"{key_path} is missing but its certificate is there; nothing was "
                "made, because a new CA would lock out every enrolled laptop; restore the key from "
                "the backup, or remove the certificate to begin anew"
            )
        write_secret(key_path, key_pem(ec.generate_private_key(ec.SECP256R1())))
    is_new = not certificate_path.exists()
    if is_new:
        certificate = make_root(root_key(data_dir), clock())
        write_public(certificate_path, pem_of([certificate]))
    (root,) = certificates_of(certificate_path.read_bytes())
    if not issuing_path(data_dir).exists() and may_issue_below(root):
        first_issuing(data_dir, root=root, now_s=clock(), token=token)


def load_keys(
    data_dir: Path, *, clock: Callable[[], float], token: TokenPlace | None = None
) -> ServerKeys:
    """Raises NotInitialisedError where a file is missing, ServerError where one is bad.

    `token`: where the issuing key is, where it is in a PKCS #11 token; without it everything but
    issuing works.
    """
    folder = secrets_dir(data_dir)
    issuing = load_issuing(data_dir, token=token)
    try:
        policy_key = serialization.load_pem_private_key(read_secret(folder / "policy.key"), None)
    except (ValueError, TypeError):
        policy_key = None
    if not isinstance(policy_key, Ed25519PrivateKey):
        raise ServerError(
            f"a key under {data_dir} is damaged; the server was not started; restore it from the "
            "backup"
        )
    files = EpochFiles(data_dir)
    files.remove_destroyed(public_key=policy_key.public_key().public_bytes_raw())
    epochs = files.load()
    return ServerKeys(
        ca=CertificateAuthority(
            issuing, clock=clock, load=lambda: load_issuing(data_dir, token=token)
        ),
        policy=policy_key,
        fleet_epochs=epochs.fleet,
        server_epochs=epochs.server,
        events=read_secret(folder / "events.key", bytes_exact=KEY_BYTES),
        login=read_secret(folder / "login.key", bytes_exact=KEY_BYTES),
    )


def _random_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
