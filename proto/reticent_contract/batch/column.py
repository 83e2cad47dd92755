"""One column: checked against its encoding, turned into plain lists."""

from __future__ import annotations

from itertools import accumulate

from reticent_contract import limits
from reticent_contract.batch.model import (
    ENTRY_BYTES_MIN,
    BatchError,
    DecodedColumn,
    Encoding,
)
from reticent_contract.v1 import telemetry_pb2

_Column = telemetry_pb2.Column
_NAMES: dict[int, Encoding] = {
    _Column.ENCODING_TEXT: "text",
    _Column.ENCODING_INTEGER: "integer",
    _Column.ENCODING_REAL: "real",
    _Column.ENCODING_BOOLEAN: "boolean",
    _Column.ENCODING_PSEUDONYM: "pseudonym",
    _Column.ENCODING_TEXTS: "texts",
    _Column.ENCODING_PSEUDONYMS: "pseudonyms",
}
_TOKEN_BYTES = 16
_INT64 = 1 << 63


def decode_column(
    column: telemetry_pb2.Column, *, table: str, rows: int, room: int
) -> tuple[DecodedColumn, int]:
    """The column, and how many bytes its values are once unfolded: `room` at most.

    Every count is compared before it becomes a list. Unfolded, a text is as long as it is in
    UTF-8 and a token 16 bytes; whatever is shorter than 8 bytes counts as 8.
    """
    name = f"{table}.{column.field}"
    encoding = _NAMES.get(column.encoding)
    if encoding is None:
        raise BatchError("malformed", f"{name}: unknown encoding {column.encoding}")
    present = _present(column, name=name, rows=rows)
    count = rows if present is None else len(present)
    _check_unused(column, encoding, name=name)
    if encoding in ("integer", "boolean"):
        return _integers(column, encoding, present=present, name=name, count=count, room=room)
    if encoding == "real":
        if len(column.reals) != count:
            raise _wrong_count(name)
        _check_room(ENTRY_BYTES_MIN * count, room, name=name)
        values = list(column.reals)
        return DecodedColumn(
            field=column.field, encoding=encoding, present=present, values=values
        ), ENTRY_BYTES_MIN * count
    lengths = None
    if encoding in ("texts", "pseudonyms"):
        if len(column.lengths) != count:
            raise _wrong_count(name)
        lengths = list(column.lengths)
        if lengths and (min(lengths) < 1 or max(lengths) > limits.VALUE_LIST_MAX):
            raise BatchError("malformed", f"{name}: a list of 0 or too many elements")
        count = sum(lengths)
    if len(column.index) != count:
        raise _wrong_count(name)
    if encoding in ("text", "texts"):
        _check_room(ENTRY_BYTES_MIN * count, room, name=name)
        index = list(column.index)
        _check_index(index, len(column.dictionary), name=name)
        dictionary = list(column.dictionary)
        unfolded_bytes = _unfolded_bytes(dictionary, index)
        _check_room(unfolded_bytes, room, name=name)
        return DecodedColumn(
            field=column.field,
            encoding=encoding,
            present=present,
            dictionary=dictionary,
            index=index,
            lengths=lengths,
        ), unfolded_bytes
    _check_room(_TOKEN_BYTES * count, room, name=name)
    index = list(column.index)
    data = _tokens(column, name=name)
    _check_index(index, len(data) // _TOKEN_BYTES, name=name)
    tokens = [data[at : at + _TOKEN_BYTES] for at in range(0, len(data), _TOKEN_BYTES)]
    return DecodedColumn(
        field=column.field,
        encoding=encoding,
        present=present,
        tokens=tokens,
        index=index,
        domain=column.domain,
        epoch=column.epoch,
        lengths=lengths,
    ), _TOKEN_BYTES * count


def _present(column: telemetry_pb2.Column, *, name: str, rows: int) -> list[int] | None:
    if not column.absent_delta:
        return None
    if len(column.absent_delta) >= rows:
        raise BatchError("malformed", f"{name}: a column without any value")
    absent = list(accumulate(column.absent_delta))
    if absent[-1] >= rows or len(set(absent)) != len(absent):
        raise BatchError("malformed", f"{name}: absent rows that do not exist or stand twice")
    missing = set(absent)
    return [row for row in range(rows) if row not in missing]


def _integers(
    column: telemetry_pb2.Column,
    encoding: Encoding,
    *,
    present: list[int] | None,
    name: str,
    count: int,
    room: int,
) -> tuple[DecodedColumn, int]:
    if len(column.integers) != count:
        raise _wrong_count(name)
    _check_room(ENTRY_BYTES_MIN * count, room, name=name)
    values: list[int] | list[bool]
    if encoding == "boolean":
        integers = list(column.integers)
        if not set(integers) <= {0, 1}:
            raise BatchError("malformed", f"{name}: a boolean that is neither 0 nor 1")
        values = [bool(number) for number in integers]
    else:
        values = list(accumulate(column.integers))
        if min(values) < -_INT64 or max(values) >= _INT64:  # differences wrap around at 64 bits
            values = [(number + _INT64) % (2 * _INT64) - _INT64 for number in values]
    return DecodedColumn(
        field=column.field, encoding=encoding, present=present, values=values
    ), ENTRY_BYTES_MIN * count


def _tokens(column: telemetry_pb2.Column, *, name: str) -> bytes:
    data = column.tokens
    if len(data) % _TOKEN_BYTES:
        raise BatchError("malformed", f"{name}: tokens that are not 16 bytes each")
    if not 0 < len(column.domain) <= limits.DOMAIN_CHARS_MAX or not column.domain.isprintable():
        raise BatchError("malformed", f"{name}: pseudonyms without a proper domain")
    return data


def _check_index(index: list[int], entries: int, *, name: str) -> None:
    if max(index) >= entries:
        raise BatchError("malformed", f"{name}: an index outside the dictionary")
    if entries > len(index):
        raise BatchError("malformed", f"{name}: dictionary entries that no row uses")


def _check_unused(column: telemetry_pb2.Column, encoding: Encoding, *, name: str) -> None:
    integers = encoding in ("integer", "boolean")
    tokens = encoding in ("pseudonym", "pseudonyms")
    texts = encoding in ("text", "texts")
    if (
        (column.integers and not integers)
        or (column.reals and encoding != "real")
        or (column.dictionary and not texts)
        or (column.index and not (texts or tokens))
        or ((column.tokens or column.domain or column.epoch) and not tokens)
        or (column.lengths and encoding not in ("texts", "pseudonyms"))
    ):
        raise BatchError("malformed", f"{name}: parts filled that its encoding does not have")


def _unfolded_bytes(dictionary: list[str], index: list[int]) -> int:
    if 4 * max(map(len, dictionary)) <= ENTRY_BYTES_MIN:
        return ENTRY_BYTES_MIN * len(index)
    sizes = [len(text) if text.isascii() else len(text.encode()) for text in dictionary]
    if min(sizes) < ENTRY_BYTES_MIN:
        sizes = [max(ENTRY_BYTES_MIN, size) for size in sizes]
    return sum([sizes[place] for place in index])


def _check_room(unfolded_bytes: int, room: int, *, name: str) -> None:
    if unfolded_bytes > room:
        raise BatchError("too-large", f"{name}: unfolds to more than its rows or a batch may hold")


def _wrong_count(name: str) -> BatchError:
    return BatchError("malformed", f"{name}: another number of values than of rows")
