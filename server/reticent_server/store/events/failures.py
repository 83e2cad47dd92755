"""Turns what the engine says into the store's errors, without what it quotes."""

from __future__ import annotations

import re
from pathlib import Path

from reticent_server.errors import StoreError
from reticent_server.store.events.errors import (
    QueryTooLargeError,
    StoreDamagedError,
    StoreFullError,
)

_CODE = re.compile(r"Code: (\d+)")
_NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)\s*(?:\(version [^)]*\))?\s*$")

# Numbers of the engine's ErrorCodes.cpp.
_NOT_ENOUGH_SPACE = 243
_TOO_LARGE = {
    158: "it reads more rows than a query may",
    159: "it took longer than a query may",
    160: "it would take longer than a query may",
    241: "it needs more memory than a query may take",
    307: "it reads more than a query may",
    396: "it answers with more than a query may",
}


def translated(message: str) -> StoreError:
    """The store's error for a failed statement."""
    code = _code(message)
    if code == _NOT_ENOUGH_SPACE or "No space left on device" in message or "errno: 28" in message:
        return StoreFullError(
            "the disk of the event store is full; nothing of this group was stored; free space or "
            "shorten retention, then it goes on by itself"
        )
    if code in _TOO_LARGE:
        return QueryTooLargeError(
            f"the query was stopped: {_TOO_LARGE[code]}; nothing was changed; narrow it by time, "
            "device or kind"
        )
    return StoreError(
        f"the event store's engine failed ({_name(message)}, code {code}); what was acknowledged "
        "is kept; try again, and run `reticent-server doctor` if it stays"
    )


def opening_failure(path: Path, message: str) -> StoreError:
    """The store's error for a path that did not open."""
    if "already initialized with path" in message:
        return StoreError(
            "this process has another event store open; chDB holds one path a process; close the "
            "other one first",
            permanent=True,
        )
    return StoreDamagedError(
        f"the event store {path} does not open ({_name(message)}, code {_code(message)}); nothing "
        "was changed; run `reticent-server doctor`, or restore a backup"
    )


def _code(message: str) -> int:
    found = _CODE.search(message)
    return int(found.group(1)) if found else 0


def _name(message: str) -> str:
    found = _NAME.search(message.strip())
    return found.group(1) if found else "UNKNOWN"
