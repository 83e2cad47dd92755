"""A made-up laptop, and lines that give it away.

The laptop has learned these values from its collectors; a line has them in any of their spellings.
"""

from __future__ import annotations

import random

from reticent_contract.catalog import CATALOG
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.rows import Row, Value

_LEARNED: tuple[tuple[str, dict[str, Value]], ...] = (
    ("host", {"host_name": "priyas-thinkpad.corp.example.com", "system_serial": "PF3X9Z1K"}),
    ("board", {"serial": "L1HF65E00X9"}),
    ("disk", {"serial": "S5GXNX0T123456"}),
    ("network_interface", {"mac_address": "00:1a:2b:3c:4d:5e"}),
    ("user_account", {"user_name": "pnair7", "full_name": "Priya Nair"}),
    ("os", {"machine_id": "4c5a9e1d7b3f42e8a6d0c1b2e3f40516"}),
)
# Spellings; where another detector knows the shape, its name is right as well.
_SPELLINGS = (
    "«own|priyas-thinkpad»",
    "«own,fqdn|priyas-thinkpad.corp.example.com»",
    "«own|PRIYAS-THINKPAD»",
    "«own|PF3X9Z1K»",
    "«own|pf3x9z1k»",
    "«own|L1HF65E00X9»",
    "«own|S5GXNX0T123456»",
    "«own,mac|00:1a:2b:3c:4d:5e»",
    "«own,mac|00-1A-2B-3C-4D-5E»",
    "«own,mac|001a.2b3c.4d5e»",
    "«own,mac|001a2b3c4d5e»",
    "«own,user|pnair7»",
    "«own|Priya Nair»",
    "«own|4c5a9e1d7b3f42e8a6d0c1b2e3f40516»",
)
_SENTENCES = (
    "{}: lease renewed",
    "checked {} ok",
    "device {} online",
    "ata-VENDOR_{}-part1 mounted",
    "inventory: {} (laptop)",
    "x={}",
    "backup of {} done",
    "/var/spool/{}/in",
    "seen {} and {} today",
)


def own_sentence(rng: random.Random) -> str:
    sentence = rng.choice(_SENTENCES)
    return sentence.format(*(rng.choice(_SPELLINGS) for _ in range(sentence.count("{}"))))


def made_laptop() -> OwnIdentifiers:
    own = OwnIdentifiers(CATALOG)
    for table, values in _LEARNED:
        own.learn(Row(table, "snapshot", 0, values))
    return own


def laptop_called(host_name: str) -> OwnIdentifiers:
    """A laptop that knows only its host name."""
    own = OwnIdentifiers(CATALOG)
    own.learn(Row("host", "snapshot", 0, {"host_name": host_name}))
    return own
