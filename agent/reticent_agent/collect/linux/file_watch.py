"""Sleeps until something happens to one file: written, cut, replaced, created.

Enters: a path and the file being read (which a rotation may have renamed). Leaves: "look again".
Must hold: files beside it wake nobody; where the kernel refuses a watch (their number is limited)
a slow look takes its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from inotify_simple import INotify, flags

from reticent_agent.collect.logs.position import open_regular
from reticent_agent.collect.stopping import wait_readable

LOOK_S = 30.0  # between looks where inotify is not to be had
FILE_EVENTS = flags.MODIFY | flags.CLOSE_WRITE
FOLDER_EVENTS = (
    flags.CREATE
    | flags.MOVED_TO
    | flags.MOVED_FROM
    | flags.DELETE
    | flags.DELETE_SELF
    | flags.MOVE_SELF
    | flags.ONLYDIR
)


class FileWatch:
    """One inotify instance. `arm` before looking at the file, `wait` after."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = -1
        self._name = ""
        self._files: dict[int, int] = {}  # inode: watch descriptor
        self._inotify: INotify | None = None
        with suppress(OSError):
            self._inotify = INotify(nonblocking=True)

    def close(self) -> None:
        if self._inotify is not None:
            self._inotify.close()

    def arm(self, fd: int | None) -> None:
        """Watches the folder, the file behind `fd`, and the one that is at the path now."""
        inotify = self._inotify
        if inotify is None:
            return
        try:
            folder, self._name = _nearest(self._path)
            self._folder = inotify.add_watch(folder, FOLDER_EVENTS)
            at_path = open_regular(self._path)
            try:
                self._watch_files(inotify, [f for f in (fd, at_path) if f is not None])
            finally:
                if at_path is not None:
                    os.close(at_path)
        except OSError:  # no more watches, or a folder that may not be watched: look now and then
            inotify.close()
            self._inotify = None

    def wait(self, stopping: Callable[[], bool], *, seconds_max: float | None = None) -> bool:
        """Until the file may have changed (True), or it stops, or at most that long (False)."""
        if self._inotify is None:
            wait_readable(stopping, (), seconds_max=min(LOOK_S, seconds_max or LOOK_S))
            return False
        while not stopping():
            if not wait_readable(stopping, (self._inotify.fileno(),), seconds_max=seconds_max):
                if seconds_max is not None:
                    return False
                continue
            events = tuple(self._inotify.read(0))
            if any(self._concerns_us(e.wd, e.mask, e.name) for e in events):
                return True
            if seconds_max is not None:  # the caller knows how much of its time is left
                return False
        return False

    def _watch_files(self, inotify: INotify, fds: list[int]) -> None:
        wanted = {os.fstat(fd).st_ino: fd for fd in fds}
        for inode in set(self._files) - set(wanted):
            with suppress(OSError):  # the kernel removed it with the file
                inotify.rm_watch(self._files[inode])
            del self._files[inode]
        for inode, fd in wanted.items():
            # By descriptor, not by path: a rotation in between must not move the watch.
            self._files[inode] = inotify.add_watch(f"/proc/self/fd/{fd}", FILE_EVENTS)

    def _concerns_us(self, descriptor: int, mask: int, name: str) -> bool:
        if mask & flags.Q_OVERFLOW:
            return True
        if descriptor == self._folder:
            return name == self._name or bool(mask & (flags.DELETE_SELF | flags.MOVE_SELF))
        return not mask & flags.IGNORED and descriptor in self._files.values()


def _nearest(path: str) -> tuple[str, str]:
    """The folder to watch and the name to wait for there, while the path's own does not exist."""
    folder, name = os.path.split(path)
    while folder not in ("/", "") and not Path(folder).is_dir():
        folder, name = os.path.split(folder)
    return folder or "/", name
