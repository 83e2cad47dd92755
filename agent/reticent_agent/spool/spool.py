"""The spool's face: one lock, one connection, every method one transaction."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from reticent_contract import limits
from reticent_contract.batch import BatchCount, CountLike
from reticent_contract.rows import RedactedRow

from reticent_agent import atomic
from reticent_agent.errors import SpoolError
from reticent_agent.spool import acks, append, meta, read, reseal, seal, withdraw
from reticent_agent.spool.append import Outcome
from reticent_agent.spool.database import is_damage, is_disk_full, open_database, transaction
from reticent_agent.spool.model import (
    Appended,
    Gate,
    Opened,
    PolicyRef,
    SealedBatch,
    SentBatch,
    SpoolStats,
    StateSnapshot,
    Stop,
)
from reticent_agent.spool.salvage import salvage

T = TypeVar("T")
_UNSAVED_MAX = 4_096  # kinds of counts held in memory while the disk is full
_VACUUM_PAGES = 256


class Spool:
    """Thread-safe. `now_us` is the laptop's clock; `random_bytes` makes stream identifiers."""

    def __init__(
        self,
        path: Path,
        *,
        now_us: Callable[[], int],
        bytes_max: int = limits.SPOOL_BYTES_MAX,
        rows_max: int = limits.SPOOL_ROWS_MAX,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Raises SpoolError where the file can neither be opened nor set aside."""
        self._path = path
        self._now_us = now_us
        self._bytes_max = bytes_max
        self._rows_max = rows_max
        self._random_bytes = random_bytes
        self._lock = threading.RLock()
        # Counts that could not be written while the disk was full, by policy.
        self._unsaved: Counter[tuple[PolicyRef, str, str, str]] = Counter()
        self.on_damage: Callable[[Opened], None] = lambda _: None
        # Looks at every row before it is sealed; told in `on_stopped` once the batch is on disk.
        self.gate: Gate | None = None
        self.on_stopped: Callable[[Sequence[Stop]], None] = lambda _: None
        atomic.make_folder(path.parent)
        self.changes = 0  # how often sealed batches were changed: what was read before is stale
        self.opened = self._open()
        # Withdrawals that a kill left open: ended before anything is sealed or sent.
        self._left_open = self._transact(withdraw.marked)

    # Towards the disk.

    def append(
        self,
        rows: Sequence[RedactedRow],
        *,
        counts: Sequence[CountLike] = (),
        cursors: Mapping[str, str] | None = None,
        policy_version: int,
        policy_sha256: bytes,
        snapshots: Sequence[StateSnapshot] = (),
    ) -> Appended:
        """Rows, counts, cursors and state changes, durable together when this returns.

        Where the disk is full nothing is stored, the rows are counted as dropped, and the counts
        wait in memory for the next append that succeeds. Raises TypeError for rows that did not
        come out of redaction.
        """
        for row in (*rows, *(row for snapshot in snapshots for row in snapshot.rows)):
            if type(row) is not RedactedRow:
                raise TypeError("the spool takes redacted rows only")
        policy = PolicyRef(policy_version, policy_sha256)

        def work(connection: sqlite3.Connection) -> Outcome:
            identifier = append.policy_id(connection, policy)
            outcome = append.append_rows(
                connection,
                rows=rows,
                snapshots=snapshots,
                policy=identifier,
                totals=self._totals,
                bytes_max=self._bytes_max,
                rows_max=self._rows_max,
            )
            append.add_counts(connection, identifier, counts)
            append.set_cursors(connection, cursors or {})
            for (ref, field, rule, what), count in self._unsaved.items():
                known = append.policy_id(connection, ref)
                append.add_count(connection, known, field, rule, what, count)
            return outcome

        with self._lock:
            try:
                outcome = self._transact(work)
            except sqlite3.OperationalError as error:
                if not is_disk_full(error):
                    raise
                return self._keep_counts(policy, rows, snapshots, counts)
            self._totals = outcome.totals
            self._unsaved.clear()
        return Appended(
            rows=outcome.rows,
            unchanged=outcome.unchanged,
            dropped=dict(outcome.dropped),
            failed=dict(outcome.failed),
        )

    # Towards the server.

    def seal(self, *, also_counts_alone: bool = False) -> SealedBatch | None:
        """The next batch, numbered and durable; None where nothing waits or the window is full.

        None too where sealed batches were changed and are not settled.
        `also_counts_alone` makes a batch without rows where only counts wait. Raises SpoolError
        (transient) where the disk is full.
        """

        def work(connection: sqlite3.Connection) -> seal.Sealed:
            if read.waiting_count(connection) >= limits.IN_FLIGHT_BATCHES_MAX or reseal.is_open(
                connection
            ):
                return seal.Sealed(None, self._totals)
            totals = self._totals
            for table, rule in withdraw.marked(connection).items():
                rows = withdraw.drop_waiting(connection, table, rule=rule, totals=totals)
                totals = rows.totals
            return seal.seal_batch(
                connection,
                totals=totals,
                now_us=self._now_us(),
                also_counts_alone=also_counts_alone,
                gate=self.gate,
            )

        with self._lock:
            self._end_left_open()
            sealed = self._or_disk_full(work)
            self._totals = sealed.totals
        if sealed.stops:
            self.on_stopped(sealed.stops)
        return sealed.batch

    def waiting(self, *, after_seq: int = 0) -> list[SealedBatch]:
        """Sealed batches that are neither acked nor refused, ascending."""
        return self._transact(lambda connection: read.waiting(connection, after_seq=after_seq))

    def acknowledge(self, seq: int) -> int:
        """The server has everything up to `seq`. Returns how many rows may go."""

        def work(connection: sqlite3.Connection) -> int:
            rows = acks.acknowledge(connection, seq)
            connection.execute(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})").fetchall()
            return rows

        return self._or_disk_full(work)

    def refuse(self, seq: int, *, reason: str) -> int:
        """The server will never store batch `seq`: counted, kept for `sent`. Returns its rows."""
        return self._or_disk_full(lambda connection: acks.refuse(connection, seq, reason[:64]))

    def new_stream(self) -> int:
        """Another stream_id; what waits is renumbered from 1. Returns how many batches wait."""
        return self._or_disk_full(
            lambda connection: acks.renumber(connection, self._random_bytes(16))
        )

    # Looking.

    @property
    def stream_id(self) -> bytes:
        return self._transact(meta.stream_id)

    def cursors(self) -> dict[str, str]:
        return self._transact(
            lambda connection: dict(connection.execute("SELECT name, value FROM cursors"))
        )

    def stats(self) -> SpoolStats:
        totals = self._totals
        return self._transact(
            lambda connection: read.stats(connection, rows=totals.rows, bytes_=totals.bytes)
        )

    def sent(self, *, limit: int = acks.KEPT_BATCHES) -> list[SentBatch]:
        """The last batches that left, newest first."""
        return self._transact(lambda connection: read.sent(connection, limit=limit))

    def has_counts(self) -> bool:
        """True where counts wait, with or without rows."""
        return self._transact(
            lambda connection: (
                connection.execute("SELECT 1 FROM counts LIMIT 1").fetchone() is not None
            )
        )

    def begin_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]:
        """Deletes the table's rows that the server does not have, counted under `rule`.

        (rows that were not sealed, rows out of sealed batches, which may have been sent). From now
        on no row of the table is sealed, also after a restart, until the withdrawal is ended.
        """

        def work(connection: sqlite3.Connection) -> withdraw.Withdrawn:
            withdraw.mark(connection, table, rule=rule)
            return withdraw.drop_table(connection, table, rule=rule, totals=self._totals)

        return self._withdraw(table, work)

    def end_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]:
        """The same once more: rows that came meanwhile go. Those that come after it stay."""

        def work(connection: sqlite3.Connection) -> withdraw.Withdrawn:
            withdraw.unmark(connection, table)
            return withdraw.drop_table(connection, table, rule=rule, totals=self._totals)

        with self._lock:
            gone = self._withdraw(table, work)
            with suppress(sqlite3.OperationalError):  # a full disk: they are gone from the spool
                withdraw.empty_log(self._connection)
        return gone

    def settle(self, server_last: int) -> int:
        """The server has acked up to `server_last` and has nothing behind it; see `reseal`.

        Returns `changes` as of now: what `waiting` gives from here on may be sent until it grows.
        """
        with self._lock:
            self._end_left_open()
            self._or_disk_full(lambda connection: reseal.settle(connection, server_last))
            return self.changes

    def forget_cursors(self, prefix: str, *, but: Collection[str] = ()) -> bool:
        """Sources whose names begin so begin anew, all but these; False where the disk is full."""
        try:
            self._or_disk_full(
                lambda connection: withdraw.forget_cursors(connection, prefix, but=but)
            )
        except SpoolError:
            return False
        return True

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # Inside.

    def _withdraw(
        self, table: str, work: Callable[[sqlite3.Connection], withdraw.Withdrawn]
    ) -> tuple[int, int]:
        with self._lock:
            outcome, unsealed = self._or_disk_full(work)
            self._totals = outcome.totals
            self.changes += unsealed > 0
        return outcome.dropped[table], unsealed

    def _end_left_open(self) -> None:
        while self._left_open:
            table, rule = next(iter(self._left_open.items()))
            self.end_withdrawal(table, rule=rule)
            del self._left_open[table]

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` in a transaction; once more in a new spool where this one is damaged."""
        with self._lock:
            try:
                with transaction(self._connection):
                    return work(self._connection)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
            self._connection.close()
            self.opened = self._replace()
            self.on_damage(self.opened)
            with transaction(self._connection):
                return work(self._connection)

    def _or_disk_full(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._transact(work)
        except sqlite3.OperationalError as error:
            if not is_disk_full(error):
                raise
            raise SpoolError(
                "the disk is full: the spool could not be changed; what is in it stays; free some "
                "space, the agent goes on by itself",
                permanent=False,
            ) from None

    def _open(self) -> Opened:
        try:
            self._connection = open_database(self._path)
            with transaction(self._connection):
                meta.start(self._connection, self._random_bytes(16))
                self._totals = read.totals(self._connection)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise SpoolError(
                    f"{self._path.name} cannot be opened ({type(error).__name__}); nothing is "
                    "collected; check the disk's space and the folder's rights, then start again",
                    permanent=False,
                ) from None
            return self._replace()
        return Opened()

    def _replace(self) -> Opened:
        """Sets the damaged file aside and starts a new one with what can be read of it."""
        stamp = datetime.fromtimestamp(self._now_us() / 1e6, UTC).strftime("%Y%m%dT%H%M%S%fZ")
        aside = self._path.with_name(f"{self._path.stem}.damaged-{stamp}")
        for suffix in ("-wal", ""):  # the log first: the file alone would be read without it
            part = Path(f"{self._path}{suffix}")
            if part.exists():
                part.rename(f"{aside}{suffix}")
        Path(f"{self._path}-shm").unlink(missing_ok=True)
        atomic.sync_folder(self._path.parent)
        self._connection = open_database(self._path)
        with transaction(self._connection):
            meta.start(self._connection, self._random_bytes(16))
            rows, batches, lost = salvage(aside, self._connection)
            self._totals = read.totals(self._connection)
        return Opened(
            damaged=aside.name, rows_salvaged=rows, batches_salvaged=batches, parts_lost=lost
        )

    def _keep_counts(
        self,
        policy: PolicyRef,
        rows: Sequence[RedactedRow],
        snapshots: Sequence[StateSnapshot],
        counts: Sequence[CountLike],
    ) -> Appended:
        dropped = Counter(row.table for row in rows)
        for snapshot in snapshots:
            dropped[snapshot.table] += len(snapshot.rows)
        overflow = [
            BatchCount(
                field=f"{table}.*", rule=append.OVERFLOW_RULE, outcome="overflow", count=count
            )
            for table, count in dropped.items()
        ]
        for one in (*counts, *overflow):
            key = (policy, one.field, one.rule, one.outcome)
            if key in self._unsaved or len(self._unsaved) < _UNSAVED_MAX:
                self._unsaved[key] += one.count
        return Appended(rows=0, dropped=dict(dropped), failed={}, disk_full=True)
