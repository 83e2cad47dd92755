"""What goes into the codec and what comes out: frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from reticent_contract.rows import RedactedValue
from reticent_contract.v1 import telemetry_pb2

Reason = Literal["malformed", "too-large"]
ENTRY_BYTES_MIN = 8  # what any value counts once it is unfolded: less is not an object anywhere
Encoding = Literal["text", "integer", "real", "boolean", "pseudonym", "texts", "pseudonyms"]


class BatchError(Exception):
    """A payload that will never be accepted.

    `reason` is a stable word of telemetry.proto's Refused; `detail` a sentence without any
    collected value, which may name a table and a field.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail


class BatchRow(Protocol):
    """What the encoder reads of a row: a RedactedRow, or one that came back from the spool."""

    @property
    def table(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def ts_us(self) -> int: ...
    @property
    def values(self) -> Mapping[str, RedactedValue]: ...


class CountLike(Protocol):
    """What the encoder reads of a count: the redaction plan's `Count`."""

    @property
    def field(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SpooledRow:
    """A redacted row read back from disk. Only the spool makes one."""

    table: str
    event: str
    ts_us: int
    values: Mapping[str, RedactedValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCount:
    """How often `rule` did `outcome` ("kept", "redacted", "dropped", "failed", "overflow")."""

    field: str
    rule: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedBatch:
    """`unfolded_bytes`: see DecodedBatch; above BATCH_PLAIN_BYTES_MAX nobody decodes it."""

    payload: bytes
    plain_bytes: int
    rows: int
    unfolded_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedColumn:
    """One field. Present rows are numbered by `present`, None where every row has a value.

    text, texts: `dictionary` and `index`. pseudonym, pseudonyms: `tokens` (16 bytes each) and
    `index`, with `domain` and `epoch`. integer, real, boolean: `values`. texts and pseudonyms
    have one of `lengths` (at least 1) a present row; `index` is their lists one after another.
    """

    field: str
    encoding: Encoding
    present: list[int] | None
    dictionary: list[str] | None = None
    index: list[int] | None = None
    values: list[int] | list[float] | list[bool] | None = None
    tokens: list[bytes] | None = None
    domain: str = ""
    epoch: int = 0
    lengths: list[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedTable:
    """Rows of one table and event; `ts_us` has one entry a row, microseconds since 1970 UTC."""

    table: str
    event: str
    ts_us: list[int]
    columns: list[DecodedColumn]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedBatch:
    """`unfolded_bytes`: what all rows hold with every dictionary entry written out where it is
    used, at least 8 bytes a value, 8 for a row's time; BATCH_PLAIN_BYTES_MAX at most."""

    tables: list[DecodedTable]
    counts: Sequence[telemetry_pb2.RuleCount]
    unfolded_bytes: int
