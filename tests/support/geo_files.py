"""Small files in MaxMind's format, written from a few networks.

Source: "MaxMind DB File Format Specification", version 2.0. Records of 24 bits; IPv4 lies under
::/96, as in the files that are sold.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from pathlib import Path

_MARKER = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = bytes(16)
_Value = object


def write_geo_file(path: Path, networks: Mapping[str, Mapping[str, _Value]], *, type_: str) -> None:
    """Exchanges the file at once, as the vendors' own tools do."""
    new = path.with_suffix(".new")
    new.write_bytes(geo_file(networks, type_=type_))
    new.replace(path)


def geo_file(networks: Mapping[str, Mapping[str, _Value]], *, type_: str) -> bytes:
    root: dict[int, object] = {}
    data = b""
    for name, record in networks.items():
        node = root
        bits = _bits(name)
        for bit in bits[:-1]:
            below = node.setdefault(bit, {})
            assert isinstance(below, dict), "networks must not contain each other"
            node = below
        node[bits[-1]] = len(data)
        data += _encoded(record)
    nodes = _numbered(root)
    tree = b"".join(_record(node, nodes) for node in nodes)
    metadata = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_790_000_000,
        "database_type": type_,
        "description": {"en": "made for a test"},
        "ip_version": 6,
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": 24,
    }
    return tree + _SEPARATOR + data + _MARKER + _encoded(metadata)


def _bits(name: str) -> list[int]:
    network = ipaddress.ip_network(name)
    number = int(network.network_address)
    length = network.prefixlen + (96 if network.version == 4 else 0)
    return [number >> (127 - place) & 1 for place in range(length)]


def _numbered(root: dict[int, object]) -> list[dict[int, object]]:
    nodes, place = [root], 0
    while place < len(nodes):
        nodes += [below for below in nodes[place].values() if isinstance(below, dict)]
        place += 1
    return nodes


def _record(node: dict[int, object], nodes: list[dict[int, object]]) -> bytes:
    count = len(nodes)
    numbers = {id(one): number for number, one in enumerate(nodes)}

    def pointer(to: object) -> int:
        if isinstance(to, dict):
            return numbers[id(to)]
        return count if to is None else count + len(_SEPARATOR) + int(str(to))

    return b"".join(pointer(node.get(bit)).to_bytes(3, "big") for bit in (0, 1))


def _encoded(value: _Value) -> bytes:
    if isinstance(value, str):
        raw = value.encode()
        return _control(2, len(raw)) + raw
    if isinstance(value, float):
        return _control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        raw = value.to_bytes(4, "big").lstrip(b"\0")
        return _control(6, len(raw)) + raw
    if isinstance(value, Mapping):
        pairs = b"".join(_encoded(key) + _encoded(one) for key, one in value.items())
        return _control(7, len(value)) + pairs
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(_encoded(one) for one in value)
    raise TypeError(type(value).__name__)


def _control(type_: int, size: int) -> bytes:
    more = b"" if size < 29 else bytes([size - 29])
    size = min(size, 29)
    if type_ < 8:
        return bytes([type_ << 5 | size]) + more
    return bytes([size, type_ - 7]) + more
