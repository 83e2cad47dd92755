"""The traps of `traps.txt` as cases."""

from __future__ import annotations

import re
from functools import lru_cache

from accuracy.cases import Case, marked, text_lines

_CHARACTER = re.compile(r"\{([0-9a-f]{1,5})\}")


@lru_cache(maxsize=1)
def traps() -> tuple[Case, ...]:
    return tuple(
        marked("trap", _CHARACTER.sub(lambda c: chr(int(c[1], 16)), message))
        for message in text_lines("traps.txt")
    )
