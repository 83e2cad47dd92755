"""Macs of tests/fixtures/macos, laid out as files, with their programs' answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Context

FIXTURES = Path(__file__).parents[1] / "fixtures" / "macos"
NOW_US = 1_763_800_000_000_000


@dataclass
class FakeClock:
    us: int = NOW_US

    def now_us(self) -> int:
        return self.us

    def monotonic(self) -> float:
        return 0.0


@dataclass
class FakePrograms:
    """Each whole command line has its answer; a program without any is not installed."""

    answers: dict[str, bytes] = field(default_factory=dict)
    lines: list[bytes] = field(default_factory=list)  # of what is followed

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        assert arguments[0].startswith("/")
        assert 0 < seconds_max <= 30
        answer = self.answers.get(" ".join(arguments))
        if answer is not None:
            return answer
        known = any(line.split()[0] == arguments[0] for line in self.answers)
        raise CommandError(arguments[0], "failed" if known else "missing", "gave no answer")

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        assert arguments[0].startswith("/")
        yield from self.lines


@dataclass
class Mac:
    root: Path
    programs: FakePrograms
    expected: dict[str, list[dict[str, object]]]

    @property
    def context(self) -> Context:
        return Context(
            files=DiskFiles(self.root),
            commands=self.programs,
            clock=FakeClock(),
            stopping=lambda: False,
        )


def lay_out(text: str, root: Path, answers: dict[str, bytes]) -> None:
    """The format that the READMEs of the fixtures describe."""
    head, block = "", list[str]()
    for line in [*text.splitlines(), ""]:
        if line.startswith("| "):
            block.append(line[2:])
            continue
        if head.startswith("$ "):
            answers[head[2:]] = "\n".join([*block, ""]).encode()
        elif head:
            _write(root, head, "\n".join([*block, ""]).encode())
        head, block = "", []
        if line.endswith(":"):
            head = line[:-1]
        elif " -> " in line:
            name, _, target = line.partition(" -> ")
            _parent(root, name).symlink_to(target)
        elif " <- " in line:
            name, _, digits = line.partition(" <- ")
            _write(root, name, bytes.fromhex(digits))
        elif line.endswith("/"):
            (root / line[1:]).mkdir(parents=True, exist_ok=True)
        else:
            assert not line or line.startswith("#"), line


def _parent(root: Path, name: str) -> Path:
    path = root / name[1:]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(root: Path, name: str, content: bytes) -> None:
    _parent(root, name).write_bytes(content)
