"""From where a laptop came: redacted by its policy, stored before its first batch is acked."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from reticent_contract.batch import SpooledRow
from reticent_server.config import GeoFiles, ServerConfig
from reticent_server.ingest.server_rows import SERVER_STREAM
from reticent_server.receipt_chain import verify
from reticent_server.store.events.memory import MemoryEventStore
from support.geo_files import write_geo_file
from support.memory_events import MemoryEvents
from support.running import ANY_PORTS, Running, batch, running
from support.telemetry_client import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

SEEN = "8.8.8.8"


class Clock:
    def __init__(self) -> None:
        self.now_s = time.time()

    def __call__(self) -> float:
        return self.now_s


def rows(run: Running) -> list[dict[str, Any]]:
    store = MemoryEventStore()
    for group in run.events.groups:
        store.append(group)
    assert verify(store).problems == []
    found = [event for event in store._rows() if event.table == "connection"]
    return [dict(event.fields) for event in found]


def delivered(run: Running) -> list[dict[str, Any]]:
    return [dict(b.delivered_from) for group in run.events.groups for b in group.batches]


async def publish(run: Running, **fields: object) -> None:
    """The policy in force with these rules for `connection`; without any, without the table."""
    document: dict[str, Any] = dict(
        run.services.policies.parsed(run.services.policies.current()).document
    )
    tables = {name: rules for name, rules in document["tables"].items() if name != "connection"}
    if fields:
        tables["connection"] = {**document["tables"]["connection"], "fields": fields}
    document["tables"] = tables
    del document["version"]
    document.pop("tests", None)
    await asyncio.to_thread(run.services.policies.publish, document)


async def connect(run: Running, laptop: Laptop, *, seq: int | None = None) -> None:
    async with laptop.streaming() as stream:
        if seq is not None:
            await stream.send(seq, batch())
            await stream.acknowledged(seq)
        else:
            await run.connection_noted()


async def test_the_row_is_stored_ahead_of_the_first_batch(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
            stored = [b.stream_id for group in run.events.groups for b in group.batches]
        assert stored == [SERVER_STREAM, laptop.stream_id]
        # The default policy cuts the address to its network.
        assert rows(run) == [{"wan_address": "127.0.0.0/24"}]
        # Every row says so too, this one and the first of the laptop's own.
        assert delivered(run) == 2 * [{"delivered_from_address": "127.0.0.0/24"}]


async def test_place_and_network_are_redacted_before_they_are_stored(
    data_dir: Path, tmp_path: Path
) -> None:
    record = {"country": {"iso_code": "IN"}, "city": {"names": {"en": "Mumbai"}}}
    write_geo_file(tmp_path / "city.mmdb", {"8.8.8.0/24": record}, type_="City")
    config = ServerConfig(
        data_dir=data_dir, ports=ANY_PORTS, geoip=GeoFiles(city=tmp_path / "city.mmdb")
    )
    async with running(data_dir, config=config) as run:
        laptop = await run.laptop()
        note = run.services.ingest.connection_rows.note
        async with laptop.streaming():
            await run.connection_noted()
            (connection,) = run.services.ingest.live
            connection.address = SEEN
            await note(connection)
            await note(connection)
            while len(run.events.from_server) < 2:
                await asyncio.sleep(0.01)
        assert rows(run)[1:] == [{"wan_address": "8.8.8.0/24", "country": "IN"}]
        counts: Any = run.events.from_server[1].receipt["counts"]
        assert ("connection.city", "connection.city", "dropped", 1) in counts


async def test_a_laptop_that_flaps_makes_one_row_a_minute_unless_it_moved(data_dir: Path) -> None:
    clock = Clock()
    async with running(data_dir, clock=clock) as run:
        laptop = await run.laptop()
        for seq in range(1, 6):
            await connect(run, laptop, seq=seq)
        assert len(rows(run)) == 1
        clock.now_s += 61
        await connect(run, laptop, seq=6)
        assert len(rows(run)) == 2
        assert [b.seq for b in run.events.from_server] == [1, 2]
        home = {"delivered_from_address": "127.0.0.0/24"}
        assert delivered(run) == 8 * [home]  # those that made no row have it like every other


async def test_the_servers_stream_goes_on_after_a_restart_with_its_chain(data_dir: Path) -> None:
    events = MemoryEvents()
    async with running(data_dir, events=events) as run:
        laptop = await run.laptop()
        await connect(run, laptop)
    async with running(data_dir, events=events) as run:
        moved = type(laptop.answer)()
        moved.CopyFrom(laptop.answer)
        moved.telemetry_address = run.server.addresses["telemetry"]
        await connect(run, replace(laptop, answer=moved), seq=1)
        first, second = events.from_server
        assert (first.seq, second.seq) == (1, 2)
        assert second.receipt["previous_receipt"] == first.receipt["receipt"]
        assert len(rows(run)) == 2


async def test_a_row_that_was_not_stored_leaves_no_gap(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store fails with both in one group: nothing is acknowledged, nothing is doubled."""
    monkeypatch.setattr("reticent_contract.limits.APPEND_RETRY_FIRST_S", 0.05)
    async with running(data_dir) as run:
        run.events.fail_before = [RuntimeError("no")]
        run.events.fail_after = [RuntimeError("the answer was lost")]
        async with (await run.laptop()).streaming() as stream:
            await stream.send(1, batch())
            await stream.hear("retry_after")
            await stream.hear("retry_after")
            await stream.acknowledged(1)
        assert (run.events.seqs, len(rows(run))) == ([1], 1)


async def test_a_policy_without_the_table_stores_what_was_counted_and_no_row(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        await publish(run)
        await connect(run, await run.laptop(), seq=1)
        assert delivered(run) == [{}, {}]
        assert rows(run) == []
        (made,) = run.events.from_server
        assert made.receipt["counts"] == [("connection.*", "table-not-in-policy", "dropped", 1)]


async def test_a_pseudonym_that_only_the_laptop_could_make_is_dropped_and_counted(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        await publish(run, wan_address={"pseudonymise": {"scope": "device"}}, country="keep")
        await connect(run, await run.laptop(), seq=1)
        assert rows(run) == []
        (made,) = run.events.from_server
        counts: Any = made.receipt["counts"]
        ((field, _, outcome, count),) = counts
        assert (field, outcome, count) == ("connection.wan_address", "failed", 1)


@pytest.mark.parametrize(
    ("table", "event", "values"),
    [
        ("connection", "connected", {"country": "IN"}),
        ("device_record", "snapshot", {"purchase_date": "2026-01-31"}),
    ],
)
async def test_a_laptop_that_sends_the_servers_rows_is_refused_and_counted(
    data_dir: Path, table: str, event: str, values: dict[str, str]
) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        await stream.send(1, batch(SpooledRow(table, event, 1_763_800_000_000_000, values)))
        refused = (await stream.hear("refused")).refused
        assert refused.reason == "field-not-allowed"
        assert refused.detail == f"rows of {table} are made by the server alone"
        (stored,) = run.events.from_laptops
        assert stored.receipt["reason"] == "field-not-allowed"
        text = run.services.metrics.render().decode()
        assert 'reticent_refused_total{reason="field-not-allowed"} 1.0' in text


async def test_no_laptop_may_speak_as_the_servers_stream(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), stream_id=SERVER_STREAM)
        async with laptop.connected() as stream:
            await stream.say(laptop.hello())
            assert (await stream.end())[0] is grpc.StatusCode.INVALID_ARGUMENT
        assert run.events.groups == []
