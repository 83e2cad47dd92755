"""Collects the columns of many batches into one array a field, without touching single values.

Enters: `StoredColumn`s with the number of their first row in the group. Leaves: numpy arrays of row
numbers and of values. Must hold: the work in Python is per column of a batch; everything per value
is done by `list.extend`, numpy or Arrow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reticent_server.store.events.model import StoredColumn

Ints = npt.NDArray[np.int64]


class Rows:
    """Row numbers of the values, as runs; only columns with gaps are written out."""

    __slots__ = ("_gaps", "_lengths", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._lengths: list[int] = []
        self._gaps: list[tuple[int, int, Sequence[int]]] = []

    def add(self, start: int, rows: int, length: int, present: Sequence[int] | None) -> None:
        """`rows`: of the table; `length`: values of the column."""
        if (rows if present is None else len(present)) != length:
            raise ValueError("a column has not one value for each present row")
        if present is not None:
            self._gaps.append((len(self._starts), rows, present))
        self._starts.append(start)
        self._lengths.append(length)

    def lengths(self) -> Ints:
        return np.array(self._lengths, np.int64)

    def array(self) -> Ints:
        lengths = self.lengths()
        starts = np.array(self._starts, np.int64)
        first = np.cumsum(lengths) - lengths
        rows: Ints = np.arange(int(lengths.sum()), dtype=np.int64)
        rows += np.repeat(starts - first, lengths)
        for chunk, table_rows, present in self._gaps:
            at = int(first[chunk])
            places = np.array(present, np.int64)
            if places.size and (
                places[0] < 0 or places[-1] >= table_rows or (np.diff(places) < 1).any()
            ):
                raise ValueError("present rows do not ascend within their table")
            rows[at : at + places.size] = starts[chunk] + places
        return rows


class Texts:
    """Texts of one column, or of all fields that share the map."""

    __slots__ = ("_bases", "_lengths", "dictionary", "index", "names", "rows")

    def __init__(self) -> None:
        self.rows = Rows()
        self.names: list[int] = []  # for each chunk the code of its field; used by maps
        self.dictionary: list[str] = []
        self.index: list[int] = []
        self._bases: list[int] = []
        self._lengths: list[int] = []

    def add(self, column: StoredColumn, start: int, rows: int, name: int = 0) -> None:
        index = column.index or ()
        dictionary = column.dictionary or ()
        self._bases.append(len(self.dictionary))
        self._lengths.append(len(index))
        self.dictionary.extend(dictionary)
        self.index.extend(index)
        self.names.append(name)
        lengths = column.lengths
        length = len(index) if lengths is None else len(lengths)
        self.rows.add(start, rows, length, column.present)

    def codes(self) -> Ints:
        """For each text its place in `dictionary` (batches' dictionaries, one after another)."""
        bases = np.repeat(np.array(self._bases, np.int64), np.array(self._lengths, np.int64))
        codes = np.array(self.index, np.int64)
        codes += bases
        if codes.size and (codes.min() < 0 or codes.max() >= len(self.dictionary)):
            raise ValueError("an index points outside its dictionary")
        return codes

    def chunk_names(self) -> Ints:
        """For each row with a value the code of its field."""
        return np.repeat(np.array(self.names, np.int64), self.rows.lengths())


class Numbers:
    """Numbers of one column, or of all fields that share the map."""

    __slots__ = ("names", "rows", "values")

    def __init__(self) -> None:
        self.rows = Rows()
        self.names: list[int] = []
        self.values: list[float] = []

    def add(self, column: StoredColumn, start: int, rows: int, name: int = 0) -> None:
        values = column.values or ()
        self.names.append(name)
        self.values.extend(values)
        self.rows.add(start, rows, len(values), column.present)

    def chunk_names(self) -> Ints:
        return np.repeat(np.array(self.names, np.int64), self.rows.lengths())


def distinct(dictionary: Sequence[str]) -> tuple[pa.Array, Ints]:
    """The distinct texts, and for each place in `dictionary` its place among them."""
    encoded = pa.array(dictionary, pa.string()).dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)
