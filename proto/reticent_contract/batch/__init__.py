"""The batch codec: rows to the bytes of a BatchFrame's payload, and back.

Enters: redacted rows and rule counts. Leaves: one zstd frame (`encode_batch`), or checked columns
(`decode_batch`). Must hold: what decodes is within every bound of `limits.py` and consistent in
itself; whatever is not raises `BatchError` with one of Refused's stable words, and nothing else.

    payload = zstd frame with content size, no dictionary
      Batch (telemetry.proto)
        TableRows (table, event)*      rows of one table and event, in the order they were given
          ts_delta_us                  first in full, then differences
          Column*                      sorted by field; absent_delta like ts_delta_us
        RuleCount*

Two TableRows may name the same table and event: rows in which one field has another type (a
policy may replace a number by a text) stand in a TableRows of their own. A list that is empty is
absent. Integers wrap around at 64 bits, as differences do; the format only grows.
"""

from reticent_contract.batch.decode import decode_batch
from reticent_contract.batch.encode import encode_batch, row_bytes, row_problem
from reticent_contract.batch.model import (
    BatchCount,
    BatchError,
    BatchRow,
    CountLike,
    DecodedBatch,
    DecodedColumn,
    DecodedTable,
    EncodedBatch,
    SpooledRow,
)
from reticent_contract.batch.receipt import (
    CHAIN_BEGINS,
    Receipt,
    count_tuples,
    counts_sha256,
    receipt_of,
    receipt_sha256,
)
from reticent_contract.batch.rows import rows_of
from reticent_contract.batch.without import Rest, nothing_of, without_table

__all__ = [
    "CHAIN_BEGINS",
    "BatchCount",
    "BatchError",
    "BatchRow",
    "CountLike",
    "DecodedBatch",
    "DecodedColumn",
    "DecodedTable",
    "EncodedBatch",
    "Receipt",
    "Rest",
    "SpooledRow",
    "count_tuples",
    "counts_sha256",
    "decode_batch",
    "encode_batch",
    "nothing_of",
    "receipt_of",
    "receipt_sha256",
    "row_bytes",
    "row_problem",
    "rows_of",
    "without_table",
]
