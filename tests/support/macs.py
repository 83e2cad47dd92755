"""Macs of tests/fixtures/macos, laid out as files, with their programs' answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Context

from support.machines import FIXTURES, FakeClock, FakeCommands

MACS = FIXTURES / "macos"


@dataclass
class Mac:
    root: Path
    programs: FakeCommands
    expected: dict[str, list[dict[str, object]]]

    @property
    def context(self) -> Context:
        return Context(
            files=DiskFiles(self.root),
            commands=self.programs,
            clock=FakeClock(),
            stopping=lambda: False,
        )
