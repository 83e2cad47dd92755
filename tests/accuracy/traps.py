"""The traps of `traps.txt` as cases."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from accuracy.cases import Case, marked

_FILE = Path(__file__).resolve().parent / "traps.txt"
_CHARACTER = re.compile(r"\{([0-9a-f]{1,5})\}")


@lru_cache(maxsize=1)
def traps() -> tuple[Case, ...]:
    lines = _FILE.read_text("utf-8").split("\n")
    messages = (line for line in lines if line and not line.startswith("# "))
    return tuple(
        marked("trap", _CHARACTER.sub(lambda c: chr(int(c[1], 16)), message))
        for message in messages
    )
