"""`reticent-server policy sign` and `verify`: a policy signed where its key lies, e.g. offline.

    PREFIX.json   the canonical bytes, as laptops get them
    PREFIX.sig    64 bytes: the Ed25519 signature
    PREFIX.tbs    with --unsigned in its place: what is to be signed, for a signer that holds the
                  key elsewhere (the label `reticent-policy-v1`, a line feed, the canonical bytes)

Must hold: what is signed parses and passes its own tests; files that are there are not replaced.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import (
    PolicyError,
    canonical_bytes,
    canonical_document,
    failures_with_values,
    sign_policy,
    verify_signed,
)
from reticent_contract.policy.signing import SIGNATURE_LABEL
from reticent_contract.v1.policy_pb2 import SignedPolicy

from reticent_server.ca.files import read_secret
from reticent_server.commands.common import config_of, initialised, put, put_json
from reticent_server.commands.policy.drafts import whole_draft_of
from reticent_server.data_dir import secrets_dir
from reticent_server.errors import ServerError

_KEY_BYTES_MAX = 16 << 10


def run(options: argparse.Namespace) -> int:
    if options.action == "verify":
        return _verify(options)
    draft = whole_draft_of(options.file)
    if failed := failures_with_values(draft.policy, CATALOG):
        raise ServerError(
            f"{options.file}: its own tests fail: {'; '.join(failed)}; nothing was signed; correct "
            "the rule or the test"
        )
    if not draft.has_version:
        raise ServerError(
            f"{options.file} has no version; nothing was signed; give it one above the version in "
            "force"
        )
    if options.unsigned:
        canonical = canonical_bytes(draft.document)
        _write(options.out, canonical, ".tbs", SIGNATURE_LABEL + canonical)
        return _tell(options, draft.policy.version, draft.policy.sha256, "wrote, unsigned,")
    signed = sign_policy(draft.document, _private_key(options))
    _write(options.out, signed.canonical_json, ".sig", signed.signature)
    return _tell(options, signed.version, signed.sha256, "signed")


def _verify(options: argparse.Namespace) -> int:
    canonical = _read(options.canonical, POLICY_BYTES_MAX)
    try:
        version = canonical_document(canonical).get("version")
        if not isinstance(version, int):
            raise ServerError(f"{options.canonical} has no version, so nobody signed it as it is")
        signed = SignedPolicy(
            canonical_json=canonical,
            signature=_read(options.signature, 64),
            sha256=hashlib.sha256(canonical).digest(),
            version=version,
        )
        verify_signed(
            signed,
            public_key=_public_key(options).public_bytes_raw(),
            now_s=int(time.time()),
            version_in_force=version - 1,
            catalog=CATALOG,
        )
    except PolicyError as error:
        raise ServerError(str(error)) from error
    return _tell(options, version, signed.sha256, "verified: a laptop would accept")


def _tell(options: argparse.Namespace, version: int, sha256: bytes, done: str) -> int:
    if options.json:
        put_json({"version": version, "sha256": sha256.hex()})
    else:
        put(f"{done} policy {version}, sha256 {sha256.hex()}")
    return 0


def _key_path(options: argparse.Namespace) -> Path:
    if options.key_file is None and options.data is None and options.config is None:
        raise ServerError(
            "no key is named; nothing was done; give --key-file, or --data of the server whose key "
            "it is"
        )
    if options.key_file is not None:
        path: Path = options.key_file
        return path
    return secrets_dir(initialised(config_of(options))) / "policy.key"


def _private_key(options: argparse.Namespace) -> Ed25519PrivateKey:
    path = _key_path(options)
    try:
        key = serialization.load_pem_private_key(read_secret(path), None)
    except (ValueError, TypeError) as error:
        raise _bad_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _bad_key(path)
    return key


def _public_key(options: argparse.Namespace) -> Ed25519PublicKey:
    """Of a file with a public key, else of the private key, whose public half is the same."""
    path = _key_path(options)
    content = _read(path, _KEY_BYTES_MAX)
    if b"PUBLIC KEY" not in content:
        return _private_key(options).public_key()
    try:
        key = serialization.load_pem_public_key(content)
    except ValueError as error:
        raise _bad_key(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _bad_key(path)
    return key


def _bad_key(path: Path) -> ServerError:
    return ServerError(f"{path} is no Ed25519 key in PEM; nothing was done; name another file")


def _read(path: Path, bytes_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was done; name another file"
        ) from error
    if len(content) > bytes_max:
        raise ServerError(f"{path} is larger than {bytes_max} bytes; nothing was done")
    return content


def _write(prefix: Path, canonical: bytes, suffix: str, content: bytes) -> None:
    """Both files or none. They are not secret: the canonical bytes go to every laptop."""
    written: list[Path] = []
    for end, data in ((".json", canonical), (suffix, content)):
        path = prefix.with_name(prefix.name + end)
        try:
            with path.open("xb") as file:
                written.append(path)
                file.write(data)
        except OSError as error:
            for made in written:
                made.unlink(missing_ok=True)
            raise ServerError(
                f"{path} was not written ({error.strerror}); nothing was signed; name another "
                "place with --out"
            ) from error
