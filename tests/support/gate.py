"""The last-mile gate behind an honest plan, and behind one that lets everything through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from reticent_agent.last_mile import LastMileGate
from reticent_agent.spool import Gated
from reticent_contract.batch import SpooledRow
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.rows import Row

from support.policies import document

KEYS = KeyRing({1: b"\x01" * 32}, b"\x02" * 32)


def policy_of(tables: dict[str, dict[str, Any]] | None = None) -> Policy:
    """The default policy; `tables` names the rules that are others, by table and field."""
    changed = document()
    for table, fields in (tables or {}).items():
        changed["tables"][table]["fields"].update(fields)
    return parse_policy(changed, CATALOG)


def own_of(rows: Iterable[Row]) -> OwnIdentifiers:
    own = OwnIdentifiers(CATALOG)
    for row in rows:
        own.learn(row)
    return own


def behind_an_honest_plan(rows: Sequence[Row], policy: Policy, own: OwnIdentifiers) -> list[Gated]:
    """What the gate says of these rows once the plan has redacted them."""
    plan = compile_plan(policy, catalog=CATALOG, keys=KEYS, own=own)
    redacted = [row for row in map(plan.redact, rows) if row is not None]
    return behind_no_plan(
        [Row(r.table, r.event, r.ts_us, cast("Any", r.values)) for r in redacted], policy, own
    )


def behind_no_plan(rows: Sequence[Row], policy: Policy, own: OwnIdentifiers) -> list[Gated]:
    """What the gate says of rows that nobody redacted."""
    gate = LastMileGate(CATALOG, own)
    gate.knows(policy)
    raw = [SpooledRow(row.table, row.event, row.ts_us, row.values) for row in rows]
    return looked_at(gate, raw, policy)


def looked_at(gate: LastMileGate, rows: Sequence[SpooledRow], policy: Policy) -> list[Gated]:
    """One answer a row, in order."""
    stopped = gate.look(rows, policy_sha256=policy.sha256)
    return [stopped.get(place, Gated(row, ())) for place, row in enumerate(rows)]
