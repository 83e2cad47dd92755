"""A log is copied and cut between any two system calls of its follower: nothing lost or doubled."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeClock, FakeCommands, Recorder
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.logs import followed_file, rotated
from reticent_agent.collect.logs.followed_file import FollowedFile
from reticent_agent.collect.logs.tail import Step, Tail
from reticent_agent.collect.model import Context
from reticent_contract.rows import Row

CALLS = ("pread", "fstat", "lstat", "stat", "open", "close", "scandir")
CALLS_MAX = 400  # of one follower, far more than it makes
IDLE_LOOKS_BEFORE, IDLE_LOOKS = 1, 3  # of the follower: before the writer is done, and in all


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

    def rotate(self) -> Iterator[None]:
        """Step by step; the copy comes in two pieces, the first of which ends within a line."""
        for number in range(8, 0, -1):
            old = Path(f"{self.path}.{number}")
            if old.exists():
                old.rename(f"{self.path}.{number + 1}")
        yield
        copy, text = Path(f"{self.path}.1"), self.path.read_bytes()
        copy.touch()
        self._written(copy)
        yield
        for piece in (text[:1], text[1:]):
            with copy.open("ab") as file:
                file.write(piece)
            self._written(copy)
            yield
        os.truncate(self.path, 0)
        self._written(self.path)
        yield

    def _written(self, path: Path) -> None:
        self._time_ns += self._tick_ns
        os.utime(path, ns=(self._time_ns, self._time_ns))


class Interrupted:
    """Does a step before each `stride`-th call from a given one on, and `finish` the rest."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._steps: Iterator[None] = iter(())
        self._left = self._stride = 0
        self._is_busy = self.was_in_time = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._before(getattr(os, name)))

    def arm(self, steps: Iterator[None], *, call: int, stride: int) -> None:
        self._steps, self._left, self._stride, self.was_in_time = steps, call, stride, False

    def finish(self) -> None:
        self._is_busy = True
        for _ in self._steps:
            pass
        self._is_busy = False

    def _step(self) -> None:
        self.was_in_time = True
        if self._stride == 0:
            self.finish()
            return
        self._is_busy = True
        next(self._steps, None)
        self._is_busy = False
        self._left = self._stride

    def _before(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if not self._is_busy:
                self._left -= 1
                if self._left < 0:
                    self._step()
            return real(*arguments, **named)

        return call


class Waiting:
    """A watch that lets the follower look a few times more, then stops it."""

    def __init__(self, interrupted: Interrupted) -> None:
        self._interrupted, self._looks = interrupted, 0

    def arm(self, fd: int | None) -> None:
        return

    def wait(self, _: Callable[[], bool], *, seconds_max: float | None = None) -> bool:
        self._looks += 1
        if self._looks == IDLE_LOOKS_BEFORE:
            self._interrupted.finish()
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
    deque(log.rotate(), 0)


@pytest.mark.parametrize("tick_ns", [0, 1_000_000], ids=["one tick", "many ticks"])
@pytest.mark.parametrize("stride", [0, 3])
@pytest.mark.parametrize("missed", [nothing_read, read_to_its_end, cut_before])
@pytest.mark.parametrize("read", [nothing_read, cut_before])
def test_rotations_between_any_two_calls_lose_and_double_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    read: Callable[[CopiedLog], None],
    missed: Callable[[CopiedLog], None],
    stride: int,
    tick_ns: int,
) -> None:
    """`read` came before the cursor, `missed` while nobody looked, two rotations from a call on.

    A stride of 0: both at once; else a step of theirs before each `stride`-th further call.
    """

    def rotate(log: CopiedLog) -> Iterator[None]:
        for _ in range(2):
            log.append()
            yield from log.rotate()
        log.append()

    interrupted = Interrupted(monkeypatch)
    for call in range(0, CALLS_MAX, stride or 1):
        log = CopiedLog(tmp_path / str(call) / "app.log", tick_ns=tick_ns)
        kept = follow(log.path, "", interrupted, monkeypatch)
        read(log)
        kept.collected += follow(log.path, kept.cursor, interrupted, monkeypatch).collected
        missed(log)
        interrupted.arm(rotate(log), call=call, stride=stride)
        kept.collected += follow(log.path, kept.cursor, interrupted, monkeypatch).collected
        assert kept.messages == [str(number) for number in range(log.count)], f"call {call}"
        assert kept.health() == [], f"call {call}"
        if not interrupted.was_in_time:
            return
    pytest.fail("the follower does not come to rest")


def test_while_the_names_keep_changing_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CopiedLog(tmp_path / "x" / "app.log", tick_ns=1_000_000)
    tail = Tail(str(log.path), None, first_bytes=100, record_bytes=1)
    assert [tail.step(), tail.step()] == [Step.MOVED, Step.IDLE]

    looks = rotated.LOOKS_MAX
    for given, is_cut in ((b"0\n1\n2\n", False), (b"3\n4\n5\n", True)):
        log.append()
        if is_cut:
            deque(log.rotate(), 0)
        monkeypatch.setattr(rotated, "LOOKS_MAX", 0)
        assert [tail.step() for _ in range(3)] == [Step.IDLE] * 3
        monkeypatch.setattr(rotated, "LOOKS_MAX", looks)
        assert given in (tail.step(), tail.step())
        tail.done(len(given), given)
    tail.close()
