"""Whether two views of one text agree on what has to go.

Enters: a text, its plain view, the hits in each. Leaves: yes or no. Must hold: in doubt the answer
is the one with which less leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.hits import Hit
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.tokens import without_tokens

_COMPARED_BYTES_MAX = 100_000_000  # a log line needs a thousandth
_COMPARISONS_MAX = 500_000
_PIECE_BYTES_MIN = 3  # shorter ones stand in every text
_BETWEEN_PIECES = re.compile(rb"[^A-Za-z0-9_\x80-\xff]+")
_AROUND = b"\"'\\ \t\r\n"  # not a part of the value in either view


def leaves_a_part(
    text: bytes, found: list[Hit], view: bytes, shown: list[Hit], result: str
) -> bool:
    """Whether `result`, the view without what it shows, has a part of what the text shows.

    A value that is spelled plainly must not be there as it is. One that is coded must lie within a
    finding of the view, and no piece of it may be left; nor any piece of a secret.
    """
    left = without_tokens(result.encode()).replace(b"<secret>", b"<>")
    gone = b"\0".join({view[hit[0] : hit[1]] for hit in shown})
    forbidden: set[bytes] = set()
    within: set[bytes] = set()
    for value, is_secret in {(text[hit[0] : hit[1]], hit[3] == "secret") for hit in found}:
        plain = _plain(value)
        if plain is None:
            return True
        forbidden.add(value)
        is_coded = plain != value
        if is_coded:
            within.add(plain.strip(_AROUND))
        if is_coded or is_secret:
            pieces = _BETWEEN_PIECES.split(plain)
            forbidden.update(piece for piece in pieces if len(piece) >= _PIECE_BYTES_MIN)
    if len(forbidden) * len(left) + len(within) * len(gone) > _COMPARED_BYTES_MAX:
        return True
    return _any_in(forbidden, left) or not all(value in gone for value in within)


def are_within(more: list[Hit], text: bytes, found: list[Hit]) -> bool:
    """Whether each hit of the view lies in a finding of the text that is treated no less strictly.

    Where it lies is not known, only that its value is there: what else has it must be looked for.
    """
    plain = {(_plain(text[hit[0] : hit[1]]), hit[2][0]) for hit in found}
    asked = {(hit[4], hit[2][0]) for hit in more}
    if len(asked) * len(plain) > _COMPARISONS_MAX:
        return False
    return all(
        any(v is not None and protection >= least and value in v for v, protection in plain)
        for value, least in asked
    )


def _plain(value: bytes) -> bytes | None:
    plain = normalised(value.decode("utf-8", "replace"))
    return None if plain is None else plain.encode("utf-8", "replace")


def _any_in(values: Iterable[bytes], text: bytes) -> bool:
    return any(value in text for value in values)
