"""What comes to the server from others than its agents, for the one fuzz command.

A balancer's header, a GeoIP file, a CSV file of records, and at the laptop the question to the
helper that runs as root. Each takes any bytes and may raise only what its documentation says.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge
from reticent_agent.collect.files import DiskFiles
from reticent_agent.privileged import serve
from reticent_agent.privileged.questions import QUESTIONS
from reticent_contract.catalog.connection import CONNECTION
from reticent_contract.redact.actions.simple import keep_problem
from reticent_server.config import GeoFiles
from reticent_server.errors import ServerError
from reticent_server.front.forwarded import Forwarded
from reticent_server.front.networks import Networks
from reticent_server.front.proxy_header import ProxyHeaderError, read_proxy_header
from reticent_server.place.places import Places
from reticent_server.records import csv_file, entry
from support.geo_files import geo_file

_SCRATCH = tempfile.TemporaryDirectory(prefix="fuzz-server-")  # removed when the process ends
_GEO_FILE = Path(_SCRATCH.name) / "fuzz.mmdb"
_BROKEN = Gauge("broken", "made for a test", ["key"], registry=CollectorRegistry())
_ADDRESSES = ("203.0.113.9", "81.2.69.142", "2a02:1234::1", "::ffff:81.2.69.142", "10.0.0.1")
_TODAY = date(2026, 11, 26)
_LOOP = asyncio.new_event_loop()
_PROXIED = bytes.fromhex("0D0A0D0A000D0A515549540A")


@contextmanager
def _quiet() -> Iterator[None]:
    """Each file that is broken is told in the log."""
    logger = logging.getLogger("reticent_server")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _proxy_header(data: bytes) -> object:
    reader = asyncio.StreamReader(loop=_LOOP)
    reader.feed_data(data)
    reader.feed_eof()
    try:
        read_proxy_header(reader).send(None)  # all there is has come, so nothing waits
    except StopIteration as ended:
        address = ended.value
        assert address is None or str(ipaddress.ip_address(address)) == address
        return address
    raise AssertionError("the header is waited for")


def _forwarded(data: bytes) -> object:
    middle = Forwarded(None, trusted=Networks(["10.0.0.0/8", "::1"]))  # type: ignore[arg-type]
    address = middle._client("10.0.0.1", data.decode("latin-1").split(","))
    return ipaddress.ip_address(address)


def _places(data: bytes) -> object:
    _GEO_FILE.write_bytes(data)
    with _quiet():
        places = Places(GeoFiles(city=_GEO_FILE, asn=_GEO_FILE), broken=_BROKEN)
        found = [places.fields_of(address) for address in _ADDRESSES]
    for name, value in (each for fields in found for each in fields.items()):
        if not isinstance(value, str):  # a text is cut by redaction
            assert keep_problem(CONNECTION.by_name[name], value) is None, name  # type: ignore[arg-type]
    return None


def _csv(data: bytes) -> object:
    lines = csv_file.lines_of(data.decode("utf-8", "replace"))
    return [entry.checked(line.values, phone_region="IN", today=_TODAY) for line in lines]


class _Connection:
    """Somebody who asks the helper, and hears its reply."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def settimeout(self, seconds: float) -> None:
        pass

    def getsockopt(self, level: int, name: int, size: int) -> bytes:
        return serve._CREDENTIALS.pack(1, os.geteuid(), 1)

    def recv(self, size: int) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def _question(data: bytes) -> object:
    files = DiskFiles(_SCRATCH.name)
    reply = serve._reply(
        _Connection(data),  # type: ignore[arg-type]  # as much of one as is used
        frozenset({os.geteuid()}),
        files,
        _NoCommands(),
    )
    assert reply.endswith(b"\n")
    return reply


class _NoCommands:
    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        raise OSError("no programs here")

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Sequence[bytes]:
        return ()


PARSERS: Mapping[str, Callable[[bytes], object]] = {
    "PROXY header": _proxy_header,
    "X-Forwarded-For": _forwarded,
    "GeoIP file": _places,
    "CSV of records": _csv,
    "question to the helper": _question,
}
ALLOWED: Mapping[str, Sequence[type[Exception]]] = {
    "PROXY header": (ProxyHeaderError,),
    "CSV of records": (ServerError,),
}

_CITY = {
    "country": {"iso_code": "GB"},
    "subdivisions": [{"iso_code": "ENG"}],
    "city": {"names": {"en": "Boxford"}},
    "location": {"latitude": 51.75, "longitude": -1.25},
}
_ASN = {"autonomous_system_number": 1221, "autonomous_system_organization": "Example Net"}
SEEDS: Mapping[str, Sequence[bytes]] = {
    "PROXY header": [
        b"PROXY TCP4 192.0.2.1 192.0.2.2 5000 7443\r\n",
        b"PROXY TCP6 2001:db8::1 2001:db8::2 5000 7443\r\n",
        b"PROXY UNKNOWN\r\n",
        _PROXIED + bytes.fromhex("2111000c c0000201c00002021388 1d13"),
        _PROXIED + bytes.fromhex("21210024") + bytes(range(36)),
        _PROXIED + bytes.fromhex("20000000"),
    ],
    "X-Forwarded-For": [b"203.0.113.7, 10.0.0.2", b"2001:db8::1,::1", b"fe80::1%eth0"],
    "GeoIP file": [
        geo_file({"81.2.69.0/24": _CITY, "2a02:1234::/32": _CITY}, type_="GeoLite2-City"),
        geo_file({"81.2.69.0/24": _ASN, "203.0.113.0/24": _ASN}, type_="GeoLite2-ASN"),
    ],
    "CSV of records": [
        b"system_serial,purchase_date,email,phone\nPF0X,2026-01-31,a@example.com,98450 12345\n",
        '\ufeffhost_name;full_name;company\r\nx1;"Ada; L";Acme\r\n'.encode(),
    ],
    "question to the helper": [f"{name}\n".encode() for name in QUESTIONS],
}
