"""A log is copied and cut between any two system calls of its follower: nothing lost or doubled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeClock, FakeCommands, Recorder
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.logs import followed_file
from reticent_agent.collect.logs.followed_file import FollowedFile
from reticent_agent.collect.model import Context
from reticent_contract.rows import Row

CALLS = ("pread", "fstat", "lstat", "stat", "open", "close", "scandir")
CALLS_MAX = 400  # of one follower, far more than it makes
IDLE_LOOKS = 3  # after the writer has ended


class CopiedLog:
    """Numbered lines; `tick_ns` is what a file system's clock advances from one write to the next.

    Zero: all within one tick, so that no file is younger than another.
    """

    def __init__(self, path: Path, *, tick_ns: int) -> None:
        self.path, self._tick_ns = path, tick_ns
        self.count, self._time_ns = 0, NOW_US * 1_000
        path.parent.mkdir(parents=True)
        path.touch()

    def append(self, count: int = 3) -> None:
        numbers = range(self.count, self.count + count)
        with self.path.open("a") as file:
            file.write("".join(f"{number}\n" for number in numbers))
        self.count += count
        self._written(self.path)

    def rotate(self) -> None:
        for number in range(8, 0, -1):
            old = Path(f"{self.path}.{number}")
            if old.exists():
                old.rename(f"{self.path}.{number + 1}")
        shutil.copyfile(self.path, f"{self.path}.1")
        self._written(Path(f"{self.path}.1"))
        os.truncate(self.path, 0)
        self._written(self.path)

    def _written(self, path: Path) -> None:
        self._time_ns += self._tick_ns
        os.utime(path, ns=(self._time_ns, self._time_ns))


class Interrupted:
    """Does `action` once, before the given system call; and before the follower waits, at last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, action: Callable[[], None]) -> None:
        self._action, self._left = action, 0
        self._armed = self.was_in_time = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._before(getattr(os, name)))

    def arm(self, call: int) -> None:
        self._left, self._armed, self.was_in_time = call, True, False

    def now(self) -> None:
        if self._armed:
            self._armed = False
            self._action()

    def _before(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if self._armed:
                self._left -= 1
                if self._left < 0:
                    self.was_in_time = True
                    self.now()
            return real(*arguments, **named)

        return call


class Waiting:
    """A watch that lets the follower look a few times more, then stops it."""

    def __init__(self, interrupted: Interrupted) -> None:
        self._interrupted, self._looks = interrupted, 0

    def arm(self, fd: int | None) -> None:
        return

    def wait(self, _: Callable[[], bool], *, seconds_max: float | None = None) -> bool:
        self._interrupted.now()
        self._looks += 1
        return False

    def is_over(self) -> bool:
        return self._looks >= IDLE_LOOKS

    def close(self) -> None:
        return


def follow(
    log: Path, cursor: str, interrupted: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> Recorder:
    watch, recorder = Waiting(interrupted), Recorder()
    monkeypatch.setattr(followed_file, "watch", lambda _: watch)
    context = Context(
        files=DiskFiles(Path("/")),
        commands=FakeCommands(),
        clock=FakeClock(),
        stopping=watch.is_over,
    )

    def rows(texts: Sequence[str], now_us: int) -> list[Row]:
        return [
            Row(table="log_line", event="line", ts_us=now_us, values={"message": text})
            for text in texts
        ]

    FollowedFile(str(log), context, cursor, recorder.emit, component="x", to_rows=rows).run()
    return recorder


def nothing_read(log: CopiedLog) -> None:
    """The cursor stands in an empty log."""


def read_to_its_end(log: CopiedLog) -> None:
    log.append()


def cut_before(log: CopiedLog) -> None:
    log.append()
    log.rotate()


@pytest.mark.parametrize("tick_ns", [0, 1_000_000], ids=["one tick", "many ticks"])
@pytest.mark.parametrize("rotations", [1, 2])
@pytest.mark.parametrize("missed", [nothing_read, read_to_its_end, cut_before])
@pytest.mark.parametrize("read", [nothing_read, read_to_its_end, cut_before])
def test_rotations_between_any_two_calls_lose_and_double_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    read: Callable[[CopiedLog], None],
    missed: Callable[[CopiedLog], None],
    rotations: int,
    tick_ns: int,
) -> None:
    """`read` came before the cursor, `missed` while nobody looked, `rotations` at the call."""

    def rotate() -> None:
        for _ in range(rotations):
            log.append()
            log.rotate()
        log.append()

    interrupted = Interrupted(monkeypatch, rotate)
    for call in range(CALLS_MAX):
        log = CopiedLog(tmp_path / str(call) / "app.log", tick_ns=tick_ns)
        kept = follow(log.path, "", interrupted, monkeypatch)
        read(log)
        kept.collected += follow(log.path, kept.cursor, interrupted, monkeypatch).collected
        missed(log)
        interrupted.arm(call)
        kept.collected += follow(log.path, kept.cursor, interrupted, monkeypatch).collected
        assert kept.messages == [str(number) for number in range(log.count)], f"call {call}"
        assert kept.health() == [], f"call {call}"
        if not interrupted.was_in_time:
            return
    pytest.fail("the follower does not come to rest")
