"""What the kernel says of links and addresses.

Enters: messages of rtnetlink(7), which may hold several, in this machine's byte order (netlink(7):
header, then a fixed part, then attributes, each padded to four bytes). Leaves: links and addresses.
Must hold: no error for any input; a message that is cut or lies about its length ends there.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NEW_LINK, DEL_LINK, GET_LINK = 16, 17, 18
NEW_ADDRESS, DEL_ADDRESS, GET_ADDRESS = 20, 21, 22
DONE, ERROR = 3, 2
DUMP_FLAGS = 0x1 | 0x300  # NLM_F_REQUEST, NLM_F_DUMP

_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_LINK = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, change
_ADDRESS = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix, flags, scope, index
_ATTRIBUTE = struct.Struct("=HH")  # rtattr: length, type
_TYPE_MASK = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER

_IFLA_IFNAME, _IFLA_LINKINFO, _IFLA_INFO_KIND = 3, 18, 1
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_IFF_UP, _IFF_LOOPBACK, _IFF_RUNNING = 0x1, 0x8, 0x40


@dataclass(frozen=True, slots=True)
class Link:
    index: int
    name: str
    kind: str  # "" of hardware, else as `ip -details link` has it: veth, bridge, wireguard …
    is_up: bool  # switched on, and with a carrier where there is such a thing (RFC 2863)
    is_loopback: bool
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    index: int  # of its link
    text: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Of what was asked for."""

    is_error: bool


def parse_messages(data: bytes) -> Iterator[Link | Address | End]:
    """In their order; what is neither of these is passed over."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        found = _one(kind, data[at + _HEADER.size : at + length])
        if found is not None:
            yield found
        at += _padded(length)


def dump_request(kind: int, *, sequence: int) -> bytes:
    """Asks for all links or all addresses; `kind`: GET_LINK or GET_ADDRESS."""
    body = bytes(_LINK.size if kind == GET_LINK else _ADDRESS.size)
    return _HEADER.pack(_HEADER.size + len(body), kind, DUMP_FLAGS, sequence, 0) + body


def _one(kind: int, body: bytes) -> Link | Address | End | None:
    if kind in (NEW_LINK, DEL_LINK):
        return _link(body, is_gone=kind == DEL_LINK)
    if kind in (NEW_ADDRESS, DEL_ADDRESS):
        return _address(body, is_gone=kind == DEL_ADDRESS)
    return End(is_error=kind == ERROR) if kind in (DONE, ERROR) else None


def _link(body: bytes, *, is_gone: bool) -> Link | None:
    if len(body) < _LINK.size:
        return None
    family, _, index, flags, _ = _LINK.unpack_from(body)
    # A bridge tells of its ports in its own family: coming and going there is not the link's.
    if family != socket.AF_UNSPEC:
        return None
    attributes = _attributes(body[_LINK.size :])
    return Link(
        index=index,
        name=_text(attributes.get(_IFLA_IFNAME, b"")),
        kind=_text(_attributes(attributes.get(_IFLA_LINKINFO, b"")).get(_IFLA_INFO_KIND, b"")),
        is_up=not is_gone and flags & _IFF_UP != 0 and flags & _IFF_RUNNING != 0,
        is_loopback=flags & _IFF_LOOPBACK != 0,
        is_gone=is_gone,
    )


def _address(body: bytes, *, is_gone: bool) -> Address | None:
    if len(body) < _ADDRESS.size:
        return None
    family, _, _, _, index = _ADDRESS.unpack_from(body)
    attributes = _attributes(body[_ADDRESS.size :])
    # On a link between two points IFA_ADDRESS is the other end's.
    packed = attributes.get(_IFA_LOCAL) or attributes.get(_IFA_ADDRESS, b"")
    size = {socket.AF_INET: 4, socket.AF_INET6: 16}.get(family)
    if size is None or len(packed) != size:
        return None
    return Address(index=index, text=str(ipaddress.ip_address(packed)), is_gone=is_gone)


def _attributes(data: bytes) -> Mapping[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            break
        found[kind & _TYPE_MASK] = data[at + _ATTRIBUTE.size : at + length]
        at += _padded(length)
    return found


def _text(value: bytes) -> str:
    return value.split(b"\0", 1)[0].decode(errors="replace")


def _padded(length: int) -> int:
    return length + 3 & ~3
