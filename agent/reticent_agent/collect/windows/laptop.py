"""All of a Windows laptop that collectors may read beside its programs.

Enters: a context. Leaves: its files as a `Laptop`. Must hold: what a collector reads, a recorded
machine can answer.

The registry, the event log and the notices belong to the file root: whoever gives another
machine's files gives its hives and logs with them, and never this machine's by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from reticent_agent.collect.model import Context, FileRoot

EVENTS_AT_ONCE = 64

RegistryValue = str | int | bytes | tuple[str, ...]


class Registry(Protocol):
    """The 64-bit view of the registry. Keys begin with HKEY_LOCAL_MACHINE or HKEY_USERS."""

    def values(self, key: str) -> Mapping[str, RegistryValue]:
        """By name, in lower case; {} where there is no such key. Raises OSError: not readable."""

    def keys(self, key: str) -> Sequence[str]:
        """Names of the keys under it, sorted; () where there is none. Raises OSError."""


class EventLog(Protocol):
    """Channels of the event log; an event is the XML that EvtRender or EvtFormatMessage gives."""

    def follow(
        self,
        channel: str,
        query: str,
        *,
        after: int | None,
        with_message: bool,
        stopping: Callable[[], bool],
    ) -> Iterator[Sequence[str]]:
        """Groups of at most EVENTS_AT_ONCE, oldest first, until `stopping()`; waits in the kernel.

        `after`: the record number after which it begins; None: at the oldest. Raises
        RecordGoneError where there is no such record, SourceUnavailableError where the channel is
        not there or not for the agent.
        """


class RecordGoneError(Exception):
    """The log was cleared, or has overwritten the record."""


@dataclass(frozen=True, slots=True)
class UsbNotice:
    """A device interface came or went: `\\\\?\\USB#VID_0781&PID_5581#4C53...#{guid}`."""

    arrived: bool
    symbolic_link: str


@dataclass(frozen=True, slots=True)
class Connection:
    """A network interface at one moment. Addresses without their zone."""

    is_up: bool
    addresses: frozenset[str]


class Notices(Protocol):
    """What Windows tells of itself while it happens; both wait in the kernel until `stopping()`."""

    def usb(self, stopping: Callable[[], bool]) -> Iterator[UsbNotice]: ...

    def network(self, stopping: Callable[[], bool]) -> Iterator[Mapping[str, Connection]]:
        """All interfaces by name, at the beginning and after each change."""


@runtime_checkable
class Laptop(FileRoot, Protocol):
    @property
    def registry(self) -> Registry: ...

    @property
    def event_log(self) -> EventLog: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def system_folder(self) -> str:
        """Where Windows lies, as `C:\\Windows\\System32`; never from the environment."""


def laptop(context: Context) -> Laptop:
    """Raises LookupError where the files are no Windows laptop's: then nothing can be read."""
    if not isinstance(context.files, Laptop):
        raise LookupError("the file root has no registry and no event log")
    return context.files
