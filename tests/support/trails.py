"""An audit trail that tests fill, and then change as somebody with the database would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reticent_server.audit import AuditService
from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.export import Form
from reticent_server.audit.findings import Verdict
from reticent_server.audit.trail import checkpoints_of, verify_trail
from reticent_server.audit.watch import AuditState, AuditWatch
from reticent_server.config import AuditPlaces, ServerConfig
from reticent_server.health import Health
from reticent_server.metrics import Metrics
from reticent_server.store.control.engine import ControlStore

from support.console_app import Clock


class Trail:
    """`kept` is a checkpoint file outside the data directory."""

    def __init__(self, data_dir: Path, control: ControlStore, *, kept: Path) -> None:
        self.data_dir = data_dir
        self.control = control
        self.kept = kept
        self.own = data_dir / "audit" / "checkpoints.jsonl"
        self.clock = Clock()
        places = AuditPlaces(checkpoint_files=(kept,))
        self.config = ServerConfig(data_dir=data_dir, audit=places)
        self.audit = AuditService(control, clock=self.clock)
        self.checkpoints: Checkpoints = checkpoints_of(
            self.config, control, self.audit, clock=self.clock
        )
        self.health, self.metrics = Health(), Metrics()
        self.watch = AuditWatch(
            self.audit,
            self.checkpoints,
            health=self.health,
            metrics=self.metrics,
            clock=self.clock,
        )

    @property
    def public_key(self) -> bytes:
        return self.checkpoints.public_key

    def digest(self) -> str:
        """Of the verdict as it is now."""
        verdict = self.watch.check().verdict
        assert verdict is not None
        return verdict.digest

    def accept(self, *, actor: str, reason: str, source_address: str) -> AuditState:
        """What somebody accepts who has just looked."""
        return self.watch.accept(
            digest=self.digest(), actor=actor, reason=reason, source_address=source_address
        )

    def fill(self, count: int, *, every: int = 0) -> None:
        """Rows, with a checkpoint after each `every`."""
        for number in range(1, count + 1):
            self.clock.now += 1
            self.audit.record(
                actor="ada", action="count", object=f"thing {number}", source_address="::1"
            )
            if every and number % every == 0:
                self.checkpoints.make()

    def verify(self) -> Verdict:
        return verify_trail(self.audit, self.checkpoints)

    @contextmanager
    def by_hand(self) -> Iterator[sqlite3.Connection]:
        """The file as somebody opens it who took the triggers away and puts them back."""
        connection = sqlite3.connect(self.data_dir / "control.db", isolation_level=None)
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.close()

    def export(
        self,
        path: Path,
        *,
        since_us: int | None = None,
        until_us: int | None = None,
        form: Form = "jsonl",
    ) -> Path:
        self.checkpoints.make()
        exporter = self.checkpoints.exporter()
        lines = exporter.lines(since_us=since_us, until_us=until_us, form=form)
        path.write_text("".join(lines), newline="")
        return path
