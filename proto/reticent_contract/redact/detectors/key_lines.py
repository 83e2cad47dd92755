"""Private keys by their base64, where a log has it without its BEGIN: line by line, with a prefix.

    MIIEvgIBADANBgkq…        how the DER of a private key begins (RFC 5208, 5915, 8017, 8410), and
                             the format of OpenSSH; nothing else does, so wherever it stands
    INFO x7Kd92LmQp…         a line of a body: 64, 70 or 76 characters, a word by itself
    > x7Kd92LmQp…\\n> AB4=    in one text, what stands in the same column of the next line
    AB4x7Kd92LmQpsT6vW8y==   the last line of a body, where a line is nothing else

Enters: text. Leaves: keys, and lines of them. Must hold: what tells a version, a digest or an id is
no key: base64 changes its kind of character at two places in three, and words, paths and hex do
not; a public key of SSH and what a word calls a digest or an id are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from reticent_contract.redact.detectors.model import Finder, Found, Pattern, whole_match

_B64 = r"[A-Za-z0-9+/]"
# SEQUENCE, its length, and version 0 (PKCS #8 and #1), 1 (SEC 1, RFC 5958) or 3 (PKCS #12): lengths
# of two bytes, of one, and short ones; then PKCS #8 that is encrypted (PBES, RFC 8018).
_BEGINNINGS = (
    rf"MII{_B64}{{2}}[AQgw]IBA(?:A[IJK]|D[A-F]|zC)",
    rf"MI[GH]{_B64}AgE[AB][BM]",
    rf"M[A-H]{_B64}CAQ(?:AwB|AwE|EEI|EwB)",
    rf"MII{_B64}{{5}}BgkqhkiG9w0BBQ",
    rf"MI[GH]{_B64}M{_B64}{{2}}GCSqGSIb3DQEF",
    r"b3BlbnNzaC1rZXktdjE",
)
_BEGINNING = f"(?:{'|'.join(_BEGINNINGS)})"
_TAIL_CHARS_MIN = 8
_KEY = rf"{_BEGINNING}{_B64}{{{_TAIL_CHARS_MIN},}}={{0,2}}"
_KEY_GATE = "|".join(_BEGINNINGS)

_LINE_CHARS_MIN = 52
_LINE = rf"{_B64}{{{_LINE_CHARS_MIN},}}={{0,2}}"
# Longer than a pseudonym's 22 characters, which every redacted text has. In eights, because
# `necessary` cuts a longer count at the end to eight.
_LINE_GATE = rf"{_B64}{{8}}{_B64}{{8}}{_B64}{{8}}"
_KINDS = ("[a-z]", "[A-Z]", "[0-9]")
_BARE_CHARS_MIN = 20
_BARE = rf"(?m)^[ \t]*{_B64}{{{_BARE_CHARS_MIN},}}={{0,2}}[ \t]*\r?$"
# Twice eight: `Accepted password`.
_BARE_GATE = rf"(?m)^[ \t]*{_B64}{{8}}{_B64}{{8}}"
_LENGTHS = 2  # base64 has fours of characters; behind OpenSSH's lines of 70, twos are left
_WHOLE_LINE_CHARS_MIN = 60  # of this length a line needs no further proof
_CHANGES_IN_100_MIN = 45

_OF_RUNS = re.compile(_B64.encode())
_RUNS = bytes(code if _OF_RUNS.match(bytes((code,))) else ord(" ") for code in range(256))


def _has_run(text: bytes) -> bool | None:
    """RE2 makes a state for each length that is not long enough yet."""
    runs = text.translate(_RUNS).split()
    return True if max(map(len, runs), default=0) >= _LINE_CHARS_MIN else None


_LINE_FIND = Pattern(_LINE, first=_has_run)
_BARE_FIND = Pattern(_BARE)
_EACH_KIND = tuple(re.compile(kind.encode()) for kind in _KINDS)
_KIND = bytes(
    ord("a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "/")
    for c in map(chr, range(256))
)
_BEFORE = frozenset(b" \t\r\n\"'`>|]\\#(:=")
_BEHIND = frozenset(b" \t\r\n\"'`<|[\\#,;)]")
_BLANK = frozenset(b" \t\r\n")
_ESCAPED = re.compile(rb"(?:\\[nrt]|#0[0-9]{2})\Z")  # a line's end, as JSON and rsyslog spell it
_ESCAPE_BYTES = (1, 3)  # of n and 012, which look like a part of the word
_WORD_BYTES = 28
_NO_KEY = re.compile(
    rb"(?:(?i:sha-?[0-9]{1,3}|digest|integrity|hash|fingerprint|checksum|etag|cursor|nonce)|"
    rb"(?:\b|_|(?-i:[a-z](?=I)))[iI][dD])(?:[\-_][0-9])?[\"']?\s?[:=(]?\s*[\"']?\Z"
)
_PUBLIC = re.compile(rb"AAAA[BCEGI][0-9]")  # the length of its type's name: ssh-rsa, ecdsa-…, sk-…
_IN_ITS_COLUMN = re.compile(rb"[A-Za-z0-9+/]{2,}={0,2}")
_PATH_SLASHES_MIN = 3


def _is_mixed(value: bytes) -> bool:
    """As base64 is by chance; words and paths change their kind once in three characters."""
    if any(kind.search(value) is None for kind in _EACH_KIND):
        return False
    kinds = value.rstrip(b"=").translate(_KIND)
    changes = sum(a != b for a, b in pairwise(kinds))
    return 100 * changes >= _CHANGES_IN_100_MIN * (len(kinds) - 1)


def _is_line(value: bytes) -> bool:
    is_path = value.startswith(b"/") and value.count(b"/") >= _PATH_SLASHES_MIN
    return not is_path and _PUBLIC.match(value) is None and _is_mixed(value)


def _word(text: bytes, start: int, end: int) -> int | None:
    """Where the word begins that ends at `end`; None where more of it stands beside."""
    if end < len(text) and text[end] not in _BEHIND:
        is_sentence = text[end] == ord(".") and (end + 1 == len(text) or text[end + 1] in _BLANK)
        if not is_sentence:
            return None
    if start and text[start - 1] not in _BEFORE:
        return None
    for escape in _ESCAPE_BYTES:
        if _ESCAPED.search(text, max(0, start - 1), start + escape) is not None:
            return start + escape
    return start


def _find_line(text: bytes) -> Iterable[Found]:
    reached = 0  # each line of a body would else be read as often as lines stand above it
    for start, end in _LINE_FIND.spans(text):
        first = None if start < reached else _word(text, start, end)
        if first is None or not _is_line(text[first:end]):
            continue
        if _NO_KEY.search(text, max(0, first - _WORD_BYTES), first) is None:
            yield first, end, text[first:end]
            for found in _below(text, first, end):
                reached = found[1]
                yield found


def _below(text: bytes, first: int, end: int) -> Iterable[Found]:
    """The rest of a body: what alone stands in the same column of the lines that follow."""
    column, width = first - (text.rfind(b"\n", 0, first) + 1), end - first
    while True:
        newline = b"\r\n" if text.startswith(b"\r\n", end) else b"\n"
        if not text.startswith(newline, end):
            return
        begin = end + len(newline) + column
        following = text.find(b"\n", end + len(newline))
        value = text[begin : following if following >= 0 else len(text)].rstrip()
        if len(value) > width or _IN_ITS_COLUMN.fullmatch(value) is None:
            return
        if column and text[begin - 1] != text[first - 1]:
            return
        end = begin + len(value)
        yield begin, end, value
        if len(value) < width:
            return


def _find_bare(text: bytes) -> Iterable[Found]:
    for start, end in _BARE_FIND.spans(text):
        value = text[start:end].strip()
        first = text.find(value, start)
        if len(value) >= _WHOLE_LINE_CHARS_MIN:
            # Base64 of this length mixes them all; a hash and most paths do not.
            is_key = all(kind.search(value) for kind in _EACH_KIND)
        else:
            is_key = len(value) % _LENGTHS == 0 and _is_mixed(value)
        if is_key:
            yield first, first + len(value), value


KEY_LINES: tuple[Finder, ...] = (
    whole_match(_KEY, "A", gate=_KEY_GATE),
    Finder(_LINE_GATE, _find_line, "B", needs=_LINE_FIND, reads=(1, 1)),
    Finder(_BARE_GATE, _find_bare, "B", needs=_BARE_FIND),
)
