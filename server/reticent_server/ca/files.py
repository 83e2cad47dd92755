"""Key files: written whole or not at all, 0600, in a folder that is 0700."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from reticent_server.errors import NotInitialisedError, ServerError

KEY_BYTES_MAX = 64 << 10


def write_secret(path: Path, data: bytes) -> None:
    """Makes or replaces `path` with mode 0600; on disk when it returns. Raises ServerError."""
    _write(path, data, 0o600)


def write_public(path: Path, data: bytes) -> None:
    """The same for what nobody has to hide: mode 0644."""
    _write(path, data, 0o644)


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            write_new(partial, data, mode=mode)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be written ({error.strerror}); what was to be in it may not be in "
            "force; make room or correct the folder's owner, then do the same again",
            permanent=False,
        ) from error


def write_new(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Makes a file that is not there yet; its content is on disk when it returns.

    Raises OSError, and leaves nothing of it then.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in it stays so over a loss of power. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_secret(path: Path, *, bytes_exact: int | None = None) -> bytes:
    """The content of a key file. Raises NotInitialisedError where missing, else ServerError."""
    try:
        if path.stat().st_mode & 0o077:
            raise ServerError(
                f"{path} can be read by others; the server was not started; "
                f"run `chmod 600 {path}` and make new keys if anyone may have read it"
            )
        data = path.read_bytes()[: KEY_BYTES_MAX + 1]
    except FileNotFoundError as error:
        raise NotInitialisedError(
            f"{path} is missing; the server was not started; run `reticent-server init`, or "
            "restore the file from the backup if this server ran before"
        ) from error
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); the server was not started; "
            "correct its owner"
        ) from error
    if not data or len(data) > KEY_BYTES_MAX or bytes_exact not in (None, len(data)):
        raise ServerError(
            f"{path} has the wrong size; the server was not started; restore it from the backup"
        )
    return data


def make_secret_once(path: Path, make: Callable[[], bytes]) -> None:
    """Writes what `make` gives, unless the file is there: a key is never replaced silently."""
    if not path.exists():
        write_secret(path, make())
