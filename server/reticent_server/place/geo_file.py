"""One file in MaxMind's format, read anew when it was exchanged.

Enters: a path, addresses. Leaves: the record of an address, as the file has it. Must hold: a new
file that cannot be read leaves the old one in use, and that is told once a change; the file is held
in memory, because a mapped one that is cut short in place would kill the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import maxminddb
from prometheus_client import Gauge

from reticent_server.limits import GEO_CHECK_S, GEO_FILE_BYTES_MAX
from reticent_server.log import Log

_log = Log("place")
_Record = Mapping[str, object]
_State = tuple[int, int, int]  # inode, size, time of change in nanoseconds
_MISSING: _State = (0, 0, 0)


class GeoFile:
    """Thread-safe. `key`: the configuration key that names the file, for messages."""

    def __init__(
        self,
        path: Path,
        *,
        key: str,
        broken: Gauge,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._key = key
        self._broken = broken.labels(key)
        self._clock = clock
        self._changing = threading.Lock()
        self._reader: maxminddb.Reader | None = None
        self._state: _State | None = None
        self._look_from_s = float("-inf")
        self.problem = ""  # of the newest file; the one before it may still be in use

    def record(self, address: str) -> _Record:
        """What the file says of the address; empty where it says nothing."""
        self._look()
        reader = self._reader
        if reader is None:
            return {}
        try:
            found = reader.get(address)
        except Exception as error:  # noqa: BLE001 - the reader trips over damage in many ways
            _log.warning("geo_record_broken", key=self._key, error=type(error).__name__)
            return {}
        return found if isinstance(found, Mapping) else {}

    def _look(self) -> None:
        """At most every GEO_CHECK_S, whether there is another file at the path."""
        if self._clock() < self._look_from_s or not self._changing.acquire(blocking=False):
            return
        try:
            self._look_from_s = self._clock() + GEO_CHECK_S
            state = self._on_disk()
            if state != self._state:
                self._state = state
                self._read()
        finally:
            self._changing.release()

    def _on_disk(self) -> _State:
        try:
            found = self._path.stat()
        except OSError:
            return _MISSING
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _read(self) -> None:
        problem = self._opened()
        self._broken.set(bool(problem))
        if problem and problem != self.problem:
            in_use = "the one before it stays in use" if self._reader else "its fields are absent"
            _log.error("geo_file_broken", key=self._key, problem=f"{problem}; {in_use}")
        elif not problem:
            _log.info("geo_file_read", key=self._key)
        self.problem = problem

    def _opened(self) -> str:
        """Exchanges the reader; else what is wrong with the new file."""
        opened = _open(self._path)
        if isinstance(opened, str):
            return opened
        self._reader = opened  # the old one is not closed: another thread may be reading in it
        return ""


def problem_of(path: Path) -> str:
    """What is wrong with the file; empty where it can be used."""
    opened = _open(path)
    return opened if isinstance(opened, str) else ""


def _open(path: Path) -> maxminddb.Reader | str:
    try:
        if path.stat().st_size > GEO_FILE_BYTES_MAX:
            return f"larger than {GEO_FILE_BYTES_MAX >> 20} MiB"
        return maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except (maxminddb.InvalidDatabaseError, ValueError, TypeError, KeyError):
        return "not in MaxMind's format, or cut short"
