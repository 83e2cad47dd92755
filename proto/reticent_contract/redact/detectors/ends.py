"""Where a password ends that no quotes set off, and whose brackets stand around it.

    goes on      password=ab&cd12EF, pwd=a,b12, password=a"b12, password='a'b'
    ends         password=x&lang=de, Pwd=x;Encrypt=yes, {token:x,user:bob}, PGPASSWORD=x;psql -h db

Must hold: linear; what goes on holds no blank and no key of another value.
"""

from __future__ import annotations

import re

# A sign behind which neither a blank, a bracket nor the key of another value stands.
_MORE = re.compile(
    rb"(?!(?:&&|;)[a-z./][a-z_./\-]+\s)"  # the shell's next command
    rb"[,;&]{1,3}(?!(?:amp;)?[\w.\-\[\]%$]{1,64}[=:])"
    rb"(?![A-Z][A-Za-z]{1,30}(?: [A-Z][A-Za-z]{1,30}){1,3} ?=)"
    rb"(?:[^\s,;&\"'<>)\]}|\\]|(?<=&)[)\]}])[^\s,;&\"'<>]*|"
    rb"&+(?=[\s;,]|\Z)|"
    rb"[\"'](?=[A-Za-z0-9])[^\s\"'<>,;&(){}\[\]=:\\]+(?:[\"'](?=[\s,;&)}\]])|(?=\s|\Z))"
)
_QUOTE_WITHIN = re.compile(rb"[A-Za-z0-9!@#$%^*+~][^\s\"'<>(){}\[\]=:,\\]*[\"'](?=[\s,;)}\]]|\Z)")
# Behind what is an entity of HTML, or looks like one.
_NEXT_KEY = re.compile(
    rb"(?:&(?:amp|#38);|(?<!&lt)(?<!&gt)(?<!&quot)(?<!&apos);)(?=[\w.\-\[\]]{1,64}=)"
)
_ESCAPED_QUOTE = {
    ord("'"): re.compile(rb"(?:''|'\"'\"'|'\\''|(?<=\\)')[^'\r\n]*"),
    ord('"'): re.compile(rb"(?:\"\"|(?<=\\)\")[^\"\r\n]*"),
}
_QUOTE_IN_WORD = re.compile(rb"(?<=[A-Za-z0-9])[\"'](?!(?:[dmst]|re|ll|ve)\b)[A-Za-z0-9][^\s\"']*")
_SETS_OFF = re.compile(rb"(?<![A-Za-z0-9])[\"']")
_QUOTES = frozenset(b"\"'")
_OPENING_OF = {ord(")"): b"(", ord("]"): b"["}
_CLOSING_OF = {b"(": b")", b"[": b"]", b"{": b"}"}
_LINE_BYTES = 200


def end_of(text: bytes, first: int, end: int) -> int:
    """The end of the value that begins at `first` and was read up to `end`, its quotes aside."""
    if end > first and text[end - 1] in _QUOTES:
        more = _QUOTE_WITHIN.match(text, end) if text[first - 1] in _QUOTES else None
        return end - 1 if more is None else more.end() - 1
    next_key = _NEXT_KEY.search(text, first, end)
    if next_key is not None:
        return next_key.start()
    more = _MORE.match(text, end)
    while more is not None:
        end = more.end()
        more = _MORE.match(text, end)
    return end


def end_of_quoted(text: bytes, quote: int, end: int) -> int:
    """The end of a value set off by `quote`, which stands at `end`: behind those that are a part of
    it, doubled or escaped."""
    within = _ESCAPED_QUOTE[quote]
    while (more := within.match(text, end)) is not None:
        end = more.end()
    return end


def opening_quote(raw: bytes) -> int:
    """Where the last quote of `raw` is that sets off what follows, and stands in no word; the last
    where each does; -1 without any."""
    last = -1
    for each in _SETS_OFF.finditer(raw):
        last = each.start()
    return last if last >= 0 else max(raw.rfind(b'"'), raw.rfind(b"'"))


def end_of_word(text: bytes, end: int) -> int:
    """The end of a value without quotes that was read up to `end`: with those within it, and what
    is behind them up to a blank: Qu'te9, but not John's."""
    while (more := _QUOTE_IN_WORD.match(text, end)) is not None:
        end = more.end()
    return end


def trimmed(text: bytes, first: int, last: int, signs: bytes) -> int:
    """`last` without the `signs` of a sentence before it; a bracket only where one was opened
    before `first`."""
    while last > first and text[last - 1] in signs:
        opening = _OPENING_OF.get(text[last - 1])
        if opening is not None and text.rfind(opening, max(0, first - _LINE_BYTES), first) < 0:
            break
        last -= 1
    return last


def is_closed(opening: bytes, text: bytes, end: int) -> bool:
    """Whether what `opening` begins ends behind `end`."""
    return text.find(_CLOSING_OF[opening], end, end + _LINE_BYTES) >= 0
