"""A fake server, an enrolled laptop's files, and a stream client between them."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from reticent_agent.identity import Identity, IdentityStore, keys
from reticent_agent.metrics import Metrics
from reticent_agent.spool import Spool
from reticent_agent.stream.client import StreamClient, Surroundings
from reticent_agent.stream.model import Standing, Welcomed
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.v1 import policy_pb2, telemetry_pb2
from support.batch_rows import redacted
from support.fake_telemetry import FakeServer

POLICY: dict[str, Any] = {"policy_version": 1, "policy_sha256": b"\x07" * 32}


@dataclass
class Steered:
    """Remembers what the stream told; accepts policies with an even version."""

    actions: tuple[telemetry_pb2.Command.Action.ValueType, ...] = ()
    commands: list[telemetry_pb2.Command] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    welcomes: list[Welcomed] = field(default_factory=list)
    pushed: list[dict[int, bytes]] = field(default_factory=list)
    rows_acked: int = 0
    refused: list[tuple[int, int, str]] = field(default_factory=list)
    replaced: list[tuple[str, int]] = field(default_factory=list)

    def standing(self) -> Standing:
        return Standing(
            catalog_version=1,
            policy_version=1,
            policy_sha256=b"\x07" * 32,
            instance_id=b"i" * 16,
            actions=self.actions,
        )

    async def asked(self, command: telemetry_pb2.Command) -> telemetry_pb2.CommandReport:
        self.commands.append(command)
        return telemetry_pb2.CommandReport(command_id=command.command_id, done=True)

    async def welcomed(self, welcomed: Welcomed) -> None:
        self.welcomes.append(welcomed)

    async def keyed(self, keys: Sequence[policy_pb2.PseudonymKey]) -> None:
        self.pushed.append({key.epoch: bytes(key.key) for key in keys})

    async def offered(self, signed: policy_pb2.SignedPolicy) -> telemetry_pb2.PolicyReport:
        report = telemetry_pb2.PolicyReport(version=signed.version, sha256=signed.sha256)
        report.in_force = signed.version % 2 == 0
        report.refusal = "" if report.in_force else "odd"
        return report

    def acked(self, rows: int) -> None:
        self.rows_acked += rows

    def batch_refused(self, *, seq: int, rows: int, reason: str) -> None:
        self.refused.append((seq, rows, reason))

    def stream_replaced(self, *, reason: str, batches: int) -> None:
        self.replaced.append((reason, batches))

    def connection(self, state: str, *, error: str | None) -> None:
        self.states.append(state)
        if error is not None:
            self.errors.append(error)


def stored_messages(server: FakeServer) -> list[str]:
    return [
        str(cast("Any", row["values"])["message"])
        for frames in server.stored.values()
        for frame in frames
        for row in rows_of(
            decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
        )
    ]


@dataclass
class Laptop:
    """One spool, one identity, one client; `chance` 0 makes every wait as short as can be."""

    folder: Path
    server: FakeServer
    spool: Spool
    identities: IdentityStore
    steered: Steered = field(default_factory=Steered)
    metrics: Metrics = field(default_factory=Metrics)
    chance: Callable[[], float] = lambda: 0.01
    proxy: str | None = "none"

    def enrol(self, *, life_s: float = 86_400) -> None:
        key = self.identities.pending_key()
        device_id = uuid.uuid4()
        request = keys.request_der(key, self.identities.tpm)
        der = self.server.ca.device(request, device_id, life_s=life_s)
        self.identities.save(
            Identity(
                device_id=device_id,
                key=key,
                certificate=keys.certificate_pem(der),
                ca=self.server.ca.pem,
                telemetry_address=self.server.address,
                policy_public_key=b"k" * 32,
                group="default",
            )
        )

    def put(self, *messages: str, version: int = 1) -> None:
        rows = [redacted(message=message) for message in messages]
        self.spool.append(rows, policy_version=version, policy_sha256=b"\x07" * 32)

    def start(self) -> None:
        self.disk = ThreadPoolExecutor(1)
        self.client = StreamClient(
            Surroundings(
                spool=self.spool,
                disk=self.disk,
                steering=self.steered,
                identities=self.identities,
                metrics=self.metrics,
                now_us=lambda: time.time_ns() // 1000,
                chance=self.chance,
                proxy=self.proxy,
            )
        )
        self.running = asyncio.create_task(self.client.run())

    async def stop(self) -> None:
        self.running.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self.running
        self.disk.shutdown(wait=True)

    async def until_drained(self) -> None:
        def drained() -> bool:
            if self.running.done():
                self.running.result()
            stats = self.spool.stats()
            return not stats.rows and not stats.batches_waiting

        await self.server.until(drained)


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def laptop(server: FakeServer, tmp_path: Path) -> AsyncIterator[Laptop]:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: 1_763_800_000_000_000)
    made = Laptop(tmp_path, server, spool, IdentityStore(tmp_path))
    made.enrol()
    yield made
    if hasattr(made, "running"):
        await made.stop()
    spool.close()
