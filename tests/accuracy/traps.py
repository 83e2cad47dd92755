"""The hand-made lines as cases: the traps, and those held out while detectors were mended."""

from __future__ import annotations

import re
from functools import lru_cache

from accuracy.cases import Case, marked, text_lines

_CHARACTER = re.compile(r"\{([0-9a-f]{1,5})\}")


@lru_cache(maxsize=1)
def traps() -> tuple[Case, ...]:
    return _hand_made("trap", "traps.txt")


@lru_cache(maxsize=1)
def held_out() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout.txt")


@lru_cache(maxsize=1)
def held_out_second() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_second.txt")


@lru_cache(maxsize=1)
def held_out_third() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_third.txt")


@lru_cache(maxsize=1)
def held_out_fourth() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_fourth.txt")


@lru_cache(maxsize=1)
def held_out_fifth() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_fifth.txt")


@lru_cache(maxsize=1)
def held_out_sixth() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_sixth.txt")


@lru_cache(maxsize=1)
def held_out_seventh() -> tuple[Case, ...]:
    return _hand_made("held out", "heldout_seventh.txt")


@lru_cache(maxsize=1)
def held_out_eighth() -> tuple[Case, ...]:
    """The half to mend by."""
    return _hand_made("held out", "eighth.txt")


@lru_cache(maxsize=1)
def eighth_held() -> tuple[Case, ...]:
    return _hand_made("held out", "eighth_held.txt")


@lru_cache(maxsize=1)
def held_out_ninth() -> tuple[Case, ...]:
    """The half to mend by."""
    return _hand_made("held out", "ninth.txt")


@lru_cache(maxsize=1)
def ninth_held() -> tuple[Case, ...]:
    return _hand_made("held out", "ninth_held.txt")


@lru_cache(maxsize=1)
def formats() -> tuple[Case, ...]:
    return _hand_made("formats", "formats.txt")


@lru_cache(maxsize=1)
def formats_held() -> tuple[Case, ...]:
    return _hand_made("formats", "formats_held.txt")


# Every file of hand-made lines, for tests that hold for all of them.
HAND_MADE = (
    traps,
    held_out,
    held_out_second,
    held_out_third,
    held_out_fourth,
    held_out_fifth,
    held_out_sixth,
    held_out_seventh,
    held_out_eighth,
    eighth_held,
    held_out_ninth,
    ninth_held,
    formats,
    formats_held,
)


def _hand_made(family: str, name: str) -> tuple[Case, ...]:
    return tuple(
        marked(family, _CHARACTER.sub(lambda c: chr(int(c[1], 16)), message))
        for message in text_lines(name)
    )
