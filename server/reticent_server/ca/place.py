"""Which PKCS #11 token keeps the issuing key. Loads nothing, because the configuration does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPlace:
    """Which key of which token, both by their labels; `pin_file` has mode 0600."""

    module: Path
    token: str
    key: str
    pin_file: Path
