"""What a laptop may count: places of the catalog, rules of the policy and of the engine.

Enters: the rule counts of one batch. Leaves: those that the receipt keeps. Must hold: no text that
the laptop chose is stored; what is not known here is counted under "unknown", so that the sums stay
right and a newer agent's counts do not cost its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy
from reticent_contract.policy.model import DENY_BY_DEFAULT
from reticent_contract.redact.plan import EVENT_UNKNOWN, FIELD_UNKNOWN, NO_CONSENT, TABLE_UNKNOWN
from reticent_contract.redact.steps import CREDENTIAL
from reticent_contract.v1 import telemetry_pb2

from reticent_server.ingest.refusal import BatchRefusedError, Reason
from reticent_server.store.events.model import RuleCount

UNKNOWN = "unknown"
COUNT_MAX = 2**32  # of one rule in one batch; sums of many must fit 64 bits
_WHOLE_BATCH = "batch.*"
_ENGINE = {
    DENY_BY_DEFAULT,
    CREDENTIAL,
    NO_CONSENT,
    TABLE_UNKNOWN,
    EVENT_UNKNOWN,
    FIELD_UNKNOWN,
    "last-mile-gate",  # the agent's second look, for values that redaction should have taken
    "spool-full",  # the spool's, for rows that did not fit
    *(f"refused-{reason}" for reason in get_args(Reason)),  # the spool's, for a refused batch
}
_OUTCOMES = {
    telemetry_pb2.RuleCount.OUTCOME_KEPT: "kept",
    telemetry_pb2.RuleCount.OUTCOME_REDACTED: "redacted",
    telemetry_pb2.RuleCount.OUTCOME_DROPPED: "dropped",
    telemetry_pb2.RuleCount.OUTCOME_FAILED: "failed",
    telemetry_pb2.RuleCount.OUTCOME_OVERFLOW: "overflow",
}


class RuleCounts:
    """For one policy and the server's catalog. Immutable, hence thread-safe."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        self._fields = frozenset(
            [_WHOLE_BATCH]
            + [f"{table.name}.*" for table in catalog]
            + [f"{table.name}.{field.name}" for table in catalog for field in table.fields]
        )
        self._rules = frozenset(_ENGINE).union(
            rule.rule_id for table in policy.tables.values() for rule in table.rules.values()
        )

    def admit(self, counts: Iterable[telemetry_pb2.RuleCount]) -> list[RuleCount]:
        """Raises BatchRefusedError for a number that nobody can have counted."""
        fields, rules = self._fields, self._rules
        admitted: list[RuleCount] = []
        folded: dict[tuple[str, str, str], int] = {}
        for count in counts:
            field, rule, number = count.field, count.rule, count.count
            if number > COUNT_MAX:
                raise BatchRefusedError("malformed", f"a rule count above {COUNT_MAX}")
            outcome = _OUTCOMES[count.outcome]
            if field in fields and rule in rules:
                admitted.append((field, rule, outcome, number))
                continue
            key = (
                field if field in fields else UNKNOWN,
                rule if rule in rules else UNKNOWN,
                outcome,
            )
            folded[key] = folded.get(key, 0) + number
        if folded:
            admitted += [(*key, number) for key, number in folded.items()]
        return admitted
