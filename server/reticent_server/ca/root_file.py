"""The root's key in a file for a safe: PKCS #8, encrypted with a passphrase (RFC 5958, PBES2).

Enters: the key of a data directory. Leaves: a file, and on demand a data directory without the key.
Must hold: the key is removed only once the file was read back, is the same key, and stays over a
loss of power.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reticent_server.ca.files import sync_folder, write_new
from reticent_server.ca.issuing import issuing_path, root_key, root_key_path
from reticent_server.errors import ServerError

FILE_BYTES_MAX = 64 << 10


def export_root(data_dir: Path, path: Path, *, passphrase: bytes) -> None:
    """Raises ServerError, also where the file is there already."""
    encrypted = root_key(data_dir).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    try:
        write_new(path, encrypted)
        sync_folder(path.parent)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be written ({error.strerror}); the root's key is where it was; name a "
            "file that is not there yet"
        ) from error


def remove_root(data_dir: Path, path: Path, *, passphrase: bytes) -> None:
    """Takes the key off this machine. Raises ServerError, and it stays then."""
    if not issuing_path(data_dir).exists():
        raise ServerError(
            "this server's root issues by itself, so the server cannot do without its key; the "
            "key is where it was; the exported file is a copy"
        )
    if read_root(path, passphrase=passphrase).public_key() != root_key(data_dir).public_key():
        raise ServerError(f"{path} holds another key; the root's key is where it was")
    key_path = root_key_path(data_dir)
    try:
        sync_folder(path.parent)  # else a loss of power may take the file, once the key is gone
        key_path.unlink()
        sync_folder(key_path.parent)
    except OSError as error:
        raise ServerError(
            f"the root's key cannot be removed for certain ({error.strerror}); see whether "
            f"{key_path} is there; the exported file is a copy"
        ) from error


def read_root(path: Path, *, passphrase: bytes) -> ec.EllipticCurvePrivateKey:
    """The key of an exported file. Raises ServerError."""
    try:
        with path.open("rb") as file:
            key = serialization.load_pem_private_key(file.read(FILE_BYTES_MAX), passphrase)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was changed"
        ) from error
    except (ValueError, TypeError) as error:
        raise ServerError(
            f"{path} is no exported root key, or the passphrase is another; nothing was changed"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ServerError(f"{path} holds a key of another kind; nothing was changed")
    return key
