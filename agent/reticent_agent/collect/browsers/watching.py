"""Sleeps until a history may have been written.

Enters: the databases and the folders in which others would appear. Leaves: "look again".
Must hold: while nobody browses nothing wakes up but an hourly look; while somebody does, one look a
minute at most. Where the kernel tells nothing (another system, no more watches), it is looked every
few minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reticent_agent.collect.stopping import wait_readable

if TYPE_CHECKING:
    from inotify_simple import INotify

LOOK_S = 180.0  # between looks where no kernel tells
HOURLY_S = 3_600.0  # a new account, a home that was mounted
GATHER_S = 60.0  # a browser writes every few seconds; each look copies what was written


class HistoryWatch:
    """`arm` before looking at the databases, `wait` after."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._inotify: INotify | None = None

    def close(self) -> None:
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None

    def arm(self, databases: Sequence[Path], folders: Sequence[Path]) -> None:
        """Watches them anew: a profile that is gone holds no watch."""
        self.close()
        if self._platform != "linux":
            return
        from inotify_simple import INotify, flags

        written = flags.MODIFY | flags.CLOSE_WRITE | flags.MOVE_SELF | flags.DELETE_SELF
        appeared = flags.CREATE | flags.MOVED_TO | flags.ONLYDIR
        try:
            inotify = self._inotify = INotify(nonblocking=True)
            for database in databases:
                inotify.add_watch(database, written)
                with suppress(FileNotFoundError):  # only where the browser keeps a log
                    inotify.add_watch(f"{database}-wal", written)
            for folder in {*folders, *(database.parent for database in databases)}:
                inotify.add_watch(folder, appeared)
        except OSError:
            self.close()

    def wait(self, stopping: Callable[[], bool], *, again: bool) -> None:
        """Until something was written, and then as long as it takes a browser to write more.

        `again`: something could not be read because it was being written; look at it soon.
        """
        if again:
            wait_readable(stopping, (), seconds_max=GATHER_S)
        elif self._inotify is None:
            wait_readable(stopping, (), seconds_max=LOOK_S)
        elif wait_readable(stopping, (self._inotify.fileno(),), seconds_max=HOURLY_S):
            wait_readable(stopping, (), seconds_max=GATHER_S)
