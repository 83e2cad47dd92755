"""What the supervisor and the sources get in these tests instead of a laptop."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.health import Collected
from reticent_agent.collect.model import Clock, Context, EventSource
from reticent_agent.collect.stopping import StopSignal
from reticent_contract.rows import Row

NOW_US = 1_795_327_981_000_000  # 2026-11-22T06:13:01Z
PATIENCE_S = 10.0


class FakeClock:
    """Stands still until it is turned."""

    def __init__(self, now_us: int = NOW_US) -> None:
        self.wall_us = now_us
        self.seconds = 1_000.0

    def now_us(self) -> int:
        return self.wall_us

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall_us += round(seconds * 1e6)

    def suspend(self, seconds: float) -> None:
        """Monotonic time stands still while the laptop sleeps."""
        self.wall_us += round(seconds * 1e6)


class FakeCommands:
    """`follow` gives the lines there are, then waits until it stops, or `ends`."""

    def __init__(self, lines: Sequence[bytes] = (), *, ends: bool = False) -> None:
        self.lines = list(lines)
        self.ends = ends
        self.answers: list[bytes] = []
        self.started: list[tuple[str, ...]] = []

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        self.started.append(tuple(arguments))
        if not self.answers:
            raise CommandError(arguments[0], "failed", "ended with code 1")
        return self.answers.pop(0)

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        self.started.append(tuple(arguments))
        yield from self.lines
        while not self.ends and not stopping():
            time.sleep(0.005)


class FakeNetlink:
    """A netlink socket: `tell` is the kernel's side. It holds `room` messages."""

    def __init__(self, room: int = 1_000) -> None:
        self.closed = False
        self.asked: list[bytes] = []
        self.answers: list[list[bytes]] = []  # to what is sent, in turn
        self._room = room
        self._messages: deque[tuple[bytes, int]] = deque()
        self._overrun = False
        self._lock = threading.Lock()
        self._read_fd, self._write_fd = os.pipe()

    def tell(self, message: bytes, *, sender: int = 0) -> None:
        """Drops the message where there is no room, as the kernel does."""
        with self._lock:
            if len(self._messages) >= self._room:
                self._overrun = True
                return
            self._messages.append((message, sender))
            os.write(self._write_fd, b".")

    def overrun(self) -> None:
        with self._lock:
            self._overrun = True
            os.write(self._write_fd, b".")

    def recvfrom(self, bufsize: int, /) -> tuple[bytes, object]:
        with self._lock:
            if self._overrun:
                self._overrun = False
                if len(self._messages) < self._room:
                    os.read(self._read_fd, 1)
                raise OSError(errno.ENOBUFS, "made-up")
            if not self._messages:
                raise BlockingIOError
            os.read(self._read_fd, 1)
            message, sender = self._messages.popleft()
            return message[:bufsize], (sender, 1)

    def send(self, data: bytes, /) -> int:
        self.asked.append(data)
        for message in self.answers.pop(0):
            self.tell(message)
        return len(data)

    def fileno(self) -> int:
        return self._read_fd

    def close(self) -> None:
        self.closed = True

    def __del__(self) -> None:
        os.close(self._read_fd)
        os.close(self._write_fd)


class Recorder:
    """A sink, or the `emit` of one source, that remembers."""

    def __init__(self) -> None:
        self.collected: list[Collected] = []
        self._changed = threading.Condition()

    def __call__(self, collected: Collected) -> None:
        with self._changed:
            self.collected.append(collected)
            self._changed.notify_all()

    def emit(self, rows: Sequence[Row], *, cursor: str) -> None:
        self(Collected(rows=tuple(rows), table="", complete=False, cursor_name="", cursor=cursor))

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            met = self._changed.wait_for(condition, PATIENCE_S)
        assert met, [c.rows for c in self.collected]

    def rows(self, table: str | None = None) -> list[Row]:
        return [r for c in self.collected for r in c.rows if table in (None, r.table)]

    def health(self) -> list[tuple[str, object, object]]:
        found = self.rows("agent_health")
        return [(r.event, r.values["component"], r.values.get("reason")) for r in found]

    @property
    def messages(self) -> list[object]:
        return [row.values["message"] for row in self.rows("log_line")]

    @property
    def cursor(self) -> str:
        return self.collected[-1].cursor if self.collected else ""


class Followed:
    """A source that runs in a thread of its own, from a cursor, until the block ends."""

    def __init__(
        self,
        source: EventSource,
        root: Path,
        *,
        cursor: str = "",
        commands: FakeCommands | None = None,
        recorder: Recorder | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.recorder = recorder or Recorder()
        self.error: BaseException | None = None
        self.stop = StopSignal()
        self.context = Context(
            files=DiskFiles(root),
            commands=commands or FakeCommands(),
            clock=clock or FakeClock(),
            stopping=self.stop,
        )
        self._thread = threading.Thread(target=self._run, args=(source, cursor), daemon=True)

    def _run(self, source: EventSource, cursor: str) -> None:
        try:
            source.follow(self.context, cursor, self.recorder.emit)
        except Exception as error:  # noqa: BLE001 - raised again in the thread of the test
            self.error = error
            self.recorder.emit((), cursor="")

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self.recorder

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
