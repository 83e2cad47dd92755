"""What the event store takes and gives, independent of the engine behind it.

Enters: `EventGroup`, batches of many devices whose pseudonyms are already text. Leaves: `Event`,
one stored row. Must hold: a group is stored wholly or not at all, and `append` returns only when
it would survive a loss of power.

Every batch also becomes one receipt row, table `batch`, event `receipt` or `refused`, so that
`last_seq` is answered from the store even for batches that brought no rows. `StoredBatch.receipt`:

    stored    {"policy_version": int, "policy_sha256": str hex,
               "counts": [(field "table.field", rule, outcome, count), …]}
    refused   {"reason": str, "detail": str}      never a collected value
    both      where the agent sends receipts (`reticent_contract.batch.receipt`), hashes in hex:
              {"receipt", "previous_receipt", "counts_sha256", "payload_sha256": str,
               "sent_rows": int, "policy_version", "policy_sha256"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reticent_contract.catalog.model import Type

# What rows can be counted by beside their fields; as a query names it.
OF_EVERY_ROW = ("kind", "table", "event", "device")
RECEIPT_TABLE = "batch"
RECEIPT_STORED = "receipt"
RECEIPT_REFUSED = "refused"

# What of a receipt row the chain of receipts is computed from.
RECEIPT_CHAIN = (
    "policy_version",
    "policy_sha256",
    "receipt",
    "previous_receipt",
    "counts_sha256",
    "payload_sha256",
    "sent_rows",
)

RuleCount = tuple[str, str, str, int]  # field "table.field", rule, outcome, count
FieldValue = str | int | float | bool | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredColumn:
    """One field of a `StoredTable`, in the layout of the wire.

    `present`: ascending row numbers that have a value, None where all have one.
    TEXT: `dictionary` and, for each present row, its place in it (`index`).
    TEXTS: `lengths` for each present row; `dictionary` and `index` of the flattened lists.
    INTEGER, REAL, BOOLEAN, TIMESTAMP (microseconds): `values` for each present row.
    """

    field: str
    type: Type
    present: Sequence[int] | None = None
    dictionary: Sequence[str] | None = None
    index: Sequence[int] | None = None
    values: Sequence[int] | Sequence[float] | Sequence[bool] | None = None
    lengths: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class StoredTable:
    """Rows of one table and event. `ts_us`: microseconds since 1970 UTC by the laptop's clock."""

    table: str
    event: str
    ts_us: Sequence[int]
    columns: Sequence[StoredColumn]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """One batch of one device. `device_id`, `stream_id`: 16 bytes; `seq` counts from 1.

    `delivered_from`: of the connection that brought it, by column (`fields.DELIVERED`), as the
    policy left it; without a value where nothing is said. All rows of the batch have it.
    """

    device_id: bytes
    stream_id: bytes
    seq: int
    tables: Sequence[StoredTable]
    receipt: Mapping[str, object]
    delivered_from: Mapping[str, str | int] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """Rows that the laptop sent; the receipt is not among them."""
        return sum(len(table.ts_us) for table in self.tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGroup:
    """What one insert stores. `received_at_us`: the server's clock, microseconds since 1970 UTC."""

    received_at_us: int
    batches: Sequence[StoredBatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One stored row. `row` is its place in the batch, the receipt being last.

    `delivered_from`: by column, of the connection that delivered it, not of where it happened.
    """

    received_at_us: int
    ts_us: int
    device_id: bytes
    stream_id: bytes
    seq: int
    row: int
    table: str
    event: str
    fields: Mapping[str, FieldValue] = field(repr=False)
    delivered_from: Mapping[str, str | int] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        return f"{self.table}.{self.event}"

    @property
    def id(self) -> str:
        """Unique for ever: `<device_id hex>.<stream_id hex>.<seq>.<row>`."""
        return f"{self.device_id.hex()}.{self.stream_id.hex()}.{self.seq}.{self.row}"


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `next_cursor` is opaque; None where nothing older is left."""

    rows: Sequence[Event]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """What is stored of one batch, for who checks receipts.

    `rows`: without receipts; `numbers`: how many different places they have, `highest` the last
    one, -1 without rows. `receipts`: how many receipt rows; `event`, `place`, `fields` and `counts`
    are those of one of them, empty and -1 where there is none. `received_at_us`: of the newest of
    its rows.
    """

    seq: int
    rows: int
    numbers: int
    highest: int
    receipts: int
    event: str
    place: int
    received_at_us: int
    fields: Mapping[str, FieldValue] = field(repr=False)
    counts: Sequence[RuleCount]


CONNECTION_TABLE = "connection"  # what it says of a delivery stands on every row delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Rows whose time is over: of these tables, received before this, of these devices (16 bytes
    each; None: of all)."""

    tables: Sequence[str]
    before_us: int
    devices: Sequence[bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSummary:
    """What a list of devices shows. Texts are as stored (a pseudonym stays one)."""

    device_id: bytes
    last_received_at_us: int
    rows: int
    host_name: str | None
    os_name: str | None
    os_version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCount:
    """Rows of one kind that occurred in the hour that starts at `hour_us`."""

    hour_us: int
    table: str
    event: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBytes:
    """What the store takes on disk. A part is what one group or a merge of groups became."""

    rows: int
    stored_bytes: int
    parts: int
