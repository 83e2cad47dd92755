"""Where a user's name begins and ends in what stands behind a key or a word.

Enters: what a pattern matched, which may hold more than the name. Leaves: where the name begins in
it, and the name. Must hold: one name has one spelling, so that its pseudonyms join.
"""

from __future__ import annotations

import re

TRIM = b".!?`"
_QUOTES = "‘’‚‛“”„‟‹›«»"  # of print, as `host` has them too
_STRINGS = (b"u", b"b")  # u'bob', as Python writes one
_APOSTROPHE = b"'"
_LETTERS_TWO = 2
# Blanks and ampersands as JSON writes them, where one text was put into another: jdoe\\r\\n.
_ESCAPES_BEFORE = re.compile(rb"(\\+)[rnt](?:\1[rnt])*")
_ESCAPES_BEHIND = re.compile(rb"\\{1,2}[rnt](?=\\|\Z)|\\{1,2}u00[0-9a-fA-F]{2}")
_PARTED = re.compile(rb"[&^]|\\{1,2}[rnt](?=[a-zA-Z])")  # what parts it from the next key
# Every byte that ends a name as a blank: the name then begins behind the last one.
_TO_BLANK = bytes.maketrans(b",;:\"'()[]<>=/|\t\r\n", b" " * 17)


def of_value(value: bytes, *, is_before_key: bool = False) -> tuple[int, bytes]:
    """Where the name begins in what stands behind a key, and the name: `\\t\\tjdoe\\r\\n\\tGroup`.

    In doubt a backslash and a letter are no blank: `user=corp\\nadia`. `is_before_key`: an equals
    sign follows, as in `username=jdoe&password=`.
    """
    before = _ESCAPES_BEFORE.match(value)
    begin = 0
    if before is not None:
        begin = before.end()
        value = re.split(rb"(?<!\\)" + re.escape(before[1]) + rb"[rnt]", value[begin:])[0]
    value = _ESCAPES_BEHIND.split(value, maxsplit=1)[0]
    if b"&" in value and b"\\" not in value:
        value = value.partition(b"&")[0]
    if is_before_key:
        parted = _PARTED.search(value)
        if parted is not None and not value[: parted.start()].isupper():
            value = value[: parted.start()]
    return begin, value


def last_word_at(raw: bytes) -> int:
    """Where the last word begins; one with an apostrophe in it is one."""
    blanked = raw.translate(_TO_BLANK)
    begin = blanked.rfind(b" ") + 1
    if begin > 1 and raw[begin - 1 : begin] == _APOSTROPHE and raw[begin - 2 : begin - 1].isalpha():
        first = blanked.rfind(b" ", 0, begin - 1) + 1
        is_elided = first and raw[begin : begin + _LETTERS_TWO].isalpha()
        if is_elided and raw[first : begin - 1] not in _STRINGS:
            return first
    return begin


def within_quotes(start: int, value: bytes) -> tuple[int, bytes]:
    """Without the quotes of print around it: they end no word, as plain ones do."""
    bare = value.decode("utf-8", "surrogateescape").lstrip(_QUOTES)
    start += len(value) - len(bare.encode("utf-8", "surrogateescape"))
    return start, bare.rstrip(_QUOTES + TRIM.decode()).encode("utf-8", "surrogateescape")
