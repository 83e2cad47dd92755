"""Opaque cursors for lists that are paged by one number or name."""

from __future__ import annotations

import base64
import json

from reticent_server.http import settings
from reticent_server.http.problems import ProblemError


def encode(kind: str, position: int | str) -> str:
    raw = json.dumps([kind, position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_int(kind: str, cursor: str | None) -> int | None:
    """The position, None without a cursor. Raises ProblemError 400 for a foreign one."""
    if not cursor:
        return None
    try:
        if len(cursor) > settings.CURSOR_CHARS_MAX or not cursor.isascii():
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(found, list) or len(found) != 2 or found[0] != kind:
            raise ValueError
        if not isinstance(found[1], int) or isinstance(found[1], bool) or found[1] < 0:
            raise ValueError
    except (ValueError, RecursionError):
        raise bad_cursor() from None
    return found[1]


def bad_cursor() -> ProblemError:
    return ProblemError(
        400,
        "bad-cursor",
        "the cursor is not one that this list gave; nothing was read; start again without it",
    )
