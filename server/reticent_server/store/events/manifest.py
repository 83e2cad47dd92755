"""The small file beside the engine's that says what the store is.

    store.json   {"format": 1, "key_check": "<32 hex>"}
    store.lock   empty; locked by the process that has the store open

`key_check` is the start of HMAC-SHA-256(key, "reticent events key check"): it tells a wrong key
from damage before anything is decrypted, and tells nobody the key.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from pathlib import Path

from reticent_server.errors import StoreError
from reticent_server.store.events.errors import StoreDamagedError

FORMAT = 1
KEY_BYTES = 32
_NAME = "store.json"


def check(path: Path, key: bytes) -> None:
    """Make the manifest of a new store, or compare that of an old one. Raises StoreDamagedError."""
    if len(key) != KEY_BYTES:
        raise StoreDamagedError(
            f"the key of the event store has {len(key)} bytes instead of {KEY_BYTES}; the store "
            "was not opened; restore the key file"
        )
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path / _NAME
    expected = hmac.new(key, b"reticent events key check", hashlib.sha256).hexdigest()[:32]
    if not file.exists():
        if (path / "engine").exists():
            raise StoreDamagedError(
                f"{file} is missing although the store is not empty; the store was not opened; "
                "restore it from a backup"
            )
        _write(file, {"format": FORMAT, "key_check": expected})
        return
    try:
        found = json.loads(file.read_text())
        version, key_check = int(found["format"]), str(found["key_check"])
    except (ValueError, KeyError, TypeError):
        raise StoreDamagedError(
            f"{file} cannot be read; the store was not opened; restore it from a backup"
        ) from None
    if version > FORMAT:
        raise StoreDamagedError(
            f"the event store has format {version}, this server knows {FORMAT}; the store was not "
            "opened; use the newer server"
        )
    if not hmac.compare_digest(key_check, expected):
        raise StoreDamagedError(
            "the key does not belong to this event store; the store was not opened; restore the "
            "key that it was made with"
        )


def lock(path: Path) -> int:
    """Take the store for this process; closing the returned descriptor gives it back.

    Raises StoreError (transient) where another has it.
    """
    descriptor = os.open(path / "store.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoreError(
            f"the event store {path} is open already, here or in another process; nothing was "
            "changed; ask that process, or stop it"
        ) from None
    return descriptor


def _write(file: Path, content: dict[str, object]) -> None:
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
