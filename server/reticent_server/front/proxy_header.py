"""The header of the PROXY protocol, versions 1 and 2, strictly.

    1   "PROXY TCP4 192.0.2.1 192.0.2.2 5000 7443" CR LF    at most 107 bytes; also TCP6, UNKNOWN
    2   0D0A0D0A000D0A515549540A, then u8 version (2) and command (0 local, 1 proxied),
        u8 family and transport, u16 how long the rest is; the rest: source and destination
        address (4 or 16 bytes each), both ports u16; then what the balancer adds (skipped)

Source: HAProxy, "The PROXY protocol", 2.1 and 2.2. Integers are big-endian.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import struct

from reticent_server.limits import PROXY_HEADER_BYTES_MAX

_SIGNATURE = bytes.fromhex("0D0A0D0A000D0A515549540A")
_LINE_BYTES_MAX = 107
_LOCAL, _PROXIED = 0, 1
_ADDRESS_BYTES = {0x11: 4, 0x21: 16}  # TCP over IPv4, TCP over IPv6
_UNSPECIFIED = 0x00
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")


class ProxyHeaderError(Exception):
    """What came first is no header that may be believed. The message holds nothing of it."""


async def read_proxy_header(reader: asyncio.StreamReader) -> str | None:
    """The client's address; None where the balancer speaks for itself (a health check).

    Takes the header's bytes from `reader` and no more. Raises ProxyHeaderError; the caller bounds
    the time.
    """
    try:
        start = await reader.readexactly(len(_SIGNATURE))
        if start == _SIGNATURE:
            return await _version_2(reader)
        if start.startswith(b"PROXY "):
            return _version_1(start + await _rest_of_line(reader, len(start)))
    except asyncio.IncompleteReadError:
        raise ProxyHeaderError("the connection ended within the header") from None
    raise ProxyHeaderError("there is no header")


async def _rest_of_line(reader: asyncio.StreamReader, before: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        if before + len(line) >= _LINE_BYTES_MAX:
            raise ProxyHeaderError(f"a header of version 1 has at most {_LINE_BYTES_MAX} bytes")
        line += await reader.readexactly(1)
    return line


def _version_1(line: bytes) -> str | None:
    try:
        words = line.decode("ascii").removesuffix("\r\n").split(" ")
    except UnicodeDecodeError:
        raise ProxyHeaderError("a header of version 1 is ASCII") from None
    if not line.endswith(b"\r\n") or "\r" in words[-1]:
        raise ProxyHeaderError("a header of version 1 ends with CR LF")
    if words[1] == "UNKNOWN":
        return None
    versions = {"TCP4": 4, "TCP6": 6}
    if len(words) != 6 or words[1] not in versions:
        raise ProxyHeaderError("a header of version 1 has six words, the second TCP4 or TCP6")
    for port in words[4:]:
        if not _PORT.fullmatch(port) or int(port) > 65_535:
            raise ProxyHeaderError("a port of the header is none")
    try:
        source, _ = (ipaddress.ip_address(word) for word in words[2:4])
        if any(ipaddress.ip_address(word).version != versions[words[1]] for word in words[2:4]):
            raise ValueError
        if "%" in words[2]:  # a zone is any text, and means nothing here
            raise ValueError
    except ValueError:
        raise ProxyHeaderError("an address of the header is none of its family") from None
    return str(source)


async def _version_2(reader: asyncio.StreamReader) -> str | None:
    version, family, length = struct.unpack(">BBH", await reader.readexactly(4))
    if length > PROXY_HEADER_BYTES_MAX:
        raise ProxyHeaderError(f"the header is longer than {PROXY_HEADER_BYTES_MAX} bytes")
    rest = await reader.readexactly(length)
    if version >> 4 != 2 or version & 15 not in (_LOCAL, _PROXIED):
        raise ProxyHeaderError("the header's version or command is unknown")
    if version & 15 == _LOCAL or family == _UNSPECIFIED:
        return None
    size = _ADDRESS_BYTES.get(family)
    if size is None:
        raise ProxyHeaderError("the header is not about a TCP connection")
    if length < 2 * size + 4:
        raise ProxyHeaderError("the header is shorter than its addresses")
    return str(ipaddress.ip_address(rest[:size]))
