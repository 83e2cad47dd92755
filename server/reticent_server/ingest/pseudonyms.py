"""The second half of a pseudonym: what makes a laptop's token safe to store.

Neither a stolen laptop (fleet key) nor a stolen database (stored pseudonyms) lets anyone test
guesses: both keys are needed for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from reticent_contract.limits import PSEUDONYMS_CACHED_MAX
from reticent_contract.redact.tokens import pseudonym_text, replace_tokens, second_half


class UnknownEpochError(Exception):
    """No key for an epoch: it was destroyed, or never was."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"epoch {epoch}")
        self.epoch = epoch


class Pseudonyms:
    """Tokens to stored text. Thread-safe; the newest PSEUDONYMS_CACHED_MAX are remembered."""

    def __init__(self, server_keys: Mapping[int, bytes]) -> None:
        self._server_keys = dict(server_keys)
        self.text = lru_cache(maxsize=PSEUDONYMS_CACHED_MAX)(self._text)

    def in_text(self, text: str) -> str:
        """Scanned text with every embedded token replaced. Raises UnknownEpochError."""
        return replace_tokens(text, self.text)

    def _text(self, domain: str, epoch: int, token: bytes) -> str:
        """The stored form. Raises UnknownEpochError."""
        key = self._server_keys.get(epoch)
        if key is None:
            raise UnknownEpochError(epoch)
        return pseudonym_text(domain, epoch, second_half(key, domain, epoch, token))
