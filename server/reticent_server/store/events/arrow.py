"""Turns a group into one Arrow record batch with the columns of `events`.

Enters: `EventGroup`. Leaves: the columns that this group uses (the engine fills the others with
their defaults), rows in the order batch by batch, table by table, each batch ending in its receipt.
Must hold: one record batch, so that the engine makes one block and one part of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

import numpy as np
import pyarrow as pa

from reticent_server.limits import GROUP_ROWS_MAX, TS_US_MAX
from reticent_server.store.events.fields import DELIVERED, Column
from reticent_server.store.events.gather import Ints, Numbers, Texts, distinct
from reticent_server.store.events.group import GatheredGroup
from reticent_server.store.events.maps import count_columns, map_columns
from reticent_server.store.events.model import EventGroup, StoredBatch

_TIME = pa.timestamp("us", "UTC")
_ID = pa.binary(16)


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def leave_pandas_out() -> None:
    """Has pyarrow work without pandas, of which no column here has any.

    With the first list that it is given it imports pandas, wherever that is installed: 40 MiB and
    half a second. It asks once for all.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)


def to_arrow(group: EventGroup) -> pa.RecordBatch:
    """The group as columns of `events`. Raises ValueError, OverflowError where it is malformed."""
    gathered = GatheredGroup()
    batches = sorted(group.batches, key=lambda batch: batch.device_id)  # the table's order
    lengths: list[int] = []
    for batch in batches:
        before = gathered.rows
        gathered.add_batch(batch, group.received_at_us)
        lengths.append(gathered.rows - before)
    rows = gathered.rows
    if rows > GROUP_ROWS_MAX:
        raise ValueError(f"a group has {rows} rows, more than {GROUP_ROWS_MAX}")
    columns = _structure(gathered, batches, np.array(lengths, np.int64), group.received_at_us)
    empty: list[tuple[int, Ints]] = []
    for field, (place, gatherer) in gathered.hot.items():
        if isinstance(gatherer, Numbers):
            columns[field] = _integers(gatherer, rows)
        else:
            columns[field], at = _texts(gatherer, rows, place)
            if at.size:
                empty.append((gathered.names.setdefault(field, len(gathered.names)), at))
    columns.update(map_columns(gathered, rows, empty))
    columns.update(count_columns(gathered))
    return pa.record_batch(columns)


def _structure(
    gathered: GatheredGroup, batches: Sequence[StoredBatch], lengths: Ints, received_at_us: int
) -> dict[str, pa.Array]:
    rows = gathered.rows
    first = np.cumsum(lengths) - lengths
    batch_of_row = np.repeat(np.arange(len(batches)), lengths)
    devices = pa.array([batch.device_id for batch in batches], _ID)
    streams = pa.array([batch.stream_id for batch in batches], _ID)
    seqs = np.array([batch.seq for batch in batches], np.uint64)
    ts = np.clip(np.array(gathered.ts, np.int64), 0, TS_US_MAX)
    kinds = np.repeat(np.array(gathered.kind_codes, np.int64), gathered.kind_lengths)
    delivered = _delivered(batches, batch_of_row)
    tables = pa.array([table for table, _ in gathered.kinds], pa.string())
    events = pa.array([event for _, event in gathered.kinds], pa.string())
    if ts.size != rows or kinds.size != rows:
        raise ValueError("a table has not one time for each row")
    return {
        "received_at": pa.array(np.full(rows, received_at_us, np.int64)).cast(_TIME),
        "ts": pa.array(ts).cast(_TIME),
        "device_id": devices.take(pa.array(batch_of_row)),
        "stream_id": streams.take(pa.array(batch_of_row)),
        "seq": pa.array(seqs[batch_of_row]),
        "row_no": pa.array((np.arange(rows) - first[batch_of_row]).astype(np.uint32)),
        "table": _dictionary(kinds, tables),
        "event": _dictionary(kinds, events),
        **delivered,
    }


def _delivered(batches: Sequence[StoredBatch], batch_of_row: Ints) -> dict[str, pa.Array]:
    """One value a batch, repeated for its rows as a place in a dictionary."""
    columns: dict[str, pa.Array] = {}
    for name, column in DELIVERED.items():
        values = [batch.delivered_from.get(name) for batch in batches]
        if not any(values):
            continue
        if column is Column.HOT_INTEGER:
            columns[name] = pa.array(values, pa.int64()).take(pa.array(batch_of_row))
        else:
            texts = pa.array([value or "" for value in values], pa.string())
            columns[name] = _dictionary(batch_of_row, texts)
    return columns


def _dictionary(codes: Ints, dictionary: pa.Array) -> pa.DictionaryArray:
    """Codes over a dictionary that may repeat a text."""
    encoded = dictionary.dictionary_encode()
    places = encoded.indices.to_numpy().astype(np.int32)[codes]
    return pa.DictionaryArray.from_arrays(pa.array(places), encoded.dictionary)


def _texts(gatherer: Texts, rows: int, place: Column) -> tuple[pa.Array, Ints]:
    """The column, "" where there is no value; and the rows whose value is "" itself."""
    at = gatherer.rows.array()
    codes = gatherer.codes()
    if place is Column.HOT_LONG_TEXT:
        dictionary = pa.array([*gatherer.dictionary, ""], pa.string())
    else:
        dictionary, places = distinct([*gatherer.dictionary, ""])
        codes = places[codes]
    nothing = len(gatherer.dictionary) if place is Column.HOT_LONG_TEXT else int(places[-1])
    full = np.full(rows, nothing, np.int32)
    full[at] = codes
    empty = _empty_rows(gatherer, at, codes, nothing, place)
    if place is Column.HOT_LONG_TEXT:
        return dictionary.take(pa.array(full)), empty
    return pa.DictionaryArray.from_arrays(pa.array(full), dictionary), empty


def _empty_rows(gatherer: Texts, at: Ints, codes: Ints, nothing: int, place: Column) -> Ints:
    if place is not Column.HOT_LONG_TEXT:
        return at[np.flatnonzero(codes == nothing)]
    if "" not in gatherer.dictionary:
        return at[:0]
    empties = [code for code, text in enumerate(gatherer.dictionary) if text == ""]
    return at[np.flatnonzero(np.isin(codes, empties))]


def _integers(gatherer: Numbers, rows: int) -> pa.Array:
    at = gatherer.rows.array()
    full = np.zeros(rows, np.int64)
    absent = np.ones(rows, np.bool_)
    full[at] = np.array(gatherer.values, np.int64)
    absent[at] = False
    return pa.array(full, mask=absent)
