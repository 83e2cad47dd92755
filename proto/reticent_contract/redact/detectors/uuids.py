"""UUIDs, and what is one without its dashes where a word says so."""

from __future__ import annotations

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import Detector, whole_match
from reticent_contract.redact.detectors.near import near

_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
# Made up by vendors who did not fill it in; the same on thousands of machines.
_NOBODYS = frozenset(
    (
        b"00000000-0000-0000-0000-000000000000",
        b"ffffffff-ffff-ffff-ffff-ffffffffffff",
        b"03000200-0400-0500-0006-000700080009",
        b"03020100-0504-0706-0809-0a0b0c0d0e0f",
        b"10000000-0000-8000-0040-000000000000",
    )
)
_ID_WORD = (
    r"(?:[ug]uid|udid|(?:machine|boot|device|hardware|system|install(?:ation)?|host|"
    r"client)[ _\-]?id\b|"
    r"\bhwid\b)"
)
# Of Apple's devices since 2018.
_UDID = r"(?i)[0-9a-f]{8}-[0-9a-f]{16}"
UUID = Detector(
    name="uuid",
    sentence="UUIDs, except those that vendors leave in by mistake.",
    form=Form.UUID,
    finders=(
        whole_match(
            _UUID,
            "A",
            unless=lambda text, start, end: text[start:end].lower() in _NOBODYS,
            reads=(0, 0),
            gate=r"[0-9A-Fa-f]-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]",
        ),
        near(_ID_WORD, r"(?i)[0-9a-f]{32}", "B", lambda value: value),
        near(r"(?:udid|ecid)", _UDID, "B", lambda value: value),
    ),
)
