"""The sentences of `sentences.txt`, by their part; `{}` is the place of the value."""

from __future__ import annotations

import re
from functools import lru_cache

from accuracy.cases import text_lines

_PART = re.compile(r"\[([a-z]+(?: [a-z0-9]+)?)\]")


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = {}
    part = ""
    for line in text_lines("sentences.txt"):
        if (heading := _PART.fullmatch(line)) is not None:
            part = heading[1]
            parts[part] = []
        elif part:
            parts[part].append(line)
    return {name: tuple(lines) for name, lines in parts.items()}


def sentences(part: str) -> tuple[str, ...]:
    """KeyError for a part that does not exist, such as `told uuid`."""
    return _parts()[part]


def parts_of(part: str) -> tuple[str, ...]:
    """The same; none where there is no such part."""
    return _parts().get(part, ())
