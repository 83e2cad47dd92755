"""Whether people can read what a policy tells them as it is written.

Enters: a document that is about to be published. Leaves: a problem for each text of which a
character is not seen, or turns the order of the others. Must hold: laptops are not asked. A policy
that is in force stays so, as one that is refused would end collecting everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import category

from reticent_contract.reading import Problem

_TOLD = ("purpose", "legal_basis", "notice")
_HIDDEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
_ALLOWED = (
    "\n\t\u200c\u200d\xad"  # the last three some scripts, emoji and long words are written with
)


def unreadable(document: Mapping[str, object]) -> list[Problem]:
    problems: list[Problem] = []
    for key in _TOLD:
        text = document.get(key)
        for character in text if isinstance(text, str) else "":
            if category(character) in _HIDDEN and character not in _ALLOWED:
                said = f"holds a character that is not seen (U+{ord(character):04X})"
                problems.append(Problem((key,), f"{said}; people are to read this, leave it out"))
                break
    return problems
