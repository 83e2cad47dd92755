"""From a BatchFrame to what the event store takes: decoded, checked, pseudonyms complete.

Enters: one frame and the policy that it names. Leaves: a `StoredBatch`, always: a batch that is
refused still uses up its number, as a receipt that says why. Must hold: pure, no I/O, so that it
may run in any thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reticent_contract.batch import BatchError, decode_batch
from reticent_contract.catalog.model import Catalog
from reticent_contract.v1 import telemetry_pb2

from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.pseudonyms import Pseudonyms
from reticent_server.ingest.receipts import check_counts, facts_of
from reticent_server.ingest.refusal import BatchRefusedError, Refusal
from reticent_server.ingest.second_lock import admit
from reticent_server.log import Log
from reticent_server.store.events.model import StoredBatch, StoredTable

NOWHERE: Mapping[str, str | int] = MappingProxyType({})  # nothing is said
_log = Log("ingest")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`unknown`: how many values the server's older catalog made it drop.

    `unfolded_bytes`: what it takes once every dictionary entry is written out where it is used.
    """

    batch: StoredBatch
    refusal: Refusal | None = None
    unknown: int = 0
    unfolded_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent a batch. Identifiers have 16 bytes. `is_server`: this server itself.

    `delivered_from`: as `StoredBatch` has it.
    """

    device_id: bytes
    stream_id: bytes
    catalog_version: int
    is_server: bool = False
    delivered_from: Mapping[str, str | int] = field(default_factory=lambda: NOWHERE)


class Preparer:
    """Holds what all batches share."""

    def __init__(self, *, catalog: Catalog, pseudonyms: Pseudonyms) -> None:
        self._catalog = catalog
        self._pseudonyms = pseudonyms

    def prepare(
        self, frame: telemetry_pb2.BatchFrame, *, sender: Sender, lock: PolicyLock | None
    ) -> Prepared:
        """`lock` is None where the device's group never had the policy that is named."""
        facts: Mapping[str, object] = {}
        try:
            facts = facts_of(frame, stream_id=sender.stream_id)
            return self._accept(frame, sender, lock, facts)
        except BatchRefusedError as error:
            refusal = error.refusal
        except BatchError as error:
            refusal = Refusal(error.reason, error.detail)
        except Exception as error:  # noqa: BLE001 - a batch that trips the code must not stop a laptop
            _log.error("batch_failed", error)
            refusal = Refusal("internal", "the server could not check the batch; see its log")
        receipt = {**facts, "reason": refusal.reason, "detail": refusal.detail}
        return Prepared(_batch(frame, sender, [], receipt), refusal)

    def _accept(
        self,
        frame: telemetry_pb2.BatchFrame,
        sender: Sender,
        lock: PolicyLock | None,
        facts: Mapping[str, object],
    ) -> Prepared:
        if lock is None:
            raise BatchRefusedError(
                "policy-unknown",
                f"the device's group never had a policy {frame.policy_version} with this hash",
            )
        decoded = decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
        check_counts(frame, decoded.counts)
        admitted = admit(
            decoded,
            lock=lock,
            catalog=self._catalog,
            newer_agent=sender.catalog_version > self._catalog.version,
            from_server=sender.is_server,
            pseudonyms=self._pseudonyms,
        )
        receipt = {
            **facts,
            "policy_version": frame.policy_version,
            "policy_sha256": frame.policy_sha256.hex(),
            "counts": lock.counts.admit(decoded.counts) + admitted.unknown + admitted.stopped,
        }
        return Prepared(
            _batch(frame, sender, admitted.tables, receipt),
            unknown=sum(count for _, _, _, count in admitted.unknown),
            unfolded_bytes=decoded.unfolded_bytes,
        )


def _batch(
    frame: telemetry_pb2.BatchFrame,
    sender: Sender,
    tables: list[StoredTable],
    receipt: Mapping[str, object],
) -> StoredBatch:
    return StoredBatch(
        device_id=sender.device_id,
        stream_id=sender.stream_id,
        seq=frame.seq,
        tables=tables,
        receipt=receipt,
        delivered_from=sender.delivered_from,
    )
