"""X-Forwarded-For is believed as far as trusted proxies wrote it."""

from __future__ import annotations

import pytest
from reticent_server.front.forwarded import Forwarded
from reticent_server.front.networks import Networks
from starlette.types import Receive, Scope, Send

TRUSTED = Networks(["10.0.0.0/24", "2001:db8:1::/48"])


async def client(seen: str, *said: bytes, trusted: Networks = TRUSTED) -> str:
    found: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope["client"][0])

    headers = [(b"host", b"x"), *((b"x-forwarded-for", value) for value in said)]
    scope = {"type": "http", "client": (seen, 5_000), "headers": headers}

    async def nothing(*_: object) -> None: ...

    await Forwarded(app, trusted=trusted)(scope, nothing, nothing)  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    ("seen", "said", "is_"),
    [
        ("10.0.0.7", [b"203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", [b"1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", [b"1.1.1.1", b"203.0.113.9, 10.0.0.8"], "203.0.113.9"),
        ("2001:db8:1::2", [b"2001:db8:9::1"], "2001:db8:9::1"),
        ("::ffff:10.0.0.7", [b"203.0.113.9"], "203.0.113.9"),
        ("203.0.113.5", [b"1.1.1.1"], "203.0.113.5"),
        ("10.0.1.7", [b"1.1.1.1"], "10.0.1.7"),
        ("10.0.0.7", [], "10.0.0.7"),
        ("10.0.0.7", [b"<script>"], "10.0.0.7"),
        ("10.0.0.7", [b"fe80::1%<b>alert"], "10.0.0.7"),
        ("10.0.0.7", [b"203.0.113.9, nobody, 10.0.0.8"], "10.0.0.8"),
        ("10.0.0.7", [b",".join([b"10.0.0.8"] * 5_000)], "10.0.0.8"),
    ],
)
async def test_the_client_behind_trusted_proxies(seen: str, said: list[bytes], is_: str) -> None:
    assert await client(seen, *said) == is_


async def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert await client("10.0.0.7", b"1.1.1.1", trusted=Networks([])) == "10.0.0.7"
