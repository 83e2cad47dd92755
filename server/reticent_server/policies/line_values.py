"""A line of text as a value of a field.

Enters: a line that an operator gave. Leaves: a value of the field's type, or None where it is none.
"""

from __future__ import annotations

from collections.abc import Callable

from reticent_contract.catalog.model import Field, Type

from reticent_server.policies.finite_json import read_json

_JSON_BLANKS = " \t\n\r"
_WORDS = {"true": True, "false": False}


def reader(field: Field) -> Callable[[str], object] | None:
    """From a line to a value of the field's type, None where it is none; no reader for text."""
    if field.type is Type.TEXT:
        return None
    if field.type is Type.TEXTS:
        return _list
    if field.type is Type.BOOLEAN:
        return lambda line: _WORDS.get(line.strip().lower())
    return _real if field.type is Type.REAL else _integer


def _list(line: str) -> list[object] | str:
    """What JSON takes as a list is one; any other line is one element of one, as it stands."""
    if line.lstrip(_JSON_BLANKS).startswith("["):
        try:
            value = read_json(line)
        except (ValueError, RecursionError):
            return line
        if isinstance(value, list):
            return value
    return line


def _integer(line: str) -> int | None:
    text = line.strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def _real(line: str) -> float | None:
    try:
        return float(line)
    except ValueError:
        return None
