"""The second half of a pseudonym: what makes a laptop's token safe to store.

Neither a stolen laptop (fleet key) nor a stolen database (stored pseudonyms) lets anyone test
guesses: both keys are needed for one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import lru_cache, partial

from reticent_contract.limits import PSEUDONYMS_CACHED_MAX
from reticent_contract.redact.tokens import (
    TOKEN_CHARS,
    pseudonym_text,
    replace_tokens,
    second_half,
)

OPEN = "<pn:"  # what every embedded token begins with
_TOKEN_CHARS_MAX = 256  # of an embedded token: longer is none
_TAIL_CHARS = TOKEN_CHARS + 1  # what follows "<pn:DOMAIN:EPOCH:"


class UnknownEpochError(Exception):
    """No key for an epoch: it was destroyed, or never was."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"epoch {epoch}")
        self.epoch = epoch


class Pseudonyms:
    """Tokens to stored text. Thread-safe; the newest PSEUDONYMS_CACHED_MAX are remembered."""

    def __init__(self, server_keys: Mapping[int, bytes]) -> None:
        self.replace_keys(server_keys)

    def replace_keys(self, server_keys: Mapping[int, bytes]) -> None:
        """Takes these keys from now on, and forgets what was made under the others.

        New caches, bound to the new keys: a thread that began under the old ones cannot put what
        it makes into them.
        """
        text = lru_cache(maxsize=PSEUDONYMS_CACHED_MAX)(partial(_text, dict(server_keys)))
        self.text = text
        self._embedded = lru_cache(maxsize=PSEUDONYMS_CACHED_MAX)(partial(_replaced, text))

    def in_text(self, text: str) -> str:
        """Scanned text with every embedded token replaced. Raises UnknownEpochError."""
        if OPEN not in text:
            return text
        replaced = self.in_text_of(text, None)
        return text if replaced is None else replaced

    def in_text_of(self, text: str, prefixes: Container[str] | None) -> str | None:
        """As `in_text`; None where a token begins otherwise than `prefixes` (None: any) allow."""
        head, *rest = text.split(OPEN)
        pieces = [head]
        for piece in rest:
            # A token holds neither of the two signs, so it ends at the first ">" or is none.
            end = piece.find(">", 0, _TOKEN_CHARS_MAX) + 1
            if prefixes is not None and piece[: max(0, end - _TAIL_CHARS)] not in prefixes:
                return None
            pieces += (self._embedded(piece[:end]), piece[end:])
        return "".join(pieces)


def _text(server_keys: Mapping[int, bytes], domain: str, epoch: int, token: bytes) -> str:
    """The stored form. Raises UnknownEpochError."""
    key = server_keys.get(epoch)
    if key is None:
        raise UnknownEpochError(epoch)
    return pseudonym_text(domain, epoch, second_half(key, domain, epoch, token))


def _replaced(text: Callable[[str, int, bytes], str], rest: str) -> str:
    return replace_tokens(OPEN + rest, text)
