"""Rows that the server knows of a device, redacted by that device's policy as if on the laptop.

Enters: raw rows, a published policy. Leaves: the frame of a batch, as an agent would send it. Must
hold: the same engine and rules as on the laptop; what only the laptop can make (pseudonyms of scope
`device`) fails and is counted; consent is the person's and given on the laptop, so here there is
none; a policy that is not valid now lets nothing through.

Of the event loop's thread only, so that the counts of a plan belong to one batch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from reticent_contract.batch import (
    count_tuples,
    decode_batch,
    encode_batch,
    receipt_of,
    row_problem,
)
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import POLICIES_COMPILED_MAX
from reticent_contract.policy import Policy
from reticent_contract.policy.errors import PolicyError
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.redact.plan import Plan
from reticent_contract.rows import Row
from reticent_contract.v1 import telemetry_pb2


class ServerRedaction:
    """The plans of the policies in use."""

    def __init__(self, *, catalog: Catalog, fleet_keys: Mapping[int, bytes]) -> None:
        self._catalog = catalog
        self._own = OwnIdentifiers(catalog)  # of no laptop
        self._plans: OrderedDict[bytes, Plan] = OrderedDict()
        self.replace_keys(fleet_keys)

    def replace_keys(self, fleet_keys: Mapping[int, bytes]) -> None:
        """Takes these keys from now on; no plan with a destroyed one is left."""
        self._keys = KeyRing(fleet_keys, None)
        self._plans.clear()

    def frame(
        self, rows: Sequence[Row], policy: Policy, *, now_s: int
    ) -> telemetry_pb2.BatchFrame | None:
        """Without number and receipt; None where the policy cannot be used now.

        Where the policy keeps nothing of the rows, the frame holds what was counted.
        """
        if policy.time_problem(now_s) is not None:
            return None
        try:
            plan = self._plan(policy)
        except PolicyError:  # the key of its epoch was destroyed
            return None
        redacted = [found for row in rows if (found := plan.redact(row)) is not None]
        counts = plan.take_counts()
        encoded = encode_batch([row for row in redacted if row_problem(row) is None], counts)
        return telemetry_pb2.BatchFrame(
            policy_version=policy.version,
            policy_sha256=policy.sha256,
            rows=encoded.rows,
            plain_bytes=encoded.plain_bytes,
            payload=encoded.payload,
        )

    def _plan(self, policy: Policy) -> Plan:
        plan = self._plans.get(policy.sha256)
        if plan is None:
            plan = self._plans[policy.sha256] = compile_plan(
                policy, catalog=self._catalog, keys=self._keys, own=self._own
            )
            if len(self._plans) > POLICIES_COMPILED_MAX:
                self._plans.popitem(last=False)
        self._plans.move_to_end(policy.sha256)
        return plan


def numbered(
    frame: telemetry_pb2.BatchFrame, *, stream_id: bytes, seq: int, previous: bytes
) -> telemetry_pb2.BatchFrame:
    """The frame as number `seq` of its stream, with the receipt that follows `previous`."""
    decoded = decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
    receipt = receipt_of(
        stream_id=stream_id,
        seq=seq,
        policy_version=frame.policy_version,
        policy_sha256=frame.policy_sha256,
        rows=frame.rows,
        payload=frame.payload,
        counts=count_tuples(decoded.counts),
        previous=previous,
    )
    made = telemetry_pb2.BatchFrame()
    made.CopyFrom(frame)
    made.seq = seq
    made.receipt.previous = receipt.previous
    made.receipt.counts_sha256 = receipt.counts_sha256
    made.receipt.sha256 = receipt.sha256
    return made
