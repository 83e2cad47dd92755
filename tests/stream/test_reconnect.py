"""Connections that break: made again, nothing lost, and not more slowly than need be."""

from __future__ import annotations

import pytest
from reticent_contract import limits
from reticent_contract.v1 import telemetry_pb2
from support.fake_telemetry import FakeServer, Response, Send

from .conftest import Laptop, stored_messages

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def test_a_cut_connection_is_made_again_and_loses_nothing(
    server: FakeServer, laptop: Laptop
) -> None:
    port = int(server.address.rpartition(":")[2])
    laptop.put("before")
    laptop.start()
    await laptop.until_drained()
    for number in range(3):
        await server.stop()
        laptop.put(f"down {number}")
        laptop.client.wake()
        await server.start(port)
        await laptop.until_drained()
    assert stored_messages(server) == ["before", "down 0", "down 1", "down 2"]
    assert "offline" in laptop.steered.states


@pytest.mark.parametrize("delivers", [True, False])
async def test_only_a_line_that_delivers_nothing_is_waited_for_longer_each_time(
    server: FakeServer,
    laptop: Laptop,
    caplog: pytest.LogCaptureFixture,
    delivers: bool,
) -> None:
    async def break_off(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        if delivers:
            server.last_seq[laptop.spool.stream_id] = frame.seq
            await send(Response(ack=telemetry_pb2.Ack(seq=frame.seq)))
            await server.until(lambda: laptop.steered.rows_acked >= frame.seq)
        raise RuntimeError("the line is cut")

    server.on_batch = break_off
    caplog.set_level("WARNING", logger="reticent_agent.stream")
    for number in range(8):
        laptop.put(f"m{number}", version=number + 1)
    laptop.start()
    await server.until(lambda: len(server.hellos) >= 6)
    waits = [record.fields["again_in_s"] for record in caplog.records if hasattr(record, "fields")]
    bound = round(laptop.chance() * limits.RECONNECT_FIRST_S, 1)
    assert len(waits) >= 5
    assert (max(waits[:5]) <= bound) == delivers
