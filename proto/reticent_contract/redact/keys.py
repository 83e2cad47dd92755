"""Keys of pseudonyms: from a fleet or device key to the sub-key of one domain.

    sub-key = HKDF-SHA-256(key, salt none, info = label NUL scope NUL epoch NUL domain), 32 bytes
    token   = first 16 bytes of HMAC-SHA-256(sub-key, canonical form in UTF-8)
    shift   = HMAC-SHA-256 of the same form under the sub-key of the label for shifts
              (`actions.date_shift` makes days of it)

The label is `reticent-pseudonym-v1`, for shifts `reticent-date-shift-v1`.

Must hold: keys appear in no repr and no error. The label changes whenever this drawing does.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reticent_contract.redact.tokens import TOKEN_BYTES

Scope = Literal["fleet", "device"]
Use = Literal["pseudonym", "date-shift"]
KEY_BYTES = 32
_LABELS: Mapping[Use, str] = MappingProxyType(
    {"pseudonym": "reticent-pseudonym-v1", "date-shift": "reticent-date-shift-v1"}
)


class KeyRing:
    """The fleet keys a laptop was given, by epoch, and the key that never left it.

    `device_key` None: this is not the laptop (the server has no such key).
    """

    __slots__ = ("_device_key", "_epoch_keys")

    def __init__(self, epoch_keys: Mapping[int, bytes], device_key: bytes | None) -> None:
        keys = [*epoch_keys.values(), *([] if device_key is None else [device_key])]
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a pseudonym key has {KEY_BYTES} bytes; get the keys anew")
        self._epoch_keys = MappingProxyType(dict(epoch_keys))
        self._device_key = device_key

    def __repr__(self) -> str:
        return f"KeyRing(epochs={sorted(self._epoch_keys)})"

    def has(self, epoch: int) -> bool:
        return epoch in self._epoch_keys

    @property
    def is_of_a_laptop(self) -> bool:
        """False where no value of scope `device` can be made."""
        return self._device_key is not None

    def sub_key(self, *, scope: Scope, epoch: int, domain: str, use: Use = "pseudonym") -> bytes:
        """32 bytes. KeyError where the epoch's fleet key, or the laptop's own, is not here."""
        key = self._device_key if scope == "device" else self._epoch_keys[epoch]
        if key is None:
            raise KeyError(scope)
        info = "\0".join((_LABELS[use], scope, str(epoch), domain)).encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def token_of(sub_key: bytes, canonical: str) -> bytes:
    """The laptop's half of a pseudonym."""
    return hmac.digest(sub_key, canonical.encode(), "sha256")[:TOKEN_BYTES]
