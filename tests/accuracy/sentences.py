"""The sentences of `sentences.txt`, by their part; `{}` is the place of the value."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "sentences.txt"
_PART = re.compile(r"\[([a-z]+(?: [a-z0-9]+)?)\]")


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = {}
    part = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if (heading := _PART.fullmatch(line)) is not None:
            part = heading[1]
            parts[part] = []
        elif line and part:
            parts[part].append(line)
    return {name: tuple(lines) for name, lines in parts.items()}


def sentences(part: str) -> tuple[str, ...]:
    """KeyError for a part that does not exist, such as `told uuid`."""
    return _parts()[part]
