"""Two IPv4 addresses that a dot joins, with or without their ports: `203.0.113.7.198.51.100.9`.

Enters: a text, and where numbers with dots stand in it. Leaves: both, where neither can be
anything else.
Must hold: what names an object (1.3.6.1.…), begins with less or behind a name and a dot, is none.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import Found

_SECOND = {8: 4, 10: 5}  # of so many numbers, which begins the second address
_CHARS_MAX = 44
_FIRST_MIN = 10
_OCTET_MAX, _OCTET_CHARS = 255, 3


def may_be_two(text: bytes, start: int, end: int) -> bool:
    """Whether so many numbers stand there; alike for all digits."""
    if end - start > _CHARS_MAX or text[start - 1 : start] == b".":
        return False
    return text.count(b".", start, end) + 1 in _SECOND


def two_at(text: bytes, start: int, end: int) -> list[Found]:
    """The addresses in the numbers from `start` to `end`."""
    if not may_be_two(text, start, end):
        return []
    parts = text[start:end].split(b".")
    second = _SECOND[len(parts)]
    found: list[Found] = []
    for octets in (parts[:4], parts[second : second + 4]):
        if int(octets[0]) < _FIRST_MIN or not all(map(_is_octet, octets)):
            return []
        value = b".".join(octets)
        found.append((start, start + len(value), value))
        start += sum(len(part) + 1 for part in parts[:second])
    return found


def _is_octet(number: bytes) -> bool:
    return len(number) <= _OCTET_CHARS and int(number) <= _OCTET_MAX
