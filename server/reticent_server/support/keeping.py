"""Bundles that were made and sealed, in DATA/support.

    BUNDLE.json          the text, under the first 64 bits of its SHA-256
    BUNDLE-KEY.sealed    what was agreed to, sealed for the vendor's key of that ID
    BUNDLE-KEY.part      the same, until its approval was used

Must hold: a text that was changed is not given out; readable by the server's user alone; what is
older than BUNDLE_KEPT_S goes with the next bundle that is made.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from reticent_contract.redact.sealed import SealKey

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Subject
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
    """The bundle's ID."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in (path for ending in _ENDINGS for path in folder.glob(ending)):
        if old.stat().st_mtime < time.time() - BUNDLE_KEPT_S:
            old.unlink()
    bundle = id_of(text)
    path = folder / f"{bundle}.json"
    if not path.exists():
        write_new(path, text)
    return bundle


def kept(folder: Path, bundle: str) -> str:
    """Raises ServerError, also where the file is not what was made."""
    path = folder / f"{bundle}.json"
    if not _ID.match(bundle) or not path.exists():
        raise ServerError(
            "there is no such bundle; nothing was sealed; `reticent-server support-bundle make` "
            "prints the ID of one"
        )
    text = path.read_text("utf-8")
    if id_of(text) != bundle:
        raise ServerError(
            "the bundle is not what was made: its file was changed; nothing was sealed; make "
            "another one"
        )
    return text


def all_kept(folder: Path) -> list[Kept]:
    """Newest first."""
    found = [path for path in folder.glob("*.json") if _ID.match(path.stem)]
    made = [Kept(path.stem, path.stat().st_mtime, sealed_for(folder, path.stem)) for path in found]
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


def subject_of(bundle: str, text: str, key: SealKey) -> Subject:
    return Subject(
        kind=Kind.SUPPORT_BUNDLE,
        parts={"sha256": hashlib.sha256(text.encode()).hexdigest(), "key": str(key)},
        name=name_of(bundle),
        shown=f"Sealed for the key {key}, all of this and nothing else:\n{text}",
    )


def name_of(bundle: str) -> str:
    return f"support bundle {bundle}"


def id_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_new(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
