"""The PROXY protocol's header: what is believed, what is refused, and no byte more is taken."""

from __future__ import annotations

import asyncio
import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_server.front.proxy_header import ProxyHeaderError, read_proxy_header
from reticent_server.limits import PROXY_HEADER_BYTES_MAX

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
V4 = bytes([203, 0, 113, 9, 10, 0, 0, 1]) + struct.pack(">HH", 50_000, 7_443)
V6 = bytes.fromhex("20010db8" + "00" * 11 + "01") * 2 + struct.pack(">HH", 50_000, 7_443)
TLS = b"\x16\x03\x01the rest"


def version_2(command: int, family: int, rest: bytes, *, length: int | None = None) -> bytes:
    size = len(rest) if length is None else length
    return SIGNATURE + struct.pack(">BBH", command, family, size) + rest


async def read(sent: bytes) -> tuple[str | None, bytes]:
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    return await read_proxy_header(reader), await reader.read()


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (b"PROXY TCP4 203.0.113.9 10.0.0.1 50000 7443\r\n", "203.0.113.9"),
        (b"PROXY TCP6 2001:db8::1 2001:db8::2 50000 7443\r\n", "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN 2001:db8::1 2001:db8::2 1 2\r\n", None),
        (version_2(0x21, 0x11, V4), "203.0.113.9"),
        (version_2(0x21, 0x21, V6), "2001:db8::1"),
        (version_2(0x21, 0x11, V4 + b"\x04\x00\x05extra"), "203.0.113.9"),
        (version_2(0x21, 0x00, b""), None),
        (version_2(0x20, 0x00, b""), None),
        (version_2(0x20, 0x11, V4), None),
    ],
)
async def test_a_header_names_the_client_and_leaves_what_follows(
    header: bytes, client: str | None
) -> None:
    assert await read(header + TLS) == (client, TLS)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"PROXY ",
        TLS * 10,
        b"PROXY TCP4 203.0.113.9 10.0.0.1 50000 7443\n" + TLS,
        b"PROXY TCP4 203.0.113.9 10.0.0.1 50000\r\n",
        b"PROXY TCP6 fe80::1%anything 2001:db8::2 50000 7443\r\n",
        b"PROXY TCP4 203.0.113.9  10.0.0.1 50000 7443\r\n",
        b"PROXY TCP4 203.0.113.9 10.0.0.1 50000 7443 \r\n",
        b"PROXY TCP4 203.0.113.9 10.0.0.1 050000 7443\r\n",
        b"PROXY TCP4 203.0.113.9 10.0.0.1 65536 7443\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP6 203.0.113.9 2001:db8::2 1 2\r\n",
        b"PROXY TCP4 somewhere.example 10.0.0.1 1 2\r\n",
        b"PROXY UDP4 203.0.113.9 10.0.0.1 1 2\r\n",
        "PROXY TCP4 203.0.113.９ 10.0.0.1 1 2\r\n".encode(),
        b"proxy TCP4 203.0.113.9 10.0.0.1 50000 7443\r\n",
        b"PROXY " + b"x" * 200 + b"\r\n",
        version_2(0x11, 0x11, V4),
        version_2(0x22, 0x11, V4),
        version_2(0x21, 0x12, V4),
        version_2(0x21, 0x31, bytes(216)),
        version_2(0x21, 0x11, V4[:-1]),
        version_2(0x21, 0x21, V4),
        version_2(0x21, 0x11, V4, length=len(V4) + 1),
        version_2(0x21, 0x11, V4 + bytes(PROXY_HEADER_BYTES_MAX)),
        SIGNATURE + b"\x21",
    ],
)
async def test_whatever_else_comes_first_is_refused(header: bytes) -> None:
    with pytest.raises(ProxyHeaderError) as refused:
        await read(header)
    assert "203" not in str(refused.value)


@given(sent=st.binary(max_size=300), start=st.sampled_from([b"", b"PROXY ", SIGNATURE]))
def test_any_bytes_are_read_or_refused(sent: bytes, start: bytes) -> None:
    async def attempt() -> None:
        with contextlib.suppress(ProxyHeaderError):
            await read(start + sent)

    asyncio.run(attempt())
