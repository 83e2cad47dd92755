"""Sockets on which the kernel tells what happened to devices and to the network (netlink(7)).

Enters: a family and its groups. Leaves: messages. Must hold: needs no privilege; only what the
kernel sent counts (any program may send to a socket of another one); a full queue is an error of
its own, because whoever follows has to look for itself what it missed.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from reticent_contract import limits
from reticent_contract.rows import Row

from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.model import Context, Emit
from reticent_agent.collect.stopping import wait_readable

NETLINK_KOBJECT_UEVENT = 15
UEVENT_GROUP_KERNEL = 1
ROUTE_GROUPS = 0x1 | 0x10 | 0x100  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR
MESSAGE_BYTES_MAX = 64 << 10
_KERNEL_PORT = 0


class Netlink(Protocol):
    """What is needed of a socket."""

    def fileno(self) -> int: ...

    def close(self) -> None: ...

    def send(self, data: bytes, /) -> int: ...

    def recvfrom(self, bufsize: int, /) -> tuple[bytes, object]:
        """A message and (port, groups) of its sender; BlockingIOError where there is none."""


OpenNetlink = Callable[[int, int], Netlink]  # family, groups


class OverrunError(Exception):
    """The kernel dropped messages: they came faster than they were read."""


def open_netlink(family: int, groups: int) -> socket.socket:
    """A socket that does not block. Raises OSError where this system refuses it."""
    kinds = socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    opened = socket.socket(socket.AF_NETLINK, kinds, family)
    try:
        opened.bind((0, groups))
    except OSError:
        with suppress(OSError):
            opened.close()
        raise
    return opened


@contextmanager
def listening(open_socket: OpenNetlink, family: int, groups: int) -> Iterator[Netlink]:
    """A socket for the time of the block. Raises SourceUnavailableError where it is refused."""
    try:
        opened = open_socket(family, groups)
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise SourceUnavailableError(
            f"the kernel does not let the agent listen to its events ({code})",
            "allow the agent's service sockets of the family AF_NETLINK",
        ) from None
    try:
        yield opened
    finally:
        opened.close()


def waiting(opened: Netlink) -> Iterator[bytes]:
    """Messages that are there, at most NETLINK_MESSAGES_MAX. Raises OverrunError."""
    for _ in range(limits.NETLINK_MESSAGES_MAX):
        try:
            message, sender = opened.recvfrom(MESSAGE_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                raise OverrunError from None
            raise
        if isinstance(sender, tuple) and sender and sender[0] == _KERNEL_PORT:
            yield message


class Watched(Protocol):
    """What a source knows of the devices, links or addresses that its messages are about."""

    def told(self, message: bytes, ts_us: int) -> Iterable[Row]:
        """Rows of one message."""

    def compared(self, ts_us: int) -> Iterable[Row]:
        """Rows of what changed unheard: what is there now, less what is known."""


def follow_messages(
    context: Context, opened: Netlink, watched: Watched, emit: Emit, *, cursor: str
) -> None:
    """Until it stops. After an overrun what is queued is read, and only then compared.

    What is queued is older than what was dropped: compared first, it would turn the clock back.
    """
    missed = False
    while not context.stopping():
        seconds_max = 0.0 if missed else None
        ready = wait_readable(context.stopping, (opened.fileno(),), seconds_max=seconds_max)
        rows: list[Row] = []
        try:
            if ready:
                for message in waiting(opened):
                    rows.extend(watched.told(message, context.clock.now_us()))
            elif missed:
                missed = False
                rows.extend(watched.compared(context.clock.now_us()))
        except OverrunError:
            missed = True
        for start in range(0, len(rows), limits.EMIT_ROWS_MAX):
            emit(rows[start : start + limits.EMIT_ROWS_MAX], cursor=cursor)
