"""What a test is not named after: a value that has the form of somebody's identifier."""

from __future__ import annotations

import re

# Mail addresses, MACs, IPv4, IPv6, phone numbers, UUIDs; rather a few others too than one of these.
RAW = re.compile(
    r"@"
    r"|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}"
    r"|\d{1,3}(?:\.\d{1,3}){3}"
    r"|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}:[0-9a-f]{1,4}"
    r"|\+[1-9][\d ()-]{6,}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)


def is_raw(value: object) -> bool:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(text, str) and RAW.search(text) is not None
