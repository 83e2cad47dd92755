"""Machines of tests/fixtures/linux, laid out as files, with a fake command runner and clock."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import cpuinfo_report
from reticent_agent.collect.model import Absence, Context, StateCollector

FIXTURES = Path(__file__).parents[2] / "fixtures" / "linux"
NOW_US = 1_763_800_000_000_000
_WHATEVER = (sys.executable, "/usr/bin/rpm")  # answer alike whatever they are asked


class FakeClock:
    def now_us(self) -> int:
        return NOW_US

    def monotonic(self) -> float:
        return 0.0


@dataclass
class FakeCommands:
    """Answers by the command line, or by its program; what it does not know is missing."""

    answers: dict[str, bytes] = field(default_factory=dict)
    started: list[list[str]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        assert arguments[0].startswith("/")
        assert 0 < seconds_max <= 30
        self.started.append(list(arguments))
        if arguments[0] in self.failing:
            raise CommandError(arguments[0], "timeout", "did not end")
        for name in (" ".join(arguments), arguments[0]):
            if name in self.answers:
                return self.answers[name]
        if any(name.startswith(f"{arguments[0]} ") for name in self.answers):
            raise CommandError(arguments[0], "failed", "ended with code 1")
        raise CommandError(arguments[0], "missing", "could not be started")

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        raise AssertionError("no state collector follows a command")


def lay_out(text: str, root: Path, answers: dict[str, bytes]) -> None:
    """The format that tests/fixtures/linux/README.md describes."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            block.append(line[2:])
            continue
        _end_block(block, root, answers)
        if line.startswith("$ "):
            command = line[2:].removesuffix(":").replace("PYTHON", sys.executable, 1)
            block = [command.partition(" ")[0] if command.startswith(_WHATEVER) else command]
        elif line.startswith("/"):
            block = _entry(line, root)


def _entry(line: str, root: Path) -> list[str]:
    for sign in (" -> ", " <- ", " = "):
        name, found, value = line.partition(sign)
        if found:
            path = root / name[1:]
            path.parent.mkdir(parents=True, exist_ok=True)
            if sign == " -> ":
                path.symlink_to(value)
            else:
                path.write_bytes(bytes.fromhex(value) if sign == " <- " else f"{value}\n".encode())
            return []
    if line.endswith("/"):
        (root / line[1:]).mkdir(parents=True, exist_ok=True)
        return []
    assert line.endswith(":"), line
    return [line[:-1], "file"]


def _end_block(block: list[str], root: Path, answers: dict[str, bytes]) -> None:
    if not block:
        return
    name, *lines = block
    if lines[:1] == ["file"]:
        path = root / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines[1:], ""]))
    else:
        answers[name] = "\n".join([*lines, ""]).encode()
    block.clear()


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
        lay_out((FIXTURES / f"{name}.machine").read_text(), root, commands.answers)
        expected = json.loads((FIXTURES / f"{name}.json").read_text())
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
