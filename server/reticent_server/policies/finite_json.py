"""JSON as its standard has it, and no further.

Enters: a text. Leaves: its document. Must hold: whatever is read can be written as JSON again;
Python's own reader takes `NaN` and `Infinity`, and makes `1e999` infinite, which JSON cannot say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable


def read_json(
    text: str, *, object_pairs_hook: Callable[[list[tuple[str, object]]], object] | None = None
) -> object:
    """Raises ValueError, also of a number too large to be one; RecursionError where it is nested
    too deep."""
    document: object = json.loads(
        text, object_pairs_hook=object_pairs_hook, parse_constant=_refuse, parse_float=_finite
    )
    return document


def _refuse(_: str) -> object:
    raise ValueError("no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large for a number")
    return number
