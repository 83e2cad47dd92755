"""The extension behind a phone number: whom of a house it reaches.

    205.874.8835x5193, (421) 829-0056 ext. 12, 030 1234567 Durchwahl 12, +1 201 555 0123;ext=12, #12

Enters: a text, and where a number ends in it. Leaves: where its extension ends.
Must hold: what follows is no longer number and no word.
"""

from __future__ import annotations

import re

# x, or a word for it; a # or ;ext= as in a URI (RFC 3966).
_SHAPE = (
    rb"(?: ?[,;]? ?\(?(?:x|ext(?:ension|n)?|xtn|poste|durchwahl|dw|anexo|ramal|interno|"
    rb"\xd0\xb4\xd0\xbe\xd0\xb1)[.:]?[ =]?(?:no\.? ?)?| ?# ?|;ext=)[0-9]{1,6}(?![0-9A-Za-z])"
)
_EXTENSION = re.compile(rb"(?i)" + _SHAPE)
_EXTENSION_AT_END = re.compile(rb"(?i)(?<=[0-9)])" + _SHAPE + rb"\Z")
_BEGINS = frozenset(b" ,;(#xXeEpPdDaArRiI")
_BYTES_MAX = 24


def extended(text: bytes, end: int) -> int:
    """Where the number ends that goes on to `end`, with its extension; `end` where it has none."""
    if end == len(text) or text[end] not in _BEGINS:
        return end
    behind = _EXTENSION.match(text, end, end + _BYTES_MAX)
    return end if behind is None else behind.end()


def without(number: bytes) -> bytes:
    """`number` without its extension: a house has one number, and one pseudonym."""
    behind = _EXTENSION_AT_END.search(number)
    return number if behind is None else number[: behind.start()]
