"""Table `software_event`: snaps that were installed, refreshed, reverted and removed.

Enters: the folder of what is installed: NAME/REVISION is a snap's content, NAME/current a link to
the revision in use. Leaves: rows; the cursor is what was there: names, revisions, versions. Must
hold: a snap that is disabled, or just between two revisions, was not removed; a folder that cannot
be read is no empty one; while nothing changes nothing wakes up.

Source: snapd's documentation of the system's layout and of revisions (`x1` is one of a local file).
The first time nothing is told: what was installed when, and what was there before, is not there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from posixpath import basename, split
from typing import NamedTuple

from inotify_simple import INotify, flags
from reticent_contract import limits
from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.linux import snap
from reticent_agent.collect.model import Context, Emit, EventSource, FileRoot
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.stopping import wait_readable

LOOK_S = 180.0  # between looks where the kernel gives no more watches
GATHER_S = 2.0  # between the parts of one change
_SNAPS_MAX = 1_000
_REVISION = re.compile(r"x?[0-9]{1,10}", re.ASCII)
_EVENTS = flags.CREATE | flags.DELETE | flags.MOVED_FROM | flags.MOVED_TO | flags.ONLYDIR


class InUse(NamedTuple):
    """Of one snap. `version` is "" where it does not say one, `revision` where none was in use yet:
    it was disabled at the first look."""

    revision: str
    version: str


Snaps = Mapping[str, InUse]  # by the name of the folder
_DISABLED = InUse("", "")


def snap_changes() -> EventSource:
    """Named "software_snap"."""
    return EventSource(name="software_snap", table=SOFTWARE_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    """OSError: the source starts again."""
    known = decode(cursor)
    watch = _Watch()
    try:
        while not context.stopping():
            watch.arm(context.files)
            there = _look(context.files, known)
            if there != known:
                rows = [] if known is None else list(_changes(context, known, there))
                known = there
                emit(rows, cursor=encode(there))
            watch.wait(context.stopping)
            wait_readable(context.stopping, (), seconds_max=GATHER_S)
    finally:
        watch.close()


def encode(snaps: Snaps) -> str:
    return json.dumps({"v": 1, "snaps": snaps}, separators=(",", ":"))


def decode(cursor: str) -> Snaps | None:
    """None the first time, and where the cursor is not one of ours."""
    try:
        found = json.loads(cursor)
        return {
            str(name): InUse(str(revision), str(version))
            for name, (revision, version) in found["snaps"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _look(files: FileRoot, known: Snaps | None) -> Snaps:
    """What is there now. Raises OSError where a folder of snaps may not be read."""
    found: dict[str, InUse] = {}
    for folder in snap.FOLDERS:
        try:
            names = os.listdir(files.real(folder))  # noqa: PTH208 - not to take an error for empty
        except FileNotFoundError:
            continue
        for name in sorted(names)[:_SNAPS_MAX]:
            # At the first look one that is not in use is disabled; later it is being installed.
            before = _DISABLED if known is None else known.get(name)
            in_use = _in_use(files, f"{folder}/{name}", before)
            if in_use is not None:
                found.setdefault(name, in_use)
    return found


def _in_use(files: FileRoot, folder: str, before: InUse | None) -> InUse | None:
    revision = basename(files.readlink(f"{folder}/current") or "")
    if not _REVISION.fullmatch(revision):  # disabled, between two revisions, removed, or no snap
        revisions = (basename(path) for path in files.glob(f"{folder}/*"))
        return before if any(map(_REVISION.fullmatch, revisions)) else None
    if before is not None and before.revision == revision:
        return before
    try:
        content = files.read_bytes(
            f"{folder}/{revision}/meta/snap.yaml", bytes_max=limits.SMALL_FILE_BYTES_MAX
        )
    except OSError:
        content = b""
    return InUse(revision, snap.parse(content).get("version", ""))


def _changes(context: Context, before: Snaps, now: Snaps) -> Iterator[Row]:
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old == new or (old == _DISABLED and new is not None):  # enabled is not installed
            continue
        event = "installed" if old is None else "uninstalled" if new is None else "updated"
        values = {
            "source": "snap",
            "name": name,
            "version": (new or old or InUse("", "")).version or None,
            "version_before": old.version or None if old and new else None,
        }
        row = event_row(SOFTWARE_EVENT, event, _changed_us(context, name), values)
        if row is not None:
            yield row


def _changed_us(context: Context, name: str) -> int:
    """When the link was made, or the folder last lost a snap; now, where nothing tells."""
    now_us, times_us = context.clock.now_us(), [0]
    for folder in snap.FOLDERS:
        real = context.files.real(folder)
        for path in (real / name / "current", real / name, real):
            with suppress(OSError):
                times_us.append(os.lstat(path).st_mtime_ns // 1_000)
                break
    return max(times_us) if 0 < max(times_us) <= now_us else now_us


class _Watch:
    """`arm` before looking, `wait` after."""

    def __init__(self) -> None:
        self._inotify: INotify | None = None

    def close(self) -> None:
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None

    def arm(self, files: FileRoot) -> None:
        """Watches the folders anew; where there is none, the nearest to where each would be."""
        self.close()
        there = [folder for folder in snap.FOLDERS if files.is_dir(folder)]
        try:
            inotify = self._inotify = INotify(nonblocking=True)
            for folder in there or snap.FOLDERS:
                inotify.add_watch(_nearest(files, folder), _EVENTS)
                for path in files.glob(f"{folder}/*")[:_SNAPS_MAX]:
                    with suppress(FileNotFoundError, NotADirectoryError):
                        inotify.add_watch(str(files.real(path)), _EVENTS)
        except OSError:
            self.close()

    def wait(self, stopping: Callable[[], bool]) -> None:
        if self._inotify is None:
            wait_readable(stopping, (), seconds_max=LOOK_S)
        else:
            wait_readable(stopping, (self._inotify.fileno(),), seconds_max=None)


def _nearest(files: FileRoot, path: str) -> str:
    while path != "/" and not files.is_dir(path):
        path = split(path)[0]
    return str(files.real(path))
