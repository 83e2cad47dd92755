"""Builds the map columns of `events`: fields that have no column of their own.

Enters: gathered values with their rows and the codes of their fields. Leaves: Arrow maps, one entry
a value, keys as a dictionary. Must hold: a row's keys are distinct (a batch has a field once).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from reticent_server.store.events.gather import Ints, distinct
from reticent_server.store.events.group import GatheredGroup

Empty = Sequence[tuple[int, Ints]]  # code of a hot field, rows where its value is ""


def map_columns(gathered: GatheredGroup, rows: int, empty: Empty) -> dict[str, pa.Array]:
    """The maps that this group uses."""
    keys = pa.array(list(gathered.names), pa.string())
    maps: dict[str, pa.Array] = {}
    if gathered.texts.names or empty:
        maps["texts"] = _texts(gathered, rows, empty, keys)
    for column, numbers, dtype in (
        ("integers", gathered.integers, np.int64),
        ("reals", gathered.reals, np.float64),
    ):
        if numbers.values:
            values = pa.array(np.array(numbers.values, dtype))
            maps[column] = _map(rows, numbers.rows.array(), numbers.chunk_names(), keys, values)
    if gathered.list_lengths:
        lists = gathered.lists
        maps["lists"] = _map(rows, lists.rows.array(), lists.chunk_names(), keys, _lists(gathered))
    return maps


def count_columns(gathered: GatheredGroup) -> dict[str, pa.Array]:
    """The receipts' counts: four arrays a row, empty but for receipts."""
    fields, rules, outcomes, counts = gathered.counts
    if not counts:
        return {}
    offsets = _offsets(np.array(gathered.count_lengths, np.int64))
    columns = {
        f"counts.{name}": pa.ListArray.from_arrays(offsets, pa.array(texts).dictionary_encode())
        for name, texts in (("field", fields), ("rule", rules), ("outcome", outcomes))
    }
    columns["counts.count"] = pa.ListArray.from_arrays(offsets, pa.array(counts, pa.uint64()))
    return columns


def _texts(gathered: GatheredGroup, rows: int, empty: Empty, keys: pa.Array) -> pa.Array:
    texts = gathered.texts
    nothing = len(texts.dictionary)
    at = np.concatenate([texts.rows.array(), *(at for _, at in empty)])
    names = np.concatenate([texts.chunk_names(), *(np.full(at.size, n) for n, at in empty)])
    codes = np.concatenate([texts.codes(), *(np.full(at.size, nothing) for _, at in empty)])
    values = pa.array([*texts.dictionary, ""], pa.string()).take(pa.array(codes))
    return _map(rows, at, names, keys, values)


def _lists(gathered: GatheredGroup) -> pa.Array:
    lists = gathered.lists
    codes = lists.codes()
    lengths = np.array(gathered.list_lengths, np.int64)
    if int(lengths.sum()) != codes.size:
        raise ValueError("a column of lists has other lengths than it has elements")
    dictionary, places = distinct(lists.dictionary)
    return pa.ListArray.from_arrays(_offsets(lengths), dictionary.take(pa.array(places[codes])))


def _map(rows: int, at: Ints, names: Ints, keys: pa.Array, values: pa.Array) -> pa.Array:
    if at.size != len(values) or names.size != at.size:
        raise ValueError("a column has not one value for each present row")
    order = np.argsort(at, kind="stable")
    codes = pa.array(names[order].astype(np.int32))
    return pa.MapArray.from_arrays(
        _offsets(np.bincount(at, minlength=rows)),
        pa.DictionaryArray.from_arrays(codes, keys),
        values.take(pa.array(order)),
    )


def _offsets(lengths: Ints) -> pa.Array:
    offsets = np.zeros(lengths.size + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.array(offsets)
