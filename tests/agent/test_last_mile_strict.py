"""Where the policy says little, is one of many, or nobody can look, the gate lets less through."""

from __future__ import annotations

import pytest
from reticent_agent.last_mile import LastMileGate
from reticent_agent.spool import Gated
from reticent_contract import limits
from reticent_contract.batch import SpooledRow
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact.automaton import Gate
from reticent_contract.rows import Row
from support.batch_rows import START_US
from support.gate import behind_no_plan, own_of, policy_of
from support.policies import document

HOST = Row("host", "snapshot", START_US, {"host_name": "alices-laptop"})
MAIL = "mail to bob@example.com"


def one(row: Row, policy: Policy) -> Gated:
    (gated,) = behind_no_plan([row], policy, own_of([HOST]))
    return gated


def test_what_stands_in_place_of_the_policys_own_words_is_looked_at() -> None:
    policy = policy_of({"host": {"host_name": {"replace": {"with": "a laptop"}}}})
    row = Row("host", "snapshot", START_US, {"host_name": "alices-laptop", "model": "21HM"})
    assert one(row, policy).row.values == {"model": "21HM"}


def test_a_field_without_a_rule_lets_nothing_through_that_a_detector_proves() -> None:
    changed = document()
    del changed["tables"]["log_line"]["fields"]["unit"]
    row = Row("log_line", "line", START_US, {"unit": MAIL, "severity": 6})
    assert one(row, parse_policy(changed, CATALOG)).row.values == {"severity": 6}
    del changed["tables"]["log_line"]
    assert one(row, parse_policy(changed, CATALOG)).row.values == {"severity": 6}


def test_of_many_policies_the_newest_are_known() -> None:
    gate = LastMileGate(CATALOG, own_of([HOST]))
    policies = [
        parse_policy(document(version=version), CATALOG)
        for version in range(1, limits.GATE_POLICIES_MAX + 2)
    ]
    for policy in policies:
        gate.knows(policy)
    row = SpooledRow("log_line", "line", START_US, {"message": MAIL})
    stopped = [0 in gate.look([row], policy_sha256=policy.sha256) for policy in policies]
    assert stopped == [False] + [True] * limits.GATE_POLICIES_MAX


def test_where_the_detectors_are_out_of_memory_no_text_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dull = Row("log_line", "line", START_US, {"message": "dull", "severity": 6})
    assert one(dull, policy_of()).stops == ()
    monkeypatch.setattr(Gate, "match", lambda _self, _text: [])  # as RE2 says so
    gated = one(dull, policy_of())
    assert gated.row.values == {"severity": 6}
    assert [stop.detector for stop in gated.stops] == ["unreadable"]
