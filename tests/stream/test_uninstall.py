"""An uninstallation that was begun ends the stream, once the server has heard of it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest
from reticent_agent.stream.model import UninstallBegunError
from reticent_agent.stream.session import Session, Tools
from reticent_contract.kept import Kept
from reticent_contract.v1 import telemetry_pb2

from .conftest import Laptop, Steered

if TYPE_CHECKING:
    from reticent_agent.stream.session import Call

Command = telemetry_pb2.Command
Response = telemetry_pb2.StreamResponse


class Scripted:
    """One side of a call: everything that the server says is there at once, and it stays open."""

    def __init__(self, *frames: Response) -> None:
        self.frames = list(frames)
        self.said: list[telemetry_pb2.StreamRequest] = []
        self.ended = asyncio.Event()

    async def read(self) -> Response:
        if not self.frames:
            await asyncio.Event().wait()
        return self.frames.pop(0)

    async def write(self, frame: telemetry_pb2.StreamRequest) -> None:
        self.said.append(frame)

    async def done_writing(self) -> None:
        self.ended.set()


class Obeying(Steered):
    async def asked(self, command: Command) -> telemetry_pb2.CommandReport:
        self.commands.append(command)
        begun = command.action == Command.ACTION_UNINSTALL
        report = telemetry_pb2.CommandReport(command_id=command.command_id)
        report.begun, report.done = begun, not begun
        return report


async def test_what_is_asked_after_an_uninstallation_began_is_not_done(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_agent.stream.session._HEARD_WAIT_S", 0.05)
    asked = [Command.ACTION_UNINSTALL, Command.ACTION_PAUSE]
    frames = [
        Response(command=Command(action=action, command_id=bytes([number]) * 16))
        for number, action in enumerate(asked)
    ]
    welcome = Response(welcome=telemetry_pb2.Welcome(protocol_version=1, in_flight_max=1))
    call, steered = Scripted(welcome, *frames), Obeying(actions=tuple(asked))
    with ThreadPoolExecutor(1) as disk:
        tools = Tools(
            spool=laptop.spool,
            disk=disk,
            steering=steered,
            wake=asyncio.Event(),
            now_us=lambda: 0,
            chance=lambda: 0.0,
            batch_sent=lambda: None,
        )
        session = Session(
            cast("Call", call),
            tools,
            offline_s=0.0,
            device_key_kept=Kept.FILE,
            trusted_ca_sha256=[],
        )
        laptop.put("waits")
        with pytest.raises(UninstallBegunError):
            await asyncio.wait_for(session.run(lambda: None), 5)
    assert [command.action for command in steered.commands] == [Command.ACTION_UNINSTALL]
    assert call.ended.is_set()
    kinds = [frame.WhichOneof("frame") for frame in call.said]
    assert kinds == ["hello", "command_report"]  # and no row behind it
