"""The shape of a collector, the same on every operating system.

Enters: a `Context` with everything a collector may touch. Leaves: typed rows.
Must hold: a collector knows nothing of policy, opens nothing outside its context, starts no
process but through it, and stops soon after its deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Protocol

from reticent_contract.rows import Row


class FileRoot(Protocol):
    """The laptop's file system, or a fixture's. Paths are absolute, as on the laptop."""

    def read_bytes(self, path: str, *, bytes_max: int, owner: int | None = None) -> bytes:
        """The first `bytes_max` bytes of a regular file.

        `owner`: the account that must own it, where a person decides what lies at the path. Not
        asked of a copy of another laptop's files. Raises OSError where it is missing, unreadable,
        somebody else's or not a regular file (a FIFO would hang).
        """

    def read_text(self, path: str, *, bytes_max: int = 65_536) -> str | None:
        """Stripped text, undecodable bytes as U+FFFD; None where `read_bytes` would raise."""

    def glob(self, pattern: str) -> Sequence[str]:
        """Absolute paths that match, sorted."""

    def exists(self, path: str) -> bool: ...

    def is_dir(self, path: str) -> bool: ...

    def readlink(self, path: str) -> str | None: ...

    def real(self, path: str) -> PurePosixPath:
        """Where `path` lies on the disk of this process: for inotify and for SQLite."""


class CommandRunner(Protocol):
    """Starts programs: absolute path, no shell, C locale, bounded in time and output."""

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        """Standard output. Raises CommandError (missing, failed, timed out, too much output)."""

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterable[bytes]:
        """Lines of standard output of a program that goes on, until it ends or `stopping()`."""


class Clock(Protocol):
    def now_us(self) -> int:
        """Microseconds since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds since some start; never goes back."""


NEEDS_ROOT = "needs root"


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a table, or one of its fields, has nothing here. Words of the code's own, no values."""

    reason: str  # NEEDS_ROOT, or a state such as "no modem"
    field: str = ""  # empty: of the table, not of a field


# What the privileged helper answers: records of names and texts.
Answer = Sequence[Mapping[str, str]]


class Privileged(Protocol):
    """The helper that runs as root and knows a fixed list of questions."""

    def ask(self, question: str, /) -> Answer | None:
        """Its answer; None where there is no helper, or it cannot tell."""


class NoHelper:
    """`Privileged` where none is installed."""

    def ask(self, _question: str, /) -> Answer | None:
        return None


NO_HELPER = NoHelper()


def nobody_asks(_absence: Absence) -> None:
    """`Context.absent` where nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Context:
    """All that a collector may use. `stopping()` turns true at its deadline and at shutdown.

    `absent` is told what a collector cannot see and why; what it is told never becomes a value.
    """

    files: FileRoot
    commands: CommandRunner
    clock: Clock
    stopping: Callable[[], bool]
    privileged: Privileged = NO_HELPER
    absent: Callable[[Absence], None] = nobody_asks


# What a policy asks for: its tables, each with its options (`policy.options`).
Asked = Mapping[str, Mapping[str, object]]
# Stands among a table's options where it needs consent: the accounts' numbers of the people who
# agreed, each with the time (microseconds since 1970) from which on they did. Absent: everybody.
OF_WHOM = "of_whom"


def of_whom(options: Mapping[str, object]) -> Mapping[int, int] | None:
    """Who agreed to a table and since when; None where nobody has to."""
    found = options.get(OF_WHOM)
    return found if isinstance(found, Mapping) else None


# A source whose name begins so loses its cursor when no policy asks for it any more: what happens
# until one asks again is never told.
WHILE_ASKED = "while-asked:"


class WatchKind(StrEnum):
    PATH = "path"  # inotify on a file or folder
    UEVENT = "uevent"  # the kernel reports devices plugged and pulled
    NETWORK = "network"  # links and addresses changed


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells that a state table may have changed."""

    kind: WatchKind
    path: str = ""  # of PATH
    subsystem: str = ""  # of UEVENT, e.g. "usb", "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCollector:
    """Yields all rows of one state table as they are now (event `snapshot`, one shared `ts_us`)."""

    table: str
    collect: Callable[[Context], Iterable[Row]]
    watches: tuple[Watch, ...] = ()
    seconds_max: float = 10.0
    once_per_boot: bool = False  # expensive, and cannot change before the next boot


class Emit(Protocol):
    """Hands rows on. Blocks while the pipeline is busy; `cursor` is kept with the rows.

    When rows and cursor are on disk they are there together, so a source that restarts from its
    cursor loses and doubles nothing.
    """

    def __call__(self, rows: Sequence[Row], *, cursor: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """Follows one source of events from `cursor` ("" = first time) until `context.stopping()`.

    `follow` waits in the kernel (inotify, pipe), never by busy polling.
    """

    name: str  # e.g. "journal", "file:/var/log/syslog"; the cursor's name
    table: str
    follow: Callable[[Context, str, Emit], None]
