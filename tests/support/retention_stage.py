"""Retention over both stores, by a clock that the test moves."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_server.audit import AuditService
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.models import Device
from reticent_server.devices.service import DeviceService
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.erasure.service import ErasureService
from reticent_server.health import Health
from reticent_server.limits import RETENTION_HOLD_S
from reticent_server.metrics import Metrics
from reticent_server.policies.service import PolicyService
from reticent_server.retention.cuts import Cuts
from reticent_server.retention.job import Retention
from reticent_server.retention.rules import Rules
from reticent_server.store.control.engine import ControlStore, open_control
from reticent_server.store.events import EventStore, open_chdb
from reticent_server.store.events.memory import MemoryEventStore

from support.event_groups import group, lines, table
from support.policies import default_document
from support.receipts import chained

DAY_S = 86_400
NOON_S = 1_795_348_800.0  # 2026-11-22 12:00 UTC
FIRST, SECOND, LAB = (uuid.UUID(int=number) for number in (1, 2, 3))
LOG_DAYS = 30


class Clock:
    """`now` is the time, for which the server runs; its clock may be ahead of it."""

    now = NOON_S
    ahead = 0.0

    def __call__(self) -> float:
        return self.now + self.ahead

    def us(self) -> int:
        return int(self() * 1e6)


@dataclass
class Stage:
    control: ControlStore
    events: EventStore
    policies: PolicyService
    audit: AuditService
    erasures: ErasureService
    cuts: Cuts
    clock: Clock
    metrics: Metrics
    health: Health
    retention: Retention

    def store(self, *devices: uuid.UUID, seq: int) -> None:
        """A batch of each: 4 log lines and a CPU, as received now."""
        for device in devices:
            tables = [
                lines(4, ts_us=self.clock.us()),
                table("cpu", "snapshot", [{"vendor": "x"}], ts_us=self.clock.us()),
            ]
            (batch,) = chained([seq], rows=5, device=device.bytes)
            whole = replace(batch, tables=tables)
            self.events.append(group(whole, received_at_us=self.clock.us()))

    def log_lines(self, device: uuid.UUID) -> int:
        return self.events.count_by_table(device.bytes).get("log_line", 0)


def document(days: int | None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = default_document() | more
    tables = dict(made["tables"])
    tables["log_line"] = {k: v for k, v in tables["log_line"].items() if "retention" not in k} | (
        {"retention": "while_enrolled"} if days is None else {"retention_days": days}
    )
    return {k: v for k, v in made.items() if k != "version"} | {"tables": tables}


@pytest.fixture(params=["memory", "chdb"])
def stage(request: pytest.FixtureRequest, data_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    clock, metrics, health = Clock(), Metrics(), Health()
    control = open_control(data_dir / "control.db")
    events: EventStore = (
        MemoryEventStore()
        if request.param == "memory"
        else open_chdb(tmp_path / "events", key=bytes(32), clock=clock.us)
    )
    audit = AuditService(control, clock=clock)
    policies = PolicyService(
        control, signing_key=Ed25519PrivateKey.generate(), catalog=CATALOG, clock=clock
    )
    policies.publish(document(LOG_DAYS))
    with control.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=FIRST,
                secret_sha256=b"s" * 32,
                group_name="default",
                uses_max=9,
                created_s=0,
                expires_s=9,
            )
        )
        session.flush()
        for device_id, name in ((FIRST, "default"), (SECOND, "default"), (LAB, "lab")):
            session.add(
                Device(
                    device_id=device_id,
                    group_name=name,
                    status_changed_s=0,
                    token_id=FIRST,
                    public_key_sha256=device_id.bytes * 2,
                    certificate_serial="1",
                    certificate_expires_s=9,
                    created_s=device_id.int,
                )
            )
    erasures = ErasureService(control, DeviceService(control, clock=clock), clock=clock)
    cuts = Cuts(control, clock=clock)
    retention = Retention(
        Rules(control, policies),
        cuts,
        events,
        diagnostics=Diagnostics(control, clock=clock),
        erased=erasures.done_ids,
        record_with=audit.record_with,
        metrics=metrics,
        health=health,
        clock=clock,
        monotonic=lambda: clock.now,
    )
    clock.now = NOON_S - RETENTION_HOLD_S  # the first round waits
    retention.run_once()
    clock.now = NOON_S
    yield Stage(control, events, policies, audit, erasures, cuts, clock, metrics, health, retention)
    events.close()
    control.close()
    shutil.rmtree(tmp_path / "events", ignore_errors=True)


def restarted(stage: Stage) -> Retention:
    return Retention(
        Rules(stage.control, stage.policies),
        stage.cuts,
        stage.events,
        diagnostics=Diagnostics(stage.control, clock=stage.clock),
        erased=stage.erasures.done_ids,
        record_with=stage.audit.record_with,
        metrics=stage.metrics,
        health=stage.health,
        clock=stage.clock,
        monotonic=lambda: stage.clock.now,
    )
