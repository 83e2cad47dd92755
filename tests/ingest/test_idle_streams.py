"""What an open stream holds while nothing is said on it. There may be 20,000 of them."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.batch import SpooledRow
from reticent_contract.limits import BATCH_BYTES_MAX
from reticent_contract.v1 import enrolment_pb2, telemetry_pb2
from reticent_server.limits import TLS_RECORD_BYTES_MAX
from support.running import batch, running
from support.telemetry_client import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def test_an_idle_stream_keeps_no_message_that_it_read_or_wrote(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    written: list[Any] = []
    request, response = telemetry_pb2.StreamRequest, telemetry_pb2.StreamResponse

    class Request:
        @staticmethod
        def FromString(raw: bytes) -> telemetry_pb2.StreamRequest:  # noqa: N802 - protobuf's name
            read.append(request.FromString(raw))
            message: telemetry_pb2.StreamRequest = read[-1]
            return message

    class Response:
        @staticmethod
        def SerializeToString(  # noqa: N802 - protobuf's name
            message: telemetry_pb2.StreamResponse,
        ) -> bytes:
            written.append(message)
            return message.SerializeToString()

    # As the server registers its methods; what the client uses stays.
    monkeypatch.setattr(telemetry_pb2, "StreamRequest", Request)
    monkeypatch.setattr(telemetry_pb2, "StreamResponse", Response)
    async with running(data_dir) as run:
        monkeypatch.setattr(telemetry_pb2, "StreamRequest", request)
        monkeypatch.setattr(telemetry_pb2, "StreamResponse", response)
        async with (await run.laptop()).streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
            await asyncio.sleep(0.1)
            assert [message.WhichOneof("frame") for message in read] == ["hello", "batch"]
            assert [message.WhichOneof("frame") for message in written] == ["welcome", "ack"]
            alone = sys.getrefcount([telemetry_pb2.StreamRequest()][0]) + 1  # in a list
            for messages in (read, written):
                kept = [
                    messages[place].WhichOneof("frame")
                    for place in range(len(messages))
                    if sys.getrefcount(messages[place]) > alone
                ]
                assert kept == []


@asynccontextmanager
async def overheard(laptop: Laptop, sizes: list[int]) -> AsyncIterator[Laptop]:
    """The laptop behind a relay that notes the size of each TLS record which the server sends."""
    host, _, number = laptop.answer.telemetry_address.rpartition(":")

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()

    async def copy_records(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(5)
            sizes.append(int.from_bytes(head[3:]))
            writer.write(head + await reader.readexactly(sizes[-1]))

    relays: list[asyncio.Future[Any]] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(host, int(number))
        copying = (copy(reader, server_writer), copy_records(server_reader, writer))
        relays.append(asyncio.gather(*copying, return_exceptions=True))
        try:
            await relays[-1]
        finally:
            writer.transport.abort()
            server_writer.transport.abort()

    async with await asyncio.start_server(relay, host) as listening:
        answer = enrolment_pb2.EnrolResponse()
        answer.CopyFrom(laptop.answer)
        answer.telemetry_address = f"{host}:{listening.sockets[0].getsockname()[1]}"
        yield replace(laptop, answer=answer)
    for task in relays:
        task.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    await asyncio.sleep(0)  # what was aborted closes its socket in the next turn


async def test_large_messages_pass_both_ways_in_small_records_of_the_server(
    data_dir: Path,
) -> None:
    sizes: list[int] = []
    rows = [
        SpooledRow("cpu", "snapshot", 1, {"vendor": secrets.token_hex(32)}) for _ in range(1_000)
    ]
    async with (
        running(data_dir) as run,
        overheard(await run.laptop(), sizes) as laptop,
        laptop.streaming() as stream,
    ):
        await stream.send(1, batch(*rows))
        await stream.acknowledged(1)
        (connection,) = run.services.ingest.live
        connection.retry_after(1, "x" * BATCH_BYTES_MAX)
        assert len((await stream.hear("retry_after")).retry_after.reason) == BATCH_BYTES_MAX
    assert max(sizes) <= TLS_RECORD_BYTES_MAX
    assert sum(sizes) > BATCH_BYTES_MAX
