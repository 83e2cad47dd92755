"""Why preview shows no rows of a table, in words."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from reticent_agent.collect.health import Collected, health_row
from reticent_agent.report.emptiness import Looked, why_none
from reticent_agent.report.preview import _lines
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from support.policies import document

NO_BUS = "there is no system bus; nothing of it is collected"
CALM = "nothing happened while this command looked"


def policy_of(**tables: object) -> Policy:
    made = document()
    made["tables"] = tables
    return parse_policy(made, CATALOG)


def failed(component: str, detail: str) -> Looked:
    looked = Looked()
    row = health_row(
        "collector_unavailable",
        ts_us=1,
        component=component,
        reason="unavailable",
        detail=detail,
    )
    looked.at(Collected(rows=(row,), table="", complete=False))
    return looked


def why(table: str, policy: Policy, followed: Collection[str], looked: Looked) -> str:
    return why_none(
        CATALOG.tables[table],
        policy=policy,
        collected=(),
        followed={table: followed},
        looked=looked,
    )


@pytest.mark.parametrize(
    ("followed", "said"),
    [
        (["sessions", "logind"], f"{CALM}; logind: {NO_BUS}"),
        (["logind"], f"logind: {NO_BUS}"),
        (["sessions"], CALM),
    ],
)
def test_a_source_that_cannot_be_followed_says_why_and_hides_no_other(
    followed: list[str], said: str
) -> None:
    policy = policy_of(session={"retention_days": 1, "fields": {"user_name": "drop"}})
    assert why("session", policy, followed, failed("logind", NO_BUS)) == said


def test_what_needs_consent_is_said_to_be_read_by_the_agent_alone() -> None:
    rules = {"retention_days": 1, "consent": "required", "fields": {"site": "keep"}}
    told = why("site_visit", policy_of(site_visit=rules), ["site_visit"], Looked())
    assert told == "needs consent: the agent reads it of people who agreed, this command of nobody"


@pytest.mark.parametrize(
    ("rows", "why", "lines"),
    [
        (0, "no modem", ["\nmodem: no rows: no modem"]),
        (1, None, ["\nmodem", "  other rows: absent: no modem"]),
    ],
)
def test_what_is_missing_is_said_once(rows: int, why: str | None, lines: list[str]) -> None:
    absent = {"other rows": "no modem"}
    assert list(_lines({"table": "modem", "rows": rows, "why": why, "absent": absent})) == lines
