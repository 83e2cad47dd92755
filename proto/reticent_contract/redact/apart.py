"""What control characters, colours of a terminal and blanks of other kinds stand between.

    user=alice\\0user=bob -> user=alice user=bob     as fields that are kept apart: two names
    al\\0ice@example.org  -> alice@example.org       as if nothing stood there: one address
    user ESC[0m=ESC[1mann -> user=ann              (blanks here for the reader's sake)

Enters: a text, or its two views. Leaves: the text with a blank for each such character; what shows
only where nothing stands there, and where that is in the text with blanks.
Must hold: linear; a finding whose place cannot be proved is said to have none.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right

from reticent_contract.redact.colours import blanked
from reticent_contract.redact.hits import Hit, only_in, resolve

_ZERO_WIDTH_SPACE = "\u200b"
_BLANK = ord(" ")


def _separates(character: str) -> bool:
    return character == _ZERO_WIDTH_SPACE or (
        unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp") and character not in " \t\n\r"
    )


_SEPARATOR = re.compile(
    # Unicode has none beyond.
    f"[{re.escape(''.join(filter(_separates, map(chr, range(0x3100)))))}]"
)


def apart(text: str) -> str:
    """`text` with a blank for each, so that offsets stay; the same object where there is none."""
    spaced = _SEPARATOR.sub(" ", blanked(text))
    return text if spaced == text else spaced


def only_breaks_words(text: str, spaced: str) -> bool:
    """Whether nothing separates in `text` but places where a long word may break: `spaced` has a
    blank for each."""
    return text.replace(_ZERO_WIDTH_SPACE, " ") == spaced


def hidden_between(
    view: bytes, shown: list[Hit], glued: bytes, of_glued: list[Hit], *, is_broken: bool = False
) -> list[Hit] | None:
    """The hits of `glued`, a text without separators, that `view`, the same with a blank for each,
    does not show: where they stand in `view`. None where that cannot be proved.

    What `view` shows of them already, with nothing between but blanks, is none. Where both show
    something of one stretch, the hit of `view` tells its value; where words are only broken
    (`is_broken`) the whole word does, if `view` does not show two values in it.
    """
    more = only_in(of_glued, shown)
    places = _places(view, glued) if more else []
    if places is None:
        return None
    placed = [(places[m[0]], places[m[1] - 1] + 1, m) for m in more]
    whole = _whole(placed, shown) if is_broken else []
    return [*whole, *_not_covered(view, [*shown, *whole], placed)]


def longer_secrets(text: str, of_text: list[Hit], spaced: str, shown: list[Hit]) -> list[Hit]:
    """Secrets that go on behind a separator: where those of `text` stand in `spaced`."""
    secrets = [hit for hit in of_text if hit[3] == "secret"]
    moved = _moved(text.encode(), spaced, {at for hit in secrets for at in hit[:2]})
    return _not_covered(
        spaced.encode(), shown, [(moved[hit[0]], moved[hit[1]], hit) for hit in secrets]
    )


def _moved(data: bytes, spaced: str, places: set[int]) -> dict[int, int]:
    """Where in `spaced` each place of the text is, both in bytes; every byte is read once."""
    moved: dict[int, int] = {}
    before = character = place = 0
    for at in sorted(places):
        passed = len(data[before:at].decode())
        place += len(spaced[character : character + passed].encode())
        before, character = at, character + passed
        moved[at] = place
    return moved


def _whole(placed: list[tuple[int, int, Hit]], shown: list[Hit]) -> list[Hit]:
    """Of words without their breaks those that no two stretches which are shown with them touch."""
    stretches = resolve([*shown])
    starts, ends = [hit[0] for hit in stretches], [hit[1] for hit in stretches]
    return [
        (first, last, (hit[2][0], last - first, hit[2][2]), *hit[3:])
        for first, last, hit in placed
        if bisect_left(starts, last) - bisect_right(ends, first) < 2
    ]


def _not_covered(view: bytes, shown: list[Hit], more: list[tuple[int, int, Hit]]) -> list[Hit]:
    """Of `more`, and where each stands in `view`, what is not all in `shown` but for blanks."""
    bare = bytearray(view)
    for start, end, *_ in shown:
        bare[start:end] = b" " * (end - start)
    return [
        (first, last, (hit[2][0], 0, 0), *hit[3:])
        for first, last, hit in more
        if bare[first:last].strip(b" ")
    ]


def _places(view: bytes, glued: bytes) -> list[int] | None:
    """Where each byte of `glued` stands in `view`, which has blanks more and nothing else."""
    places: list[int] = []
    at = 0
    for place, byte in enumerate(view):
        if at < len(glued) and glued[at] == byte:
            places.append(place)
            at += 1
        elif byte != _BLANK:
            return None
    return places if at == len(glued) else None
