"""The default policy: complete, explicit, private, and a lesson in the language."""

from __future__ import annotations

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field, FieldClass, Kind, Table
from reticent_contract.policy import (
    Policy,
    default_policy_yaml,
    parse_policy,
    run_policy_tests,
)
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.detectors import DETECTORS
from reticent_server.policies.yaml_source import load_yaml

# What people do with their laptop is read only where an organisation turns it on.
OFF = ("app_usage", "site_visit")
TABLES = [table for table in CATALOG if table.name not in OFF]
FIELDS = [(table, field) for table in TABLES for field in table.fields]
IDS = [f"{table.name}.{field.name}" for table, field in FIELDS]
# Personal fields that leave otherwise than as a pseudonym, and how.
OTHERWISE = {
    "user_account.user_id": "drop",
    "session.user_id": "drop",
    "network_interface.ip_addresses": "ip_prefix",
    "session.remote_address": "ip_prefix",
    "network_interface.name": "scan",
    "user_account.home_directory": "scan",
    "log_line.message": "scan",
    "network_event.name": "scan",
    "network_event.ip_address": "ip_prefix",
    "connection.wan_address": "ip_prefix",
    "connection.region": "drop",
    "connection.city": "drop",
    "connection.latitude": "drop",
    "connection.longitude": "drop",
}


@pytest.fixture(scope="module")
def policy(default_document: dict[str, object]) -> Policy:
    return parse_policy(default_document, CATALOG)


def test_its_own_tests_pass(policy: Policy) -> None:
    assert len(policy.tests) >= 8
    assert run_policy_tests(policy, CATALOG) == []


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=IDS)
def test_every_field_of_the_catalog_has_a_rule(policy: Policy, table: Table, field: Field) -> None:
    assert field.name in policy.tables[table.name].rules


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=IDS)
def test_what_points_at_a_person_or_a_device_never_leaves_in_the_clear(
    policy: Policy, table: Table, field: Field
) -> None:
    name = f"{table.name}.{field.name}"
    action = policy.tables[table.name].rules[field.name].action
    if field.field_class is FieldClass.TECHNICAL:
        assert action.name in ("keep", "scan")
    else:
        assert action.name == OTHERWISE.get(name, "pseudonymise")
        if action.name == "pseudonymise":
            assert action.scope == "fleet"  # type: ignore[attr-defined]  # of Pseudonymise


def test_what_people_do_is_not_collected(policy: Policy) -> None:
    assert set(policy.tables) == {table.name for table in TABLES}


def test_state_is_kept_while_enrolled_and_events_for_180_days(policy: Policy) -> None:
    for table in TABLES:
        days = policy.tables[table.name].retention_days
        assert days == (None if table.kind is Kind.STATE else 180)


def test_a_user_and_a_host_are_joinable_across_tables_and_logs(policy: Policy) -> None:
    people = {
        policy.domain_of("user_account", "user_name"),
        policy.domain_of("session", "user_name"),
        policy.scan_domain_of("user"),
    }
    assert people == {"person"}
    assert policy.domain_of("host", "host_name") == policy.domain_of("session", "remote_host")


def test_it_teaches_every_action_and_detector_of_the_language() -> None:
    text = default_policy_yaml()
    for word in (*ACTIONS, *DETECTORS):
        assert word in text, word
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert len(comments) > 50
    assert all(len(line) <= 102 for line in text.splitlines())


def test_the_example_in_its_comments_can_be_uncommented(
    default_document: dict[str, object],
) -> None:
    lines = default_policy_yaml().splitlines()
    start = lines.index("  #   site_visit:")
    end = lines.index("", start)
    example = load_yaml("\n".join(line.removeprefix("  #   ") for line in lines[start:end]))
    tables = default_document["tables"]
    assert isinstance(tables, dict)
    policy = parse_policy({**default_document, "tables": {**tables, **example}}, CATALOG)
    visits = policy.tables["site_visit"]
    assert visits.consent_required
    assert visits.options["detail"] == "site"
    assert set(visits.rules) == {"user_name", "browser", "site"}
