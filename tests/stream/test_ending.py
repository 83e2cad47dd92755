"""The stream ends when it is told to, whatever else happens at that moment.

Where that was lost, the agent did not stop: whoever ends the stream waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from reticent_agent.spool import Spool
from reticent_agent.stream.session import Session, Tools
from reticent_contract.batch import BatchCount
from reticent_contract.kept import Kept
from reticent_contract.v1 import telemetry_pb2
from reticent_contract.v1.telemetry_pb2 import StreamResponse
from support.fake_telemetry import FakeServer

from .conftest import POLICY, Laptop, Steered

TURNS = range(8)  # of the event loop, between what happens and the end


class Line:
    """A call that takes everything; the test says what comes in, and when."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[StreamResponse] = asyncio.Queue()

    async def write(self, _request: object) -> None:
        return

    async def read(self) -> StreamResponse:
        return await self.coming.get()

    def welcome(self) -> None:
        welcome = telemetry_pb2.Welcome(protocol_version=1, in_flight_max=1)
        self.coming.put_nowait(StreamResponse(welcome=welcome))


@dataclass
class Talk:
    """A session over a Line, with nothing to send but counts, which wait for rows."""

    spool: Spool
    disk: ThreadPoolExecutor
    line: Line = field(default_factory=Line)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> asyncio.Task[Any]:
        tools = Tools(
            spool=self.spool,
            disk=self.disk,
            steering=Steered(),
            wake=self.wake,
            now_us=lambda: 0,
            chance=lambda: 0.0,
            batch_sent=lambda: None,
        )
        session = Session(
            cast("Any", self.line),
            tools,
            offline_s=0.0,
            device_key_kept=Kept.FILE,
            trusted_ca_sha256=(),
        )
        return asyncio.create_task(session.run(self.asked.set))


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    with ThreadPoolExecutor(1) as disk:
        spool = Spool(tmp_path / "spool.db", now_us=lambda: 0)
        count = BatchCount(field="os.name", rule="default", outcome="dropped", count=1)
        spool.append([], counts=[count], **POLICY)
        yield Talk(spool, disk)
        spool.close()


async def turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def ends(task: asyncio.Task[Any]) -> bool:
    """Whether a task that is told to end does."""
    task.cancel()
    await asyncio.wait({task}, timeout=2)
    ended = task.cancelled()
    task.cancel()  # the test ends also where the first was lost
    with suppress(asyncio.CancelledError):
        await task
    return ended


@pytest.mark.parametrize("turns", TURNS)
async def test_it_ends_at_the_moment_of_the_welcome(talk: Talk, turns: int) -> None:
    talking = talk.start()
    await asyncio.sleep(0.05)  # it waits for the welcome
    talk.line.welcome()
    await turn(turns)
    assert await ends(talking)


@pytest.mark.parametrize("turns", TURNS)
async def test_it_ends_at_the_moment_when_rows_are_spooled(talk: Talk, turns: int) -> None:
    talking = talk.start()
    talk.line.welcome()
    await talk.asked.wait()
    await asyncio.sleep(0.05)  # it waits for rows for the counts to travel with
    talk.wake.set()
    await turn(turns)
    assert await ends(talking)


@pytest.mark.e2e
@pytest.mark.enable_socket
@pytest.mark.parametrize("turns", TURNS)
async def test_it_ends_at_the_moment_when_a_renewal_is_asked_for(
    server: FakeServer, laptop: Laptop, turns: int
) -> None:
    laptop.start()
    await server.until(lambda: "connected" in laptop.steered.states)
    await asyncio.sleep(0.05)  # the half of the certificate's life is far away
    laptop.client.renew_now(lambda: None)
    await turn(turns)
    assert await ends(laptop.running)
    assert turns > 2 or server.renewals == 0
