"""A user's settings database of dconf, in the format GVDB.

    "GVariant"  version=0  options  root start, root end      24 bytes, little-endian numbers
    root:       bloom words n (27 bits)  buckets m  words n*4  buckets m*4  items of 24 bytes
    item:       hash  parent  key start  key size (16 bits)  type  unused  value start, value end

Enters: the file. Leaves: full key to value, of booleans and 32-bit numbers alone. Must hold: any
other bytes give what can be read, in time that grows with the file. Source: glib
gio/gvdb/gvdb-format.h; GVariant specification 1.0: a variant is data, a zero byte, its type.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_HEADER = struct.Struct("<8sIIII")
_ITEM = struct.Struct("<IIIHcxII")
_ITEMS_MAX = 20_000
_DEPTH_MAX = 16
_NO_PARENT = 0xFFFFFFFF


def parse(content: bytes) -> Mapping[str, bool | int]:
    """Empty where this is no such database."""
    if len(content) < _HEADER.size or content[:8] != b"GVariant":
        return {}
    _, version, _, start, end = _HEADER.unpack_from(content)
    root = content[start:end]
    if version != 0 or len(root) < 8:
        return {}
    bloom, buckets = struct.unpack_from("<II", root)
    items = _items(root, 8 + 4 * ((bloom & 0x07FFFFFF) + buckets))
    values: dict[str, bool | int] = {}
    for number, (_, _, _, kind, value_start, value_end) in enumerate(items):
        value = _value(content[value_start:value_end]) if kind == b"v" else None
        if value is not None and (key := _key(content, items, number)):
            values[key] = value
    return values


_Item = tuple[int, int, int, bytes, int, int]


def _items(root: bytes, begin: int) -> list[_Item]:
    count = min(max(0, len(root) - begin) // _ITEM.size, _ITEMS_MAX)
    found = (_ITEM.unpack_from(root, begin + n * _ITEM.size) for n in range(count))
    return [(parent, at, size, kind, start, end) for _, parent, at, size, kind, start, end in found]


def _key(content: bytes, items: list[_Item], number: int) -> str:
    parts = []
    for _ in range(_DEPTH_MAX):
        parent, at, size, *_ = items[number]
        parts.append(content[at : at + min(size, 256)])
        if parent == _NO_PARENT:
            return b"".join(reversed(parts)).decode(errors="replace")
        if parent >= len(items):
            return ""
        number = parent
    return ""


def _value(data: bytes) -> bool | int | None:
    if len(data) == 3 and data[1:] == b"\0b" and data[0] < 2:
        return data[0] == 1
    if len(data) == 6 and data[4:] == b"\0u":
        return int.from_bytes(data[:4], "little")
    return None
