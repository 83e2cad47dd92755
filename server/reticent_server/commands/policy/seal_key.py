"""`reticent-server policy seal-key new`: the privacy officer's key pair.

The private half goes into one file, encrypted by a passphrase, and belongs on no server: make it on
the officer's own machine. The public half is printed, for the policy's `seal: {key: …}`.

    FILE, 0600    one line each, JSON: {"kind": "reticent-seal-key", "format": 1, "key_id",
                  "public": "x25519:…", "scrypt": {"n", "r", "p", "salt"}, "nonce", "sealed"}
                  sealed = ChaCha20-Poly1305(scrypt(passphrase), private key in PKCS #8 DER), its
                  AAD the public key's text; salt, nonce and sealed in base64
"""

from __future__ import annotations

import argparse
import base64
import getpass
import json
import os
import secrets
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from reticent_contract.redact.sealed import PrivateKey, seal_key_of

from reticent_server.commands.common import put, put_json, say
from reticent_server.errors import ServerError

KIND = "reticent-seal-key"
PASSPHRASE_CHARS_MIN = 12
_FILE_BYTES_MAX = 16 << 10
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 17, 8, 1  # 128 MiB and half a second a guess (RFC 7914)
_SALT_BYTES, _NONCE_BYTES = 16, 12


def run(options: argparse.Namespace) -> int:
    passphrase = read_passphrase(options.passphrase_file, twice=True)
    if len(passphrase) < PASSPHRASE_CHARS_MIN:
        raise ServerError(
            f"the passphrase has fewer than {PASSPHRASE_CHARS_MIN} characters; no key was made; "
            "choose a longer one, such as five random words"
        )
    key: PrivateKey = (
        X25519PrivateKey.generate()
        if options.kind == "x25519"
        else ec.generate_private_key(ec.SECP256R1())
    )
    _write(options.out, _locked(key, passphrase))
    public = seal_key_of(key)
    if options.json:
        put_json({"public": str(public), "key_id": public.key_id, "file": str(options.out)})
    else:
        put(f'seal: {{key: "{public}"}}')
        say(f"That line goes into the policy. {options.out} opens what is sealed: keep it, and a")
        say("copy, off this server; without it and its passphrase nobody opens anything.")
    return 0


def read_passphrase(file: Path | None, *, twice: bool = False) -> str:
    """From the file's first line, else asked at the terminal. Raises ServerError."""
    if file is not None:
        try:
            with file.open(encoding="utf-8") as opened:
                return opened.readline(_FILE_BYTES_MAX).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ServerError(
                f"{file} cannot be read ({type(error).__name__}); nothing was done; name another"
            ) from None
    if not sys.stderr.isatty():
        raise ServerError(
            "there is no terminal to ask for the passphrase; nothing was done; give "
            "--passphrase-file FILE"
        )
    passphrase = getpass.getpass("passphrase: ")
    if twice and getpass.getpass("once more: ") != passphrase:
        raise ServerError("the two passphrases differ; no key was made; try again")
    return passphrase


def load_private(path: Path, passphrase: str) -> PrivateKey:
    """The private half. Raises ServerError."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_FILE_BYTES_MAX))
        if document["kind"] != KIND or document["format"] != 1:
            raise ValueError("kind")
        cost = document["scrypt"]
        n, r, p = int(cost["n"]), int(cost["r"]), int(cost["p"])
        if n > _SCRYPT_N or r > _SCRYPT_R or p > _SCRYPT_P:
            raise ValueError("a cost that no key file has")
        derived = Scrypt(salt=_bytes(cost["salt"]), length=32, n=n, r=r, p=p).derive(
            passphrase.encode()
        )
        der = ChaCha20Poly1305(derived).decrypt(
            _bytes(document["nonce"]), _bytes(document["sealed"]), document["public"].encode()
        )
        key = serialization.load_der_private_key(der, None)
    except InvalidTag:
        raise ServerError("the passphrase is wrong, or the key file was changed") from None
    except OSError as error:
        raise ServerError(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ServerError(f"{path} is no key file of `policy seal-key new`") from None
    if isinstance(key, X25519PrivateKey | ec.EllipticCurvePrivateKey):
        return key
    raise ServerError(f"{path} holds a key that seals nothing")


def _locked(key: PrivateKey, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    derived = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P).derive(
        passphrase.encode()
    )
    public = seal_key_of(key)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    document = {
        "kind": KIND,
        "format": 1,
        "key_id": public.key_id,
        "public": str(public),
        "scrypt": {"n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": _text(salt)},
        "nonce": _text(nonce),
        "sealed": _text(ChaCha20Poly1305(derived).encrypt(nonce, der, str(public).encode())),
    }
    return json.dumps(document).encode() + b"\n"


def _write(path: Path, data: bytes) -> None:
    """A new file, for its owner only; never over one that is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise ServerError(
            f"{path} is there already; nothing was made, because what it opens would be lost; "
            "name another file"
        ) from None
    except OSError as error:
        raise ServerError(f"{path} cannot be written ({error.strerror}); no key was made") from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: object) -> bytes:
    return base64.b64decode(str(text), validate=True)
