"""Line breaks and tabs that are written out, where one text was put into another.

    line1\\n4539148803436467 paid   {"log":"user=asha\\npass=X"}    connect#01210.21.32.43
    C:\\new\\table                   CORP\\nina                       \\\\nas\\t1

Enters: a text. Leaves: the same with a blank for each, and a real line break where one is meant, of
the same length, so that offsets stay; and what of the hits in both is meant.
Must hold: linear. A backslash and a letter are a part of a path or of a domain and a user as well,
so what either shows is found, unless a line break alone can be meant. A secret always is, since the
server reads the text as it is written. Digits are alike, but in what `is_told_by_digits`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reticent_contract.redact.hits import Hit

# As JSON and C write them, also quoted once more; as rsyslog, URLs, `cat -v` and mail do.
_BREAK = re.compile(
    rb"(?:\\{1,8}(?:[nrt]|(?:x|u00)0[9aAdD])|%0[9aAdD]|#01[0-5]|\^M|=0[AD](?:=20)*)+"
)
_MAY_BREAK = re.compile(rb"\\(?:[nrt]|x0|u000)|%0|#000|\^M|=0[AD]")
_BY_DIGITS = re.compile(rb"[xu%]0|#000|=0[AD]")  # of a text with every digit as 0
_ENDS_LINE = re.compile(rb"n|#012|0[aA]")
_BACKSLASHED = re.compile(rb"\\{1,8}[nrt]")
_DIGIT = re.compile(rb"[0-9]")
_OF_NAMES = re.compile(rb"[A-Za-z0-9_.\-\x80-\xff]")
_KEY_BEHIND = re.compile(rb"[A-Za-z_][A-Za-z0-9_.\-]{0,40}[\"']?[ \t]?[=:](?![\\/])")
_AROUND_BYTES = 160
_OF_RUNS = bytes(set(range(256)) - set(b" \t\n\r\f\v\"'<>|"))
_BEHIND = re.compile(rb"[^\s\"'<>|]*")
# A disk, or a part of a path that no break begins with.
_OF_PATHS = re.compile(rb"(?:\A|[^A-Za-z])[A-Za-z]:\\|\\[AC-Zac-dg-mo-qswyz0-9_$%.]")
_OF_SHARES = re.compile(rb"[A-Za-z0-9_.$\-]+\\")
_NAMES = frozenset(("user", "fqdn", "own"))  # of which a backslash may be a part


class Break(NamedTuple):
    """Where it stands. `may_be_path`, `may_be_domain`: what else a backslash and a letter mean."""

    start: int
    end: int
    may_be_path: bool
    may_be_domain: bool


def may_break(text: bytes) -> bool:
    """Whether one may stand in a line. `text`: the line with every digit as 0."""
    return _MAY_BREAK.search(text) is not None


def is_told_by_digits(text: bytes) -> bool:
    """Whether lines that differ from `text`, whose digits are all 0, may have other breaks."""
    return _BY_DIGITS.search(text) is not None


def broken(data: bytes) -> tuple[bytes, list[Break]]:
    """`data` with blanks and line breaks in their place, and where those are."""
    pieces: list[bytes] = []
    breaks: list[Break] = []
    position = 0
    for match in _BREAK.finditer(data):
        start, end = match.span()
        last = b"\n" if _ENDS_LINE.search(match[0]) else b" "
        pieces += data[position:start], b" " * (end - start - 1), last
        breaks.append(_break(data, match, position))
        position = end
    return b"".join((*pieces, data[position:])), breaks


def _break(data: bytes, match: re.Match[bytes], position: int) -> Break:
    start, end = match.span()
    if _KEY_BEHIND.match(data, end):
        return Break(start, end, may_be_path=False, may_be_domain=False)
    if match[0][:1] in b"#=^":  # `mac=0A:1b:…`, `#01211234567`, `^Max`
        is_number = _DIGIT.match(data, end) or match[0] in (b"=0A", b"=0D", b"^M")
        return Break(start, end, may_be_path=bool(is_number), may_be_domain=False)
    low = max(position, start - _AROUND_BYTES)
    before = data[low:start]
    behind = _BEHIND.match(data, end, end + _AROUND_BYTES)
    run = before[len(before.rstrip(_OF_RUNS)) :]
    rest = behind[0] if behind else b""
    is_share = not run and match[0].startswith(b"\\\\") and _OF_SHARES.match(rest)
    may_be_path = bool(is_share or _OF_PATHS.search(run + b"\\") or _OF_PATHS.search(rest))
    may_be_domain = (
        _BACKSLASHED.fullmatch(match[0]) is not None
        and _OF_NAMES.match(run[-1:]) is not None
        and _OF_NAMES.match(rest) is not None
    )
    return Break(start, end, may_be_path, may_be_domain)


def either(hits: list[Hit], of_view: list[Hit], breaks: list[Break]) -> list[Hit]:
    """The hits of both readings, without those that read a break's letter as one of a value, and
    those that take a domain before a user's name for one."""
    ends = {hit[1] for hit in of_view if hit[3] not in _NAMES}
    meant: list[Hit] = []
    domains: set[int] = set()
    at = 0
    for hit in sorted(hits, key=lambda each: each[0]):
        while at < len(breaks) and breaks[at].end <= hit[0]:
            at += 1
        if hit[3] == "secret" or not _reads_wrongly(hit, breaks, at, ends):
            meant.append(hit)
            if hit[3] in _NAMES and at < len(breaks) and breaks[at].start < hit[1]:
                domains.add(breaks[at].start)
    return [
        *meant,
        *(h for h in of_view if not (h[1] in domains and h[3] in _NAMES and h[5] == "B")),
    ]


def _reads_wrongly(hit: Hit, breaks: list[Break], at: int, ends: set[int]) -> bool:
    """Whether a break in it, of which `at` is the first that may be, can be nothing else."""
    while at < len(breaks) and breaks[at].start < hit[1]:
        each = breaks[at]
        is_name = each.may_be_domain and hit[3] in _NAMES and each.start not in ends
        if not (each.may_be_path or is_name):
            return True
        at += 1
    return False
