"""Bundles that were made and sealed, in DATA/support.

    BUNDLE.json          the text, under the first 64 bits of its SHA-256
    BUNDLE-KEY.sealed    what was agreed to, sealed for the vendor's key of that ID
    BUNDLE-KEY-*.part    the same, until its approval was used: each who seals it has their own

Must hold: a text that was changed is not given out; readable by the server's user alone; what is
older than BUNDLE_KEPT_S goes with the next bundle that is made.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from reticent_server.ca.files import sync_folder, write_new
from reticent_server.errors import ServerError
from reticent_server.limits import BUNDLE_KEPT_S

PLACE = "support.bundle"  # what it is sealed as
_ID = re.compile(r"[0-9a-f]{16}\Z")
_KEY_ID = re.compile(r"[0-9a-f]{1,64}\Z")
_ENDINGS = ("*.json", "*.sealed", "*.part")


@dataclass(frozen=True, slots=True)
class Kept:
    """`made_s`: seconds since 1970-01-01 UTC; `sealed_for`: IDs of keys."""

    bundle: str
    made_s: float
    sealed_for: tuple[str, ...]


def folder_of(data_dir: Path) -> Path:
    return data_dir / "support"


def keep(folder: Path, text: str) -> str:
    """The bundle's ID. Raises ServerError."""
    bundle = id_of(text)
    path = folder / f"{bundle}.json"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in (path for ending in _ENDINGS for path in folder.glob(ending)):
            made_s = _made_s(old)
            if made_s is not None and made_s < time.time() - BUNDLE_KEPT_S:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_be_written(path, error) from error
    if not path.exists():
        put(path, text)
    return bundle


def kept(folder: Path, bundle: str) -> str:
    """Raises ServerError, also where the file is not what was made."""
    path = folder / f"{bundle}.json"
    if not _ID.match(bundle):
        raise _no_such()
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        raise _no_such() from None
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was sealed; correct its owner"
        ) from error
    if id_of(text) != bundle:
        raise ServerError(
            "the bundle is not what was made: its file was changed; nothing was sealed; make "
            "another one"
        )
    return text


def all_kept(folder: Path) -> list[Kept]:
    """Newest first."""
    found = {path.stem: _made_s(path) for path in folder.glob("*.json") if _ID.match(path.stem)}
    made = [
        Kept(bundle, made_s, sealed_for(folder, bundle))
        for bundle, made_s in found.items()
        if made_s is not None
    ]
    return sorted(made, key=lambda one: (-one.made_s, one.bundle))


def sealed_for(folder: Path, bundle: str) -> tuple[str, ...]:
    names = [path.stem.partition("-")[2] for path in folder.glob(f"{bundle}-*.sealed")]
    return tuple(sorted(names))


def sealed_path(folder: Path, bundle: str, key_id: str) -> Path | None:
    """None where there is no such file, whatever the names are."""
    if not _ID.match(bundle) or not _KEY_ID.match(key_id):
        return None
    path = folder / f"{bundle}-{key_id}.sealed"
    return path if path.exists() else None


def sealed_text(folder: Path, bundle: str, key_id: str) -> bytes | None:
    """None where there is no such file, also where it has just gone. Raises OSError."""
    path = sealed_path(folder, bundle, key_id)
    try:
        return None if path is None else path.read_bytes()
    except FileNotFoundError:
        return None


def new_part(folder: Path, bundle: str, key_id: str) -> Path:
    """A name that nobody else has."""
    return folder / f"{bundle}-{key_id}-{secrets.token_hex(8)}.part"


def name_of(bundle: str) -> str:
    return f"support bundle {bundle}"


def sealed_as(bundle: str, key_id: str, request_id: UUID) -> str:
    """What the audit trail says of a sealing. `request_id`: of the approval that was used."""
    return f"{name_of(bundle)} for key {key_id}, request {request_id}"


def id_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def put(path: Path, text: str) -> None:
    """Makes a file, whole and on disk. Raises ServerError, and leaves nothing of it then."""
    try:
        write_new(path, text.encode())
        sync_folder(path.parent)
    except OSError as error:
        raise _cannot_be_written(path, error) from error


def _made_s(path: Path) -> float | None:
    """None where it has gone since it was listed: another process deletes what is old too."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _no_such() -> ServerError:
    return ServerError(
        "there is no such bundle; nothing was sealed; `reticent-server support-bundle make` "
        "prints the ID of one"
    )


def _cannot_be_written(path: Path, error: OSError) -> ServerError:
    return ServerError(
        f"{path} cannot be written ({error.strerror}); no bundle was made or sealed, and an "
        "approval stays as it was; make room or correct the folder's owner, then do the same again",
        permanent=False,
    )
