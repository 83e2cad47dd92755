"""Machines of tests/fixtures/linux, laid out as files, with a fake command runner and clock."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import cpuinfo_report
from reticent_agent.collect.model import Absence, Context, StateCollector
from support.machines import FIXTURES, FakeClock, FakeCommands, lay_out

LINUX = FIXTURES / "linux"


@dataclass(frozen=True)
class Machine:
    root: Path
    context: Context
    commands: FakeCommands
    expected: dict[str, list[dict[str, object]]]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Machine]:
    """`machine("laptop")`: that machine's files under a folder of their own."""
    monkeypatch.setattr(cpuinfo_report, "_by_boot", {})

    def build(name: str) -> Machine:
        root = tmp_path / name
        root.mkdir()
        commands = FakeCommands()
        lay_out((LINUX / f"{name}.machine").read_text(), root, commands.answers)
        expected = json.loads((LINUX / f"{name}.json").read_text())
        return Machine(root, context_of(root, commands), commands, expected)

    return build


def context_of(root: Path, commands: FakeCommands) -> Context:
    return Context(
        files=DiskFiles(root), commands=commands, clock=FakeClock(), stopping=lambda: False
    )


@pytest.fixture
def empty(machine: Callable[[str], Machine]) -> Machine:
    """A machine on which a test writes what it needs."""
    return machine("container")


@dataclass
class FakeHelper:
    """Answers what it was given; a helper that knows nothing is one that is missing."""

    answers: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, /) -> list[dict[str, str]] | None:
        self.asked.append(question)
        return self.answers.get(question)


def collected(
    machine, collector: StateCollector, helper: FakeHelper | None = None
) -> tuple[list[dict], list[Absence]]:
    absences: list[Absence] = []
    context = replace(machine.context, privileged=helper or FakeHelper(), absent=absences.append)
    return [dict(row.values) for row in collector.collect(context)], absences


def write(machine, path: str, content: str | bytes) -> None:
    target = machine.root / path[1:]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`closed(path…)`: the agent may not read these, whoever runs the test."""
    access = os.access

    def close(*paths: str) -> None:
        monkeypatch.setattr(
            os, "access", lambda p, *a, **k: not str(p).endswith(paths) and access(p, *a, **k)
        )
        monkeypatch.setattr(os, "geteuid", lambda: 1_000)

    return close
