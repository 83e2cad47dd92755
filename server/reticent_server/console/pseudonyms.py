"""Where else a pseudonym may stand: the fields of its domain, and texts that hold it.

A domain is a field ("disk.serial"), a detector ("email"), or a link group, whose members only the
policy knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.connection import CONNECTION
from reticent_contract.catalog.model import Type

from reticent_server.store.events.fields import DELIVERED_FROM, FIELD_TYPES

PSEUDONYM = re.compile(r"pn:([a-z0-9_.:-]{1,128}):([0-9]{1,9}):([A-Za-z0-9_-]{22})")
FIELDS_MAX = 24
# Text fields of `connection` that stand on every row too.
_DELIVERED = [
    (field, column) for field, column in DELIVERED_FROM.items() if FIELD_TYPES[column] is Type.TEXT
]


def fields_of(domain: str, link_groups: Mapping[str, Iterable[str]]) -> list[str]:
    """Names of fields whose pseudonyms are of this domain."""
    members = link_groups.get(domain, (domain,))
    names = [member.rpartition(".") for member in members if not member.startswith("scan:")]
    fields = {field for table, _, field in names if _is_field(table, field)}
    return sorted(
        fields | {column for field, column in _DELIVERED if (CONNECTION.name, ".", field) in names}
    )


def query_for(text: str, *, field: str, link_groups: Mapping[str, Iterable[str]]) -> str:
    """A query for every event with this pseudonym: as a value, or inside `field` or a message.

    Raises ValueError where `text` is no pseudonym.
    """
    found = PSEUDONYM.fullmatch(text)
    if found is None:
        raise ValueError("not a pseudonym")
    names = fields_of(found[1], link_groups)[:FIELDS_MAX]
    terms = [f'{name}:"{text}"' for name in names]
    if field not in names and field != "message" and _is_known(field):
        terms.append(f"{field}:*{text}*")
    return " OR ".join([*terms, f'"{text}"'])


def _is_field(table: str, field: str) -> bool:
    known = CATALOG.get(table)
    return known is not None and field in known.by_name


def _is_known(field: str) -> bool:
    return any(field in table.by_name for table in CATALOG)
