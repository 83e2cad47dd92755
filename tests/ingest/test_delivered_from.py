"""From where a row was delivered: what the policy of now leaves of it, on rows of every table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from reticent_server.config import GeoFiles, ServerConfig
from reticent_server.epochs.files import EpochKeys
from support.geo_files import write_geo_file
from support.running import ANY_PORTS, Running, batch, running
from support.telemetry_client import Conversation, Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

SEEN = "8.8.8.8"
CITY = {
    "country": {"iso_code": "IN"},
    "subdivisions": [{"iso_code": "MH"}],
    "city": {"names": {"en": "Mumbai"}},
    "location": {"latitude": 19.07, "longitude": 72.88},
}
ASN = {
    "autonomous_system_number": 64_500,
    "autonomous_system_organization": "Example Telecom",
}
DAY_S = 86_400


class Clock:
    def __init__(self) -> None:
        self.now_s = time.time()

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def config(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerConfig:
    """A server to which every laptop comes from an address that its files know."""
    for name, record in (("city", CITY), ("asn", ASN)):
        write_geo_file(tmp_path / f"{name}.mmdb", {"8.8.8.0/24": record}, type_=name)
    monkeypatch.setattr("reticent_server.ports.address_of", lambda _peer: SEEN)
    files = GeoFiles(city=tmp_path / "city.mmdb", asn=tmp_path / "asn.mmdb")
    return ServerConfig(data_dir=data_dir, ports=ANY_PORTS, geoip=files)


async def publish(run: Running, fields: dict[str, object], **rules: object) -> None:
    """The policy in force with these rules for `connection`; `expires` is the whole policy's."""
    document: dict[str, Any] = dict(
        run.services.policies.parsed(run.services.policies.current()).document
    )
    if "expires" in rules:
        document["expires"] = rules.pop("expires")
    connection = {**document["tables"]["connection"], **rules, "fields": fields}
    document["tables"] = {**document["tables"], "connection": connection}
    del document["version"]
    document.pop("tests", None)
    await asyncio.to_thread(run.services.policies.publish, document)


async def sent(run: Running, stream: Conversation, seq: int) -> dict[str, Any]:
    """What the store has for a batch that is sent now."""
    await stream.send(seq, batch())
    await stream.acknowledged(seq)
    (stored,) = [b for b in run.events.from_laptops if b.seq == seq]
    assert [table.table for table in stored.tables] == ["cpu"]
    return dict(stored.delivered_from)


@asynccontextmanager
async def told(run: Running) -> AsyncIterator[tuple[Laptop, Conversation]]:
    laptop = await run.laptop()
    async with laptop.streaming() as stream:
        yield laptop, stream


async def test_the_default_policy_leaves_network_country_and_its_owner(
    config: ServerConfig,
) -> None:
    async with running(config.data_dir, config=config) as run, told(run) as (_, stream):
        assert await sent(run, stream, 1) == {
            "delivered_from_address": "8.8.8.0/24",
            "delivered_from_country": "IN",
            "delivered_from_network_number": 64_500,
            "delivered_from_network_owner": "Example Telecom",
        }
        assert run.events.from_server[0].delivered_from == run.events.from_laptops[0].delivered_from


async def test_a_policy_that_drops_more_holds_for_the_connection_that_is_open(
    config: ServerConfig,
) -> None:
    """Also for rows that were redacted, or waited in the spool, under the one before."""
    async with running(config.data_dir, config=config) as run, told(run) as (_, stream):
        assert "delivered_from_country" in await sent(run, stream, 1)
        await publish(run, {"city": "keep", "network_owner": {"replace": {"with": "a network"}}})
        await stream.hear("policy_push")
        assert await sent(run, stream, 2) == {
            "delivered_from_city": "Mumbai",
            "delivered_from_network_owner": "a network",
        }
        assert len(run.events.from_server) == 1
    stored = repr([b.delivered_from for b in run.events.from_laptops])
    assert SEEN not in stored


async def test_without_the_persons_consent_nothing_is_said(config: ServerConfig) -> None:
    async with running(config.data_dir, config=config) as run:
        await publish(run, {"country": "keep"}, consent="required")
        async with told(run) as (_, stream):
            assert await sent(run, stream, 1) == {}


async def test_once_the_policy_has_expired_nothing_is_said(config: ServerConfig) -> None:
    clock = Clock()
    expires = datetime.fromtimestamp(clock.now_s + DAY_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with running(config.data_dir, config=config, clock=clock) as run:
        await publish(run, {"country": "keep"}, expires=expires)
        async with told(run) as (_, stream):
            assert await sent(run, stream, 1) == {"delivered_from_country": "IN"}
            clock.now_s += 3 * DAY_S
            assert await sent(run, stream, 2) == {}


async def test_a_pseudonym_of_an_epoch_that_was_destroyed_is_not_stored_any_more(
    config: ServerConfig,
) -> None:
    async with running(config.data_dir, config=config) as run:
        await publish(run, {"wan_address": "pseudonymise", "country": "keep"})
        async with told(run) as (_, stream):
            before = await sent(run, stream, 1)
            assert before["delivered_from_address"].startswith("pn:connection.wan_address:1:")
            run.services.ingest.notify_keys(EpochKeys(fleet={}, server={}))
            await stream.hear("key_push")
            assert await sent(run, stream, 2) == {}
            assert len({b.seq for b in run.events.from_laptops}) == 2


async def test_what_cannot_be_made_holds_up_no_laptop(
    config: ServerConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(config.data_dir, config=config) as run:

        def fails(_address: str) -> dict[str, object]:
            raise OSError("the disk of the files is gone")

        monkeypatch.setattr(run.services.ingest.connection_rows._places, "fields_of", fails)
        async with told(run) as (_, stream):
            assert await sent(run, stream, 1) == {}
        assert run.events.from_server == []
