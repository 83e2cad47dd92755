"""What goes into the spool and comes out of it, beside the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from reticent_contract.batch import Receipt, SpooledRow
from reticent_contract.rows import RedactedRow

_ROW_OVERHEAD_BYTES = 64  # what SQLite and the index add to a body, about


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """The policy under which rows were redacted."""

    version: int
    sha256: bytes


class SpoolRecord(NamedTuple):
    """One row as the `rows` table has it; `size` counts towards the spool's bound."""

    policy: int
    priority: int
    table: str
    event: str
    ts_us: int
    size: int
    body: bytes

    @classmethod
    def of(
        cls, *, policy: int, priority: int, table: str, event: str, ts_us: int, body: bytes
    ) -> Self:
        size = len(body) + _ROW_OVERHEAD_BYTES
        return cls(policy, priority, table, event, ts_us, size, body)


@dataclass(frozen=True, slots=True)
class Stop:
    """A value that must not leave: where it stood, and which detector says so."""

    table: str
    field: str
    detector: str


class Gated(NamedTuple):
    """A row as it may be sealed, and what was taken out of it."""

    row: SpooledRow
    stops: tuple[Stop, ...]


class Gate(Protocol):
    """Looks at rows between the disk and the batch; see `last_mile`."""

    def look(self, rows: Sequence[SpooledRow], *, policy_sha256: bytes) -> Mapping[int, Gated]:
        """By their place in `rows`, those of which something must not leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSnapshot:
    """All redacted rows of one state table at one moment; `key` as in the catalog."""

    table: str
    key: tuple[str, ...]
    rows: Sequence[RedactedRow]
    ts_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What became of the rows: `dropped` and `failed` by table (spool full; cannot be sent).

    `unchanged`: rows of snapshots that the server has already.
    """

    rows: int
    dropped: Mapping[str, int]
    failed: Mapping[str, int]
    unchanged: int = 0
    disk_full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBatch:
    """What a BatchFrame carries. Never changes once made.

    `receipt` is None for what an agent without receipts sealed.
    """

    seq: int
    policy: PolicyRef
    rows: int
    plain_bytes: int
    payload: bytes
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBatch:
    """A batch that has left, for the laptop's owner. `state` is waiting, acked or refused."""

    batch: SealedBatch
    stream_id: bytes
    sealed_us: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolStats:
    rows: int  # not yet sealed
    rows_waiting: int  # sealed, not acked
    bytes: int
    batches_waiting: int
    last_seq: int
    acked_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was found when the spool was opened (or had to be replaced while running)."""

    damaged: str | None = None  # name under which the damaged file was set aside
    rows_salvaged: int = 0
    batches_salvaged: int = 0
    parts_lost: tuple[str, ...] = ()  # tables that could not be read to their end
