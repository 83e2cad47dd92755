"""Watches of the Linux kernel: inotify, device events, network changes.

Enters: declared watches. Leaves: tables. Must hold: needs no privilege (both netlink families let
anybody bind to these groups; netlink(7), inotify(7)); a storm of events costs one wake-up a second.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from inotify_simple import INotify, flags

from reticent_agent.collect.linux.netlink import (
    NETLINK_KOBJECT_UEVENT,
    ROUTE_GROUPS,
    UEVENT_GROUP_KERNEL,
    Netlink,
    OpenNetlink,
    OverrunError,
    open_netlink,
    waiting,
)
from reticent_agent.collect.linux.uevent import parse_uevent
from reticent_agent.collect.model import FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.stopping import StopSignal, WakeUp, wait_readable
from reticent_agent.collect.watches import WatchProblem

STORM_PAUSE_S = 1.0  # after events the kernel queues further ones this long
FOLDER_EVENTS = (
    flags.CREATE
    | flags.MOVED_TO
    | flags.MOVED_FROM
    | flags.DELETE
    | flags.CLOSE_WRITE
    | flags.ATTRIB
    | flags.DELETE_SELF
    | flags.MOVE_SELF
    | flags.ONLYDIR
)


class KernelWatcher:
    """One inotify instance and at most two sockets for all collectors together."""

    def __init__(
        self,
        collectors: Sequence[StateCollector],
        files: FileRoot,
        stop: StopSignal,
        *,
        open_netlink: OpenNetlink = open_netlink,
    ) -> None:
        self.problems: list[WatchProblem] = []
        self._files = files
        self._stop = stop
        self._wake_up = WakeUp()
        self._open_netlink = open_netlink
        self._inotify: INotify | None = None
        self._paths: list[tuple[str, Watch]] = []
        self._folders: dict[int, list[tuple[str, str]]] = {}  # descriptor: (name or "", table)
        self._subsystems: dict[str, set[str]] = {}
        self._network_tables: set[str] = set()
        self._sockets: dict[int, tuple[WatchKind, Netlink]] = {}
        self._storm = False
        for collector in collectors:
            for watch in collector.watches:
                self._declare(collector.table, watch)
        self._open()

    def wait(self, seconds_max: float) -> frozenset[str]:
        """Tables that may have changed. For one thread only."""
        own = (self._wake_up.fileno(),)
        if self._storm:
            self._storm = False
            if wait_readable(self._stop, own, seconds_max=min(STORM_PAUSE_S, seconds_max)):
                self._wake_up.clear()
                self._storm = True
                return frozenset()
            seconds_max = max(0.0, seconds_max - STORM_PAUSE_S)
        inotify = () if self._inotify is None else (self._inotify.fileno(),)
        ready = wait_readable(self._stop, (*own, *inotify, *self._sockets), seconds_max=seconds_max)
        self._wake_up.clear()
        fired: set[str] = set()
        for fd in ready:
            if fd in self._sockets:
                fired |= self._read_socket(*self._sockets[fd])
            elif self._inotify is not None and fd == self._inotify.fileno():
                fired |= self._read_inotify(self._inotify)
        self._storm = any(fd not in own for fd in ready)
        return frozenset(fired)

    def wake(self) -> None:
        self._wake_up.wake()

    def close(self) -> None:
        for _, opened in self._sockets.values():
            opened.close()
        if self._inotify is not None:
            self._inotify.close()

    def _declare(self, table: str, watch: Watch) -> None:
        if watch.kind is WatchKind.PATH:
            self._paths.append((table, watch))
        elif watch.kind is WatchKind.UEVENT:
            self._subsystems.setdefault(watch.subsystem, set()).add(table)
        else:
            self._network_tables.add(table)

    def _open(self) -> None:
        if self._paths:
            try:
                self._inotify = INotify(nonblocking=True)
            except OSError as error:
                self._problem({t for t, _ in self._paths}, WatchKind.PATH, error)
            else:
                self._arm(self._inotify)
        wanted = (
            (WatchKind.UEVENT, NETLINK_KOBJECT_UEVENT, UEVENT_GROUP_KERNEL, self._device_tables()),
            (WatchKind.NETWORK, socket.NETLINK_ROUTE, ROUTE_GROUPS, self._network_tables),
        )
        for kind, family, groups, tables in wanted:
            if not tables:
                continue
            try:
                opened = self._open_netlink(family, groups)
            except OSError as error:
                self._problem(tables, kind, error)
            else:
                self._sockets[opened.fileno()] = (kind, opened)

    def _device_tables(self) -> set[str]:
        return {table for tables in self._subsystems.values() for table in tables}

    def _problem(self, tables: set[str], kind: WatchKind, error: OSError) -> None:
        detail = f"{kind}: {errno.errorcode.get(error.errno or 0, type(error).__name__)}"
        found = [WatchProblem(table=table, detail=detail) for table in sorted(tables)]
        self.problems.extend(problem for problem in found if problem not in self.problems)

    def _arm(self, inotify: INotify) -> None:
        """A file is watched through its folder, because most are replaced by rename.

        What does not exist yet is waited for in the nearest folder that does.
        """
        folders: dict[int, list[tuple[str, str]]] = {}
        for table, watch in self._paths:
            try:
                for folder, name in _folders_of(str(self._files.real(watch.path)), self._root()):
                    descriptor = inotify.add_watch(folder, FOLDER_EVENTS)
                    folders.setdefault(descriptor, []).append((name, table))
            except OSError as error:
                self._problem({table}, WatchKind.PATH, error)
        self._folders = folders

    def _root(self) -> str:
        return str(self._files.real("/"))

    def _read_inotify(self, inotify: INotify) -> set[str]:
        fired: set[str] = set()
        folder_gone = False
        for event in inotify.read(timeout=0):
            if event.mask & flags.Q_OVERFLOW:
                return {table for table, _ in self._paths}
            if event.mask & (flags.DELETE_SELF | flags.MOVE_SELF | flags.IGNORED):
                folder_gone = True
                fired |= {table for _, table in self._folders.get(event.wd, ())}
            for name, table in self._folders.get(event.wd, ()):
                if name in ("", event.name):
                    fired.add(table)
        if folder_gone or fired:  # a folder may have come or gone: watch the nearest one there is
            self._arm(inotify)
        return fired

    def _read_socket(self, kind: WatchKind, opened: Netlink) -> set[str]:
        fired: set[str] = set()
        try:
            for message in waiting(opened):
                if kind is WatchKind.NETWORK:
                    fired |= self._network_tables
                else:
                    subsystem = parse_uevent(message).get("SUBSYSTEM", "")
                    fired |= self._subsystems.get(subsystem, set())
        except (OverrunError, OSError):  # messages are lost, so anything may have changed
            return self._device_tables() if kind is WatchKind.UEVENT else self._network_tables
        return fired


def _folders_of(path: str, root: str) -> set[tuple[str, str]]:
    """Folder and name to wait for, of the path itself and of what a link there leads to."""
    if Path(path).is_dir():
        return {(path, "")}
    found = {_nearest(path)}
    target = os.path.realpath(path)
    if target != path and os.path.commonpath((target, root)) == root:
        found.add(_nearest(target))
    return found


def _nearest(path: str) -> tuple[str, str]:
    folder, name = os.path.split(path)
    while folder not in ("/", "") and not Path(folder).is_dir():
        folder, name = os.path.split(folder)
    return folder or "/", name
