"""The spool: redacted rows on disk, until the server has stored them.

Enters: `RedactedRow`s with the counts and cursors that belong to them (`append`), acks
(`acknowledge`, `refuse`). Leaves: numbered batches (`seal`, `waiting`).
Must hold: only redacted rows; a sealed batch keeps its number and its bytes until the server has
acked or refused it, but for rows that are withdrawn before the server has it (`reseal.py`); rows,
counts, cursors and state snapshots change in one transaction; whatever is deleted without an ack is
counted.

The format, SQLite 3, `user_version` 2, WAL, synchronous FULL, 0600, only grows:

    meta        key, value                  stream_id (16 bytes), last_seq (given out last),
                                            last_receipt (of last_seq; zero bytes: none),
                                            changed (1: see `reseal.py`),
                                            withdrawing:TABLE (rule; see `withdraw.py`)
    policies    id, version, sha256         under which rows were redacted
    rows        id, policy, priority, tbl, event, ts_us, bytes, body
                                            id ascends with time; body = values, see `body.py`
    counts      policy, field, rule, outcome, count
                                            leave with the next sealed batch of that policy
    batches     id, stream_id, seq, policy, rows, plain_bytes, payload, sealed_us,
                state (0 waiting, 1 acked, 2 refused), reason,
                receipt, previous_receipt, counts_sha256 (all NULL: sealed before version 2)
                                            of those not waiting, the last ones stay for `sent`
    cursors     name, value                 where each event source stands
    state_tables  tbl, policy, snapshot_us  what the server knows of a state table:
    state_rows    tbl, priority, body, copies    the redacted rows, as a multiset

A damaged file is renamed `spool.damaged-<UTC time>` and kept; a new spool with a new stream_id
takes what can still be read of it (`salvage.py`).
"""

from reticent_agent.spool.model import (
    Appended,
    Gate,
    Gated,
    Opened,
    PolicyRef,
    SealedBatch,
    SentBatch,
    SpoolStats,
    StateSnapshot,
    Stop,
)
from reticent_agent.spool.seal import GATE_RULE
from reticent_agent.spool.spool import Spool

__all__ = [
    "GATE_RULE",
    "Appended",
    "Gate",
    "Gated",
    "Opened",
    "PolicyRef",
    "SealedBatch",
    "SentBatch",
    "Spool",
    "SpoolStats",
    "StateSnapshot",
    "Stop",
]
