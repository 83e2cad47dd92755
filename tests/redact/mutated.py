"""Text as careless and hostile programs write it, for the fuzz campaign.

Enters: a `random.Random`. Leaves: lines spliced out of the labelled sets and the real logs (where
they are there, see `accuracy.real_lines`), and spellings in which a value hides.
Must hold: equal seeds give equal texts; every spelling is one that the plain view undoes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random
from urllib.parse import quote

from accuracy.made import made_cases
from accuracy.real_lines import FILES, lines_of, log_folder
from accuracy.traps import cases_of, traps

CHARS_MAX = 600  # long ones are made by `long`
_LONG_CHARS = 100_000
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u202d\u2066\u061c\0\x07\x1b\x7f\U000e0041"
_DIGITS = ("\uff10", "\u0660", "\u0966", "\u09e6", "\U0001d7ce")  # the zeros of five alphabets
# What is put into the middle of a text: halves of what detectors and decoders look for, letters
# that look like others, text from right to left, characters that no one sees.
ODD = (
    *("%", "%2", "%25", "%2525", "%u00", "\\", "\\u", "\\u{", "\\x", "\\3", "\\\\", "&#", "&#x4"),
    *("&amp;", "&lt", "\ud800", "\udfff", "\ud83d", "\ufffd", "\x00", "\x1b[0m", "\x85", "\u2028"),
    *("\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u0301", "\u0430", "\u0435", "\u03bf"),
    *("\uff11", "\u0967", "\u2460", "\u00bd", "\u2024", "\u3002", "\u2010", "\u2212", "\ufb01"),
    *("<pn:", "pn:", "<pn:x:1:", "sealed:", "<cut>", "<secret>", "<email>", "<", ">", "<own>"),
    *("@", ":", "::", "://", "?", "&", "=", ".", "-", "_", "/", "\\/", " ", "\t", "\n", "\r\n"),
    *('"', "'", '\\"', "`", "{", "}", "[", "]", "(", ")", ",", ";", "|", "password=", "token: "),
    *("Bearer ", "-----BEGIN RSA PRIVATE KEY-----", "eyJ", "AKIA", "for user ", "version ", "0"),
)


@lru_cache(maxsize=1)
def corpus() -> tuple[str, ...]:
    """Whole lines of the labelled sets and, where they are there, of the four real logs."""
    cases = (
        *made_cases()[::3],
        *traps(),
        *cases_of("held out"),
        *cases_of("held out a second time"),
    )
    lines = [case.text for case in cases]
    folder = log_folder()
    for name in FILES if folder is not None else ():
        assert folder is not None
        lines += [line for line in lines_of(folder / name)[::5] if line]
    return tuple(lines)


def spliced(random: Random) -> str:
    """Two or three lines cut anywhere and joined, damaged here and there."""
    lines = corpus()
    pieces = []
    for _ in range(random.choice((1, 1, 2, 3))):
        line = random.choice(lines)
        start = random.randrange(len(line) + 1)
        pieces.append(line[start:] if random.random() < 0.5 else line[:start])
    text = random.choice(("", " ", ",", "\n")).join(pieces)
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        text = _damaged(random, text)
    return text[:CHARS_MAX]


def _damaged(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    end = min(len(text), at + random.choice((0, 0, 1, 4, 20)))
    kind = random.random()
    if kind < 0.6:
        return text[:at] + random.choice(ODD) * random.choice((1, 1, 1, 3)) + text[end:]
    if kind < 0.7:
        return text[:at] + text[at:end] * random.choice((2, 10, 40)) + text[end:]
    if kind < 0.8:
        return text[:at] + chr(random.randrange(0x110000)) + text[end:]
    name = random.choice(tuple(SPELLINGS))
    return text[:at] + SPELLINGS[name](random, text[at:]) if random.random() < 0.3 else text[:at]


def long(random: Random) -> str:
    """As long as `redact` promises to bear in linear time; one piece over and over, or many."""
    pieces = [spliced(random)[:400] or "a" for _ in range(random.choice((1, 1, 2, 8)))]
    piece = random.choice(("", " ", "\n")).join(pieces)
    return (piece * (_LONG_CHARS // len(piece) + 1))[:_LONG_CHARS]


def _percent(_random: Random, text: str) -> str:
    return quote(text, safe="", errors="replace")


def _percent_all(random: Random, text: str) -> str:
    case = random.choice(("%{:02x}", "%{:02X}"))
    return "".join(case.format(byte) for byte in text.encode("utf-8", "replace"))


def _each(write: Callable[[str], str]) -> Callable[[Random, str], str]:
    """Some characters or all of them written otherwise; blanks stay."""

    def spell(random: Random, text: str) -> str:
        share = random.choice((0.2, 0.6, 1.0))
        return "".join(
            write(c) if c.isascii() and c not in " \n" and random.random() < share else c
            for c in text
        )

    return spell


def _invisible(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 2, 6))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(_INVISIBLE) + text[at:]
    return text


def _digits(random: Random, text: str) -> str:
    zero = random.choice(_DIGITS)
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


def _nested(random: Random, text: str) -> str:
    """The text in JSON in JSON, as programs log what others logged."""
    for _ in range(random.choice((1, 1, 2, 3))):
        text = json.dumps({"msg": text, "n": [1, None]}, ensure_ascii=random.random() < 0.5)
    return text


SPELLINGS: Mapping[str, Callable[[Random, str], str]] = {
    "as it is": lambda _random, text: text,
    "percent codes": _percent,
    "percent codes for all": _percent_all,
    "percent codes twice": lambda random, text: _percent(random, _percent(random, text)),
    "entities": _each(lambda c: f"&#{ord(c)};"),
    "entities in hex": _each(lambda c: f"&#x{ord(c):x};"),
    "escapes of JSON": _each(lambda c: f"\\u{ord(c):04x}"),
    "escapes of JSON in JSON": _each(lambda c: f"\\\\u{ord(c):04X}"),
    "escapes of JavaScript": _each(lambda c: f"\\u{{{ord(c):x}}}"),
    "escapes of escape()": _each(lambda c: f"%u{ord(c):04x}"),
    "escapes of C": _each(lambda c: f"\\x{ord(c):02x}"),
    "octal": _each(lambda c: f"\\{ord(c):03o}"),
    "full width": _each(lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c),
    "other digits": _digits,
    "invisible characters": _invisible,
    "nested JSON": _nested,
    "escaped slashes": lambda _random, text: text.replace("/", "\\/").replace("@", "\\@"),
}
