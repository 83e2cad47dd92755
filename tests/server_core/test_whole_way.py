"""The whole server with its real event store: a row goes in, survives a restart, and is found."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from reticent_contract.batch import SpooledRow
from reticent_contract.rows import Pseudonym
from reticent_server.app import Server
from reticent_server.config import ServerConfig
from support.running import ANY_PORTS, batch, cpu_row
from support.telemetry_client import Laptop, enrol

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

TS_US = 1_763_800_000_000_000


async def enrolled(server: Server) -> Laptop:
    from reticent_contract import enrolment_token

    token = enrolment_token.decode(
        server.services.enrolment.create_token(
            group="default",
            uses=1,
            expires_s=int(time.time()) + 3_600,
            address=server.addresses["enrolment"],
        )
    )
    return await enrol(
        token.address, ca_certificate_der=token.ca_certificate_der, secret=token.secret
    )


async def test_a_row_is_stored_once_and_found_after_a_restart(data_dir: Path) -> None:
    config = ServerConfig(data_dir=data_dir, ports=ANY_PORTS)
    server = Server(config)
    await server.start()
    try:
        laptop = await enrolled(server)
        user = Pseudonym("person", 1, b"\x07" * 16)
        async with laptop.streaming() as stream:
            await stream.send(1, batch(cpu_row(), cpu_row(4)))
            await stream.send(2, batch(SpooledRow("session", "logon", TS_US, {"user_name": user})))
            await stream.send(3, batch(SpooledRow("cpu", "snapshot", TS_US, {"owner": "x"})))
            while (await stream.answer()).WhichOneof("frame") != "refused":  # type: ignore[union-attr]
                pass
    finally:
        await server.stop()
    server = Server(config)
    await server.start()
    try:
        answer = type(laptop.answer)()
        answer.CopyFrom(laptop.answer)
        answer.telemetry_address = server.addresses["telemetry"]
        laptop = replace(laptop, answer=answer)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 3
            await stream.send(3, batch())
            assert (await stream.hear("ack")).ack.duplicate
        events = server.services.events
        counts = await asyncio.to_thread(events.count_by_table, laptop.answer.device_id)
        assert counts["connection"] >= 1  # the second one may be on its way still
        assert {**counts, "connection": 1} == {"cpu": 2, "session": 1, "connection": 1}
    finally:
        await server.stop()
