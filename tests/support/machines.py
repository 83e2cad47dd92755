"""Made-up machines of tests/fixtures: their files laid out, their programs' answers, a clock.

The format of a `.machine` file is described in tests/fixtures/linux/README.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reticent_agent.collect.commands import CommandError

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW_US = 1_763_800_000_000_000  # 2025-11-22
_WHATEVER = (sys.executable, "/usr/bin/rpm")  # answer alike whatever they are asked


@dataclass
class FakeClock:
    """Stands still."""

    us: int = NOW_US
    seconds: float = 0.0

    def now_us(self) -> int:
        return self.us

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class FakeCommands:
    """Answers by the command line, or by its program; what it does not know is missing."""

    answers: dict[str, bytes] = field(default_factory=dict)
    lines: list[bytes] = field(default_factory=list)  # of whatever is followed
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
        assert arguments[0].startswith("/")
        yield from self.lines


def lay_out(text: str, root: Path, answers: dict[str, bytes]) -> None:
    """Writes the machine's files under `root`, its programs' answers into `answers`."""
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
        else:
            assert not line or line.startswith("#"), line


def _entry(line: str, root: Path) -> list[str]:
    for sign in (" -> ", " <- ", " = "):
        name, found, value = line.partition(sign)
        if found:
            path = _made(root, name)
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
        _made(root, name).write_text("\n".join([*lines[1:], ""]))
    else:
        answers[name] = "\n".join([*lines, ""]).encode()
    block.clear()


def _made(root: Path, name: str) -> Path:
    path = root / name[1:]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
