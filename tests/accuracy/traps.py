"""The hand-made lines as cases: the traps, and those held out while detectors were mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from accuracy.cases import Case, marked, text_lines

# By the name that the report gives it, the file of each set. Of what is held back, nobody who mends
# reads a line.
SETS: Mapping[str, str] = MappingProxyType(
    {
        "traps": "traps.txt",
        "held out": "heldout.txt",
        "held out a second time": "heldout_second.txt",
        "held out a third time": "heldout_third.txt",
        "held out a fourth time": "heldout_fourth.txt",
        "held out a fifth time": "heldout_fifth.txt",
        "held out a sixth time": "heldout_sixth.txt",
        "held out a seventh time": "heldout_seventh.txt",
        "held out an eighth time": "eighth.txt",
        "held out an eighth time, held back": "eighth_held.txt",
        "held out a ninth time": "ninth.txt",
        "held out a ninth time, held back": "ninth_held.txt",
        "held out a tenth time": "tenth.txt",
        "held out a tenth time, held back": "tenth_held.txt",
        "held out an eleventh time": "eleventh.txt",
        "held out an eleventh time, held back": "eleventh_held.txt",
        "held out a twelfth time": "twelfth.txt",
        "held out a twelfth time, held back": "twelfth_held.txt",
        "held out a thirteenth time": "thirteenth.txt",
        "held out a thirteenth time, held back": "thirteenth_held.txt",
        "held out a fourteenth time": "fourteenth.txt",
        "held out a fourteenth time, held back": "fourteenth_held.txt",
        "held out a fifteenth time": "fifteenth.txt",
        "held out a fifteenth time, held back": "fifteenth_held.txt",
        "held out a sixteenth time": "sixteenth.txt",
        "held out a sixteenth time, held back": "sixteenth_held.txt",
        "held out a seventeenth time": "seventeenth.txt",
        "held out an eighteenth time": "eighteenth.txt",
        "held out an eighteenth time, held back": "eighteenth_held.txt",
        "formats of programs": "formats.txt",
        "formats of programs, held back": "formats_held.txt",
    }
)
HELD_BACK = "held back"  # how the names of these end
_CHARACTER = re.compile(r"\{([0-9a-f]{1,5})\}")


@lru_cache(maxsize=len(SETS))
def cases_of(name: str) -> tuple[Case, ...]:
    """The cases of one set."""
    return tuple(
        marked(name, _CHARACTER.sub(lambda c: chr(int(c[1], 16)), message))
        for message in text_lines(SETS[name])
    )


def traps() -> tuple[Case, ...]:
    return cases_of("traps")
