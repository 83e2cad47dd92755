"""Names of accounts in the form in which they are stored and compared."""

from __future__ import annotations

import re
import unicodedata

from reticent_server.auth import settings
from reticent_server.auth.errors import AccountError

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]*")


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def clean_name(name: str) -> str:
    """The stored form of a name. Raises AccountError for one that cannot be an account's."""
    folded = fold(name)
    if len(folded) > settings.NAME_CHARS_MAX or not _NAME.fullmatch(folded):
        raise AccountError(
            f"account name refused: 1 to {settings.NAME_CHARS_MAX} of a-z 0-9 . _ @ - are allowed, "
            "the first a letter or digit; no account was made; choose another name"
        )
    return folded
