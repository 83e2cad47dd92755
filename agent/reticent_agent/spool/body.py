"""A row's values as bytes on disk.

    JSON object, UTF-8, keys sorted, no spaces: {"field": value}
      text, integer, real, boolean    as in JSON
      pseudonym                       {"d": domain, "e": epoch, "t": token as base64}
      list                            array of texts and pseudonyms

Sorted keys make equal rows equal bytes: the state snapshots are compared as bytes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from reticent_contract.rows import Pseudonym, RedactedValue


def _pseudonym(value: object) -> dict[str, object]:
    if not isinstance(value, Pseudonym):
        raise TypeError(f"values of type {type(value).__name__} are not spooled")
    token = base64.b64encode(value.token).decode("ascii")
    return {"d": value.domain, "e": value.epoch, "t": token}


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_pseudonym
)


def encode_body(values: Mapping[str, RedactedValue]) -> bytes:
    """The bytes. A lone surrogate, which is no UTF-8, becomes '?'."""
    return _ENCODER.encode(values).encode("utf-8", "replace")


def decode_body(body: bytes) -> dict[str, RedactedValue]:
    """The values. Raises ValueError where the bytes are damaged."""
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("a row's body is not an object")
    return {field: _value(value) for field, value in document.items()}


def _value(value: object) -> RedactedValue:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return _token(value)
    if isinstance(value, list):
        return tuple(v if isinstance(v, str) else _token(v) for v in value)
    raise ValueError("a value of unknown form")


def _token(value: object) -> Pseudonym:
    if not isinstance(value, dict) or set(value) != {"d", "e", "t"}:
        raise ValueError("a value of unknown form")
    return Pseudonym(str(value["d"]), int(value["e"]), base64.b64decode(str(value["t"])))
