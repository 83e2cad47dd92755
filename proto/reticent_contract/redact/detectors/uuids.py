"""UUIDs, and what is one without its dashes where a word says so."""

from __future__ import annotations

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.everybodys import is_everybodys
from reticent_contract.redact.detectors.model import Detector, whole_match
from reticent_contract.redact.detectors.near import near

_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_ID_WORD = (
    r"(?:[ug]uid|udid|(?:machine|boot|device|hardware|system|install(?:ation)?|host|"
    r"client)[ _\-]?id\b|"
    r"\bhwid\b)"
)
# Of Apple's devices since 2018.
_UDID = r"(?i)[0-9a-f]{8}-[0-9a-f]{16}"
UUID = Detector(
    name="uuid",
    sentence="UUIDs, except those that are the same on every machine.",
    form=Form.UUID,
    finders=(
        whole_match(
            _UUID,
            "A",
            unless=is_everybodys,
            reads=(0, 0),
            gate=r"[0-9A-Fa-f]-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]",
        ),
        near(_ID_WORD, r"(?i)[0-9a-f]{32}", "B", lambda value: value),
        near(r"(?:udid|ecid)", _UDID, "B", lambda value: value),
    ),
)
