"""What redaction wrote already, where a text is collected or tried a second time.

    user=<pn_:person:1:b6hg7NlbBS13HIHWHCLJtQ>     a pseudonym, as `neutralise` leaves it
    user=<url> at 198.51.100.0/24                  the name of a detector, a network

Enters: a text, and hits. Leaves: the text with signs in the place of such pseudonyms, of the same
length, so that no letter of one is read; the hits that are not of what was written.
Must hold: only what is whole and exactly so spelled counts. Of a finding that goes on beside it,
the rest stays one. A secret stays one: the server looks at the text as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.tokens import NEUTRALISED

if TYPE_CHECKING:
    from reticent_contract.redact.hits import Hit

NEUTRALISED_BEGINS = b"<pn_:"
_PSEUDONYM = re.compile(NEUTRALISED)
_MASKED = rb"<\*{28,}>"
_NETWORK = rb"(?<![0-9.])(?:[0-9]{1,3}\.){3}0/[0-9]{1,2}(?![0-9])"
_MAY_STAND = re.compile(rb"<(?:\*{28}|[a-z]{2,8}[0-9]?>)")
_WORDS = rb"<(?:%b)>" % b"|".join(name.encode() for name in DETECTORS)
_WRITTEN = re.compile(_MASKED + b"|" + _WORDS + b"|" + _NETWORK)
_IN_A_WORD = re.compile(rb"[^\s\"'<>]+")
_JOINTS = b"\\/.,:;-_@=()[]{}*"


def masked(data: bytes) -> bytes:
    """`data` with stars for each pseudonym that was neutralised."""
    return _PSEUDONYM.sub(lambda match: b"<%b>" % (b"*" * (len(match[0]) - 2)), data)


def may_stand(text: bytes) -> bool:
    """Whether anything of it may stand in a line. `text`: masked, with every digit as 0."""
    return _MAY_STAND.search(text) is not None or text.find(b"0.0/0") >= 0


def without_written(data: bytes, hits: list[Hit]) -> list[Hit]:
    """The hits of a masked text, without those of what was written, and of what names its kind
    before it: `CORP\\<pn_:…>`, `unix-user:<pn_:…>`."""
    written = [match.span() for match in _WRITTEN.finditer(data)]
    ends = [end for _, end in written]
    left: list[Hit] = []
    for hit in hits:
        at = bisect_right(ends, hit[0])
        span = written[at] if at < len(written) and written[at][0] < hit[1] else None
        if span is None:
            if not (hit[3] == "user" and _names_its_kind(data, hit[1])):
                left.append(hit)
        elif hit[3] == "secret" or hit[3].startswith("ip"):
            left.append(hit)
        elif data[span[0]] == ord("<") and (hit[0] < span[0] or span[1] < hit[1]):
            left += _beside(data, hit, span)
    return left


def _names_its_kind(data: bytes, end: int) -> bool:
    """Whether a pseudonym is joined to what ends there."""
    return data[end : end + 8].lstrip(b"\\/:_").startswith(b"<**")


def _beside(data: bytes, hit: Hit, span: tuple[int, int]) -> list[Hit]:
    """What of a finding adjoins a pseudonym, on its left and on its right."""
    left: list[Hit] = []
    for word in _IN_A_WORD.finditer(data, hit[0], hit[1]):
        start, end = word.span()
        if (start == span[1] or end == span[0]) and word[0].strip(_JOINTS):
            left.append((start, end, hit[2], hit[3], word[0], *hit[5:]))
    return left
