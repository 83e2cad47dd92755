"""Event rows as fixtures list them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reticent_contract.rows import Row


def by_table(rows: Iterable[Row]) -> dict[str, list[dict[str, object]]]:
    """{table: [{"event": …, field: value}]}, as JSON has it."""
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(row.table, []).append({"event": row.event, **row.values})
    copied: dict[str, list[dict[str, object]]] = json.loads(json.dumps(found))
    return copied
