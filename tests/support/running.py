"""A real server in the test's own event loop: real ports and control store, events in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from reticent_contract import enrolment_token
from reticent_contract.batch import SpooledRow, encode_batch
from reticent_contract.v1 import telemetry_pb2
from reticent_server.app import Server
from reticent_server.config import Ports, ServerConfig
from reticent_server.devices.actions import Action, ActionView
from reticent_server.services import Services

from support import telemetry_client
from support.committing import committed
from support.memory_events import MemoryEvents
from support.telemetry_client import Laptop

ANY_PORTS = Ports(enrolment=0, telemetry=0, console=0)


@dataclass(frozen=True)
class Running:
    server: Server
    events: MemoryEvents
    data_dir: Path

    @property
    def services(self) -> Services:
        return self.server.services

    def token(
        self,
        *,
        uses: int = 1,
        expires_s: int | None = None,
        group: str = "default",
        needs_approval: bool = False,
    ) -> str:
        return self.services.enrolment.create_token(
            group=group,
            uses=uses,
            expires_s=expires_s or int(time.time()) + 3_600,
            address=self.server.addresses["enrolment"],
            needs_approval=needs_approval,
        )

    async def laptop(self, token: str | None = None) -> Laptop:
        made = enrolment_token.decode(token or self.token())
        return await telemetry_client.enrol(
            made.address, ca_certificate_der=made.ca_certificate_der, secret=made.secret
        )

    async def connection_noted(self) -> None:
        """Once the row about a stream's address is stored, and out of the way of a test."""
        room = self.services.ingest.commit.room
        while not self.events.from_server or room.rows:
            await asyncio.sleep(0.01)

    def device_id(self, laptop: Laptop) -> UUID:
        return UUID(bytes=laptop.answer.device_id)

    def ask(
        self, device_id: UUID, action: Action, reason: str, *, pause_s: int | None = None
    ) -> ActionView:
        """What an administrator wants of a laptop."""
        how: dict[str, Any] = {"reason": reason, "asked_by": "admin", "pause_s": pause_s}
        return committed(self.services.control, self.services.actions.ask, device_id, action, **how)


@asynccontextmanager
async def running(
    data_dir: Path,
    *,
    events: MemoryEvents | None = None,
    clock: Callable[[], float] = time.time,
    config: ServerConfig | None = None,
) -> AsyncIterator[Running]:
    memory = events or MemoryEvents()
    memory.reopen()
    server = Server(
        config or ServerConfig(data_dir=data_dir, ports=ANY_PORTS),
        open_events=lambda _config, _key: memory,
        clock=clock,
    )
    await server.start()
    try:
        yield Running(server, memory, data_dir)
    finally:
        memory.go_on.set()
        await server.stop()


def batch(*rows: SpooledRow) -> telemetry_pb2.BatchFrame:
    """An encoded batch of rows, as they are: nothing is redacted here."""
    encoded = encode_batch(rows or (cpu_row(),), [])
    return telemetry_pb2.BatchFrame(
        rows=encoded.rows, plain_bytes=encoded.plain_bytes, payload=encoded.payload
    )


def cpu_row(count: int = 8) -> SpooledRow:
    """A row that the default policy lets through."""
    values: dict[str, Any] = {"vendor": "GenuineIntel", "logical_count": count}
    return SpooledRow("cpu", "snapshot", 1_763_800_000_000_000, values)
