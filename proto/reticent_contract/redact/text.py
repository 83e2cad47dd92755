"""Text made fit to leave: valid Unicode, within its bound, not mistakable for a pseudonym."""

from __future__ import annotations

import re
import unicodedata

from reticent_contract.limits import CUT_LOOK_BACK_BYTES
from reticent_contract.redact.tokens import neutralise

CUT_MARK = "<cut>"
_CUT = CUT_MARK.encode()
# What an identifier or a token may be made of: addresses, numbers, keys, paths, query strings, and
# all letters beyond ASCII. A cut never falls between two of them.
_OF_WORDS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@:+%/\\&;=~-" + bytes(
    range(0x80, 0x100)
)


# Numbers are written in groups: 4111 1111 1111 1111, +91 (80) 4012 3456, DE89 3704, KA 01 MJ 4021,
# 12.97, 77.59. Digits of any script, the signs that join them, and a few capitals beside them.
_GROUP_BYTES = 256  # a group of 24 characters, each of them in codes
_GROUP = re.compile(r"(?:[\d+\-./(),;:'\"\\\u00b0\u2032\u2033]|[A-Z](?![A-Z]{4})){1,24}")
_GROUP_BEFORE = re.compile(rb"[^ \t\n]+(?=[ \t\n]*\Z)")
_GROUP_BEHIND = re.compile(rb"[ \t\n]*([^ \t\n]+)")
_DIGIT = re.compile(r"\d")
# What is spelled in codes may be such a group; see `redact.normalise`.
_CODED = re.compile(r"%[0-9A-Fa-fu]|\\[0-9ux]|&#")


def valid(text: str) -> str:
    """`text` with every half surrogate replaced by U+FFFD; the same object where there is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def cut(text: str, *, bytes_max: int) -> str:
    """`text` within `bytes_max` bytes of UTF-8, ending in `<cut>` where something went.

    The cut falls on white space; where the last kilobyte has none, before it, behind a byte that
    no word has in it, such as a quote, a comma or a bracket. Where there is no such byte either,
    all of the text goes. So no word is left torn at the end, nor a number that is written in
    groups: the cut goes back behind the last word that is none of them.
    """
    if len(text) * 4 <= bytes_max:
        return text
    data = text.encode()
    if len(data) <= bytes_max:
        return text
    if bytes_max < len(_CUT):
        return ""
    keep = bytes_max - len(_CUT)
    low = max(0, keep - CUT_LOOK_BACK_BYTES)
    # One byte more is looked at: a word that ends exactly at the bound is whole.
    space = max(data.rfind(c, low, keep + 1) for c in (b" ", b"\t", b"\n"))
    end = space if space >= 0 else len(data[:low].rstrip(_OF_WORDS))
    return data[: _before_numbers(data, end)].decode("utf-8", "ignore") + CUT_MARK


def _before_numbers(data: bytes, end: int) -> int:
    """`end`, or before the groups of a number that go on behind it."""
    behind = _group(_GROUP_BEHIND.match(data, end, end + _GROUP_BYTES), 1)
    while behind:
        low = max(0, end - _GROUP_BYTES)
        match = _GROUP_BEFORE.search(data, low, end)
        before = _group(match, 0)
        if match is None or not before or _DIGIT.search(before + behind) is None:
            break
        if 0 < low == match.start() and data[low - 1] not in b" \t\n":
            break  # a word that is longer than any group
        end, behind = match.start(), before
    return end


def _group(match: re.Match[bytes] | None, number: int) -> str:
    """The word of `match` where it may be a group of a number, in codes perhaps; else nothing."""
    word = "" if match is None else match[number].decode("utf-8", "ignore")
    if not (word.isascii() and word.isprintable()):
        word = "".join(c for c in unicodedata.normalize("NFKC", word) if c.isprintable())
    return word if _GROUP.fullmatch(word) or _CODED.search(word) else ""


def fit(text: str, *, bytes_max: int) -> str:
    """What every text goes through before anything else; the same object where it is fit."""
    if not text.isascii():
        text = valid(text)
    elif len(text) <= bytes_max and ":" not in text:
        return text  # nothing to neutralise, nothing to cut
    return cut(neutralise(text), bytes_max=bytes_max)  # in this order: the first makes it longer


def shorten(text: str, *, bytes_max: int) -> str:
    """A redacted text within its bound; an embedded pseudonym at the cut goes whole."""
    if len(text) * 4 <= bytes_max or len(text.encode()) <= bytes_max:
        return text
    short = cut(text, bytes_max=bytes_max)
    body = short.removesuffix(CUT_MARK)
    opened = body.rfind("<")
    if opened > body.rfind(">"):
        body = body[:opened]
    return body + CUT_MARK
