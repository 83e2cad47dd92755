"""What an open stream holds while nothing is said on it. There may be 20,000 of them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.v1 import telemetry_pb2
from support.running import batch, running

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
        def SerializeToString(message: telemetry_pb2.StreamResponse) -> bytes:  # noqa: N802
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
