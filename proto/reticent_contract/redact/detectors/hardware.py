"""MAC addresses of digits alone, behind the word that says what they are.

    right behind     mac=8c16453b362b, wlx8c16453b362b, BSSID: 8C16453B362B
    a few words on   MAC address of my laptop: 8c16453b362b, the mac id is 8c16453b362b

Enters: text. Leaves: MAC addresses. Must hold: linear; digits alone, a few words on, are a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.model import Found, Pattern, finder_at

_BARE = (
    r"(?i)(?:mac|hwaddr|chaddr|ether|eth_?addr|\\dev_|bssid|lladdr|hw_addr|ethernet|wlx|enx|wwx|"
    r"bd_?addr|bluetooth|physical|station|\bsta|\bbt|\bwol|magic packet (?:to|for)|\blease for|"
    r"client[ _\-]?id|\bbeacon|(?:hardware|network)[ _]address)"
    r"(?:[ _\-]?(?:addr(?:ess(?:es)?)?|id(?:entifier)?|device))?"
    r"[ =:\"']{0,4}(?:0x|01)?[0-9a-f]{12}\b"
)
_BARE_GATE = re.sub(r"\[0-9a-f\]\{12\}\\b\Z", "[0-9a-f]{4}", _BARE)
# What it is of, and a verb.
_TOLD = (
    r"\b(?:mac|physical)(?:[ _\-]?(?:addr(?:ess(?:es)?)?|id))?(?: ?[(\[][a-z0-9 \-]+[)\]])?"
    r"(?: (?:of|for|on) [a-z0-9'\- ]+)?(?: (?:is|was|are))?"
    r"[ :=\"']{1,3}[0-9a-f]{12}\b"
)
_TOLD_GATE = (
    r"\b(?:mac|physical)(?:[ _\-]?(?:addr(?:ess(?:es)?)?|id))? ?"
    r"(?:[(\[]|of |for |on |(?:is|was|are)[ :=\"'])"
)
_FIND = Pattern(f"{_BARE}|{_TOLD}")
_CHARS = 12
_CHECKSUMS = (b"h", b"H", b"c", b"C")
_RIGHT_BEHIND = re.compile(_BARE.encode() + rb"\Z")


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        if text[start - 1 : start] in _CHECKSUMS:  # hmac, cmac
            continue
        value = text[end - _CHARS : end]
        if not value.isdigit() or _RIGHT_BEHIND.match(text, start, end) is not None:
            yield end - _CHARS, end, value


BARE_MAC = finder_at(f"{_BARE_GATE}|{_TOLD_GATE}", _FIND, _find, "B", reads=(0, 0))
