"""Makes checkpoints and brings them to the database and to the places outside it.

1. The newest checkpoint is the one with the highest number among all places: a database that was
rolled back does not know it. 2. What the database lacks is put back into it. 3. The next one is
signed and stored in the database. 4. Each place gets what it lacks. A place that cannot be
written is named in `failing` and gets everything at a later time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.audit.book import CheckpointBook
from reticent_server.audit.checkpoint import Checkpoint, sign_checkpoint
from reticent_server.audit.export import Exporter
from reticent_server.audit.service import AuditError, AuditService
from reticent_server.audit.signed import public_key_of
from reticent_server.audit.sinks import CheckpointFile, Syslog
from reticent_server.audit.stored import StoredCheckpoints
from reticent_server.limits import AUDIT_PAGE_ROWS

TRIES_MAX = 8


class Checkpoints:
    """Thread-safe; calls block. `files`: the server's own first."""

    def __init__(
        self,
        stored: StoredCheckpoints,
        audit: AuditService,
        *,
        key: Ed25519PrivateKey,
        files: Sequence[CheckpointFile],
        syslog: Syslog | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.stored = stored
        self.public_key = public_key_of(key)
        self._audit = audit
        self._key = key
        self._files = tuple(files)
        self._syslog = syslog
        self._clock = clock
        self._lock = threading.Lock()
        self.failing: frozenset[Path] = frozenset()

    def make(self, *, accepts: bool = False) -> Checkpoint | None:
        """The new one; None where no row was added since the last. Raises AuditError."""
        with self._lock:
            made, failing = self._make(accepts=accepts), set[Path]()
            for file in self._files:
                try:
                    self._bring_up(file, made)
                except OSError:
                    failing.add(file.path)
            if made is not None and self._syslog is not None:
                try:
                    self._syslog.tell(made)
                except OSError:
                    failing.add(self._syslog.path)
            self.failing = frozenset(failing)
            return made

    def newest(self) -> Checkpoint | None:
        """Of all places, by this server's key."""
        found = [self.stored.last(self.public_key), *(self._last_of(file) for file in self._files)]
        return max((one for one in found if one), key=lambda one: one.mark.sequence, default=None)

    def book(self, public_key: bytes | None = None) -> CheckpointBook:
        """Everything that was ever kept, in all places that can be read; by the server's own key
        where none is given."""
        book = CheckpointBook(public_key or self.public_key)
        book.add(self.stored.all())
        for file in self._files:
            try:
                book.add(file.all())
            except OSError:
                continue  # `make` names it
        return book

    def lacking(self) -> list[Path]:
        """The files that lack the newest checkpoint, or cannot be written."""
        newest, found = self.newest(), list[Path]()
        for file in self._files:
            last = self._last_of(file)
            behind = newest and (last is None or last.mark.sequence < newest.mark.sequence)
            if behind and file.may_be_read():
                found.append(file.path)
        return found

    def exporter(self) -> Exporter:
        """Make a checkpoint before: then the newest row is under one."""
        return Exporter(audit=self._audit, stored=self.stored, key=self._key, clock=self._clock)

    def _make(self, *, accepts: bool) -> Checkpoint | None:
        for _ in range(TRIES_MAX):
            taken = self.stored.last_sequence()  # first: who comes in between makes `add` fail
            newest = self.newest()
            self._put_back(newest)
            number, row_hash = self._audit.head()
            mark = newest.mark if newest else None
            done = (mark.number, mark.hash) if mark else (0, row_hash)
            if done == (number, row_hash) and not accepts:
                return None
            made = sign_checkpoint(
                self._key,
                after=mark,
                number=number,
                hash=row_hash,
                at_us=int(self._clock() * 1e6),
                accepts=accepts,
                beyond=taken,
            )
            if self.stored.add([made]):
                return made
        raise AuditError(
            "checkpoints of the audit trail are made by too many at once, or somebody took their "
            "numbers; none was made; `reticent-server audit verify` says which"
        )

    def _put_back(self, newest: Checkpoint | None) -> None:
        stored = self.stored.last(self.public_key)
        after = stored.mark.sequence if stored else 0
        if newest is None or newest.mark.sequence <= after:
            return
        for file in self._files:
            last = self._last_of(file)
            if last and last.mark.sequence == newest.mark.sequence:
                for some in _pages(self._own(file.all(), after=after)):
                    self.stored.add(some)
                return

    def _bring_up(self, file: CheckpointFile, made: Checkpoint | None) -> None:
        try:
            last = file.last(self.public_key)
        except PermissionError:  # may be written and not read
            file.append([made] if made else [])
            return
        after = last.mark.sequence if last else 0
        for some in _pages(self._own(self.stored.all(after=after), after=after)):
            file.append(some)

    def _last_of(self, file: CheckpointFile) -> Checkpoint | None:
        try:
            return file.last(self.public_key)
        except OSError:
            return None

    def _own(self, checkpoints: Iterator[Checkpoint], *, after: int) -> Iterator[Checkpoint]:
        for one in checkpoints:
            if one.mark.sequence > after and one.statement.is_of(self.public_key):
                yield one


def _pages(checkpoints: Iterator[Checkpoint]) -> Iterator[list[Checkpoint]]:
    while page := list(islice(checkpoints, AUDIT_PAGE_ROWS)):
        yield page
