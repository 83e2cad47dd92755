"""From what was read to a row that the catalog allows.

Enters: a table and raw values. Leaves: a `Row`, or None where nothing is left.
Must hold: no None, no empty text, no lone surrogate or NUL, nothing longer than the catalog says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from reticent_contract import limits
from reticent_contract.catalog.model import Table
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import FileRoot

_INTEGER_MAX = (1 << 63) - 1


def snapshot(table: Table, ts_us: int, values: Mapping[str, Value | None]) -> Row | None:
    """A row of event `snapshot`; None where every value is absent."""
    row = event_row(table, "snapshot", ts_us, values)
    return row if row.values else None


def event_row(table: Table, event: str, ts_us: int, values: Mapping[str, Value | None]) -> Row:
    """A row of one event; it may have happened without any value."""
    kept: dict[str, Value] = {}
    for field, value in values.items():
        clean = _clean(value, table.by_name[field].bytes_max)
        if clean is not None:
            kept[field] = clean
    return Row(table=table.name, event=event, ts_us=ts_us, values=kept)


def present(rows: Iterable[Row | None]) -> Iterator[Row]:
    """The rows that are there, at most one more than `limits.TABLE_ROWS_MAX`.

    The one more is for whoever counts: it tells that there were too many.
    """
    return islice((row for row in rows if row is not None), limits.TABLE_ROWS_MAX + 1)


def integer(text: str | None, *, base: int = 10) -> int | None:
    """A number of at most 20 digits; None where the text is none."""
    if text is None or not text.isascii() or len(text) > 20:
        return None
    try:
        return int(text, base)
    except ValueError:
        return None


def flag(files: FileRoot, path: str) -> bool | None:
    """A file that holds 0 or 1."""
    return {"0": False, "1": True}.get(files.read_text(path) or "")


def _clean(value: Value | None, bytes_max: int) -> Value | None:
    if isinstance(value, str):
        return _clean_text(value, bytes_max) or None
    if isinstance(value, tuple):
        texts = (_clean_text(text, bytes_max) for text in value[: limits.VALUE_LIST_MAX])
        return tuple(text for text in texts if text) or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _INTEGER_MAX:
        return None
    return value


def _clean_text(text: str, bytes_max: int) -> str:
    # File names come with surrogates where they are no UTF-8; the wire knows UTF-8 only.
    try:
        encoded = text.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # another half of a pair, as JSON and the registry may have it
        encoded = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    whole = encoded.decode(errors="replace").replace("\0", "\ufffd")
    if len(encoded) <= bytes_max and len(whole.encode()) <= bytes_max:
        return whole.strip()
    return whole.encode()[:bytes_max].decode(errors="ignore").strip()
