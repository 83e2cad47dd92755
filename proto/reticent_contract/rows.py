"""Rows before and after redaction.

Enters: what a collector saw (`Row`). Leaves: what may go to disk and to the wire (`RedactedRow`).
Must hold: only `reticent_contract.redact` makes a `RedactedRow`; spool and stream accept nothing
else. The key below is how that is enforced: it is handed out once, to that package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

Scalar = str | int | float | bool
Value = Scalar | tuple[str, ...]  # what a collector may put into a field; absent = not in the dict
SEALED_PREFIX = "sealed:"  # of a text that only the privacy officer opens; see `redact.sealed`


@dataclass(frozen=True, slots=True)
class Row:
    """One raw row. `ts_us` is microseconds since 1970-01-01 UTC by the laptop's clock.

    `event` is one of the table's declared events: for a state table `snapshot` (collectors yield
    nothing else; `added`, `changed` and `removed` are made after redaction), for an event table
    what happened, e.g. `logon`. All rows of one collection round of a state table share `ts_us`.
    `values` holds raw data: never log, format or raise it.
    """

    table: str
    event: str
    ts_us: int
    values: Mapping[str, Value]

    @property
    def kind(self) -> str:
        """`table.event`, e.g. `session.logon`: what `kind:` in a query matches."""
        return f"{self.table}.{self.event}"

    def __repr__(self) -> str:  # a raw value must not reach a log through a repr
        return f"Row({self.kind}, fields={sorted(self.values)})"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """The laptop's half of a pseudonym: 16 bytes of HMAC-SHA-256 under a fleet or device sub-key.

    `domain` and `epoch` say under which sub-key. The server runs `token` through a second HMAC
    before anything is stored, so this form exists only in the spool and on the wire.
    """

    domain: str
    epoch: int
    token: bytes


RedactedValue = Scalar | Pseudonym | tuple[str | Pseudonym, ...]


class _Key:
    """The right to construct a `RedactedRow`."""


_KEY = _Key()


@dataclass(frozen=True, slots=True, init=False)
class RedactedRow:
    """A row as the policy lets it leave. Values are what stays in the clear, or pseudonyms.

    Text that went through `scan` may hold embedded tokens, see `redact.tokens`.
    """

    table: str
    event: str
    ts_us: int
    values: Mapping[str, RedactedValue]
    priority: int

    def __init__(
        self,
        *,
        key: _Key,
        table: str,
        event: str,
        ts_us: int,
        values: Mapping[str, RedactedValue],
        priority: int,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only the redaction stage makes a RedactedRow")
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "event", event)
        object.__setattr__(self, "ts_us", ts_us)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "priority", priority)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a RedactedRow is not pickled: the spool has its own format")

    @property
    def kind(self) -> str:
        return f"{self.table}.{self.event}"


def redaction_key() -> _Key:
    """For `reticent_contract.redact.plan` alone; a test proves nobody else calls it."""
    return _KEY
