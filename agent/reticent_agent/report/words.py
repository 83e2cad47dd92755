"""Values as the laptop's owner reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from reticent_contract.redact import pseudonym_text
from reticent_contract.rows import Pseudonym


def plain(value: object) -> object:
    """JSON types: a pseudonym as the laptop's half of its text, a list element by element."""
    if isinstance(value, Pseudonym):
        return pseudonym_text(value.domain, value.epoch, value.token)
    if isinstance(value, (tuple, list)):
        return [plain(element) for element in value]
    return value


def rfc3339(ts_us: int) -> str:
    """UTC with microseconds and Z."""
    return datetime.fromtimestamp(ts_us / 1e6, UTC).isoformat(timespec="microseconds")[:-6] + "Z"
