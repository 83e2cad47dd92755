"""A named person among pseudonyms that a laptop's engine and the server's second half made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Form
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.auth import Role
from reticent_server.epochs.files import EpochFiles
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.limits import LOOKUP_POLICIES_MAX
from reticent_server.policies.models import PolicyVersion
from reticent_server.query.people import PERSON_FIELDS
from reticent_server.rights.case import Known
from support.console_app import Site
from support.persons import stored
from support.policies import default_document

ALICE = "Alice@Example.com"
PATH = "/api/v1/people/look-up"


def put(site: Site, table: str, **fields: Any) -> str:
    """A row of the fleet with these fields instead; its number."""
    index = next(i for i, row in enumerate(site.events.rows) if row.table == table)
    row = site.events.rows[index]
    site.events.rows[index] = replace(row, fields=fields)
    return row.id


async def asked(client: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    return await client.post(PATH, json={"query": query, "reason": "her own request", **more})


@pytest.fixture
def alone(fleet: Site) -> Site:
    fleet.services.approvals.rules = ApprovalRules(second_person=())
    return fleet


@pytest.mark.parametrize("member", sorted(PERSON_FIELDS))
async def test_every_column_that_names_a_person_is_looked_in(alone: Site, member: str) -> None:
    table, _, name = member.partition(".")
    form = CATALOG.tables[table].by_name[name].form
    value = "+44 20 7946 0958" if form.value == "phone" else ALICE
    domain = alone.services.policies.parsed(alone.services.policies.current()).domain_of(
        table, name
    )
    pseudonym = stored(alone, domain, form, value)
    value_of_field = (
        [pseudonym] if CATALOG.tables[table].by_name[name].type.value == "texts" else pseudonym
    )
    index = 0
    row = alone.events.rows[index]
    alone.events.rows[index] = replace(row, table=table, fields={name: value_of_field})
    client = await alone.logged_on("bo", Role.PRIVACY_OFFICER)
    found = (await asked(client, f'person:"{value}"')).json()
    assert [event["id"] for event in found["events"]] == [row.id]
    assert found["pseudonyms"] == [pseudonym]


async def test_in_messages_under_every_living_epoch_and_in_the_clear(alone: Site) -> None:
    files = EpochFiles(alone.services.config.data_dir)
    files.make(2)
    from reticent_contract.redact.detectors import DETECTORS

    policy = alone.services.policies.parsed(alone.services.policies.current())
    domain = policy.scan_domain_of("email")
    ids = set()
    for number, text in enumerate(
        (
            f"mail to <{stored(alone, domain, DETECTORS['email'].form, ALICE, 2)}> sent",
            f"mail to <{stored(alone, domain, DETECTORS['email'].form, ALICE, 1)}> sent",
        )
    ):
        row = alone.events.rows[number]
        alone.events.rows[number] = replace(row, table="log_line", fields={"message": text})
        ids.add(row.id)
    row = alone.events.rows[2]
    alone.events.rows[2] = replace(row, table="session", fields={"user_name": "alice@example.com"})
    ids.add(row.id)
    client = await alone.logged_on("bo", Role.PRIVACY_OFFICER)
    found = (await asked(client, f"person:{ALICE}")).json()
    assert {event["id"] for event in found["events"]} == ids
    assert (found["epochs"], found["unread"]) == ([1, 2], 0)
    assert len(found["pseudonyms"]) == 2
    assert (await asked(client, "person:bob@example.com")).json()["events"] == []
    narrowed = (await asked(client, f"person:{ALICE} table:session")).json()
    assert [event["id"] for event in narrowed["events"]] == [row.id]


async def test_in_every_column_whose_text_a_policy_has_scanned(alone: Site) -> None:
    """The default policy scans the units of log lines, which may be named after somebody."""
    policy = alone.services.policies.parsed(alone.services.policies.current())
    name = stored(alone, policy.scan_domain_of("user"), Form.USER, "alice")
    row = alone.events.rows[0]
    said = {"unit": f"user@<{name}>.service", "source": f"<{name}>"}
    alone.events.rows[0] = replace(row, table="log_line", fields=said)
    alone.events.rows[1] = replace(alone.events.rows[1], table="log_line", fields={"source": name})
    client = await alone.logged_on("bo", Role.PRIVACY_OFFICER)
    found = (await asked(client, "person:alice")).json()
    assert [event["id"] for event in found["events"]] == [row.id]


async def test_it_needs_the_scope_a_reason_and_a_second_person_and_is_recorded_without_the_name(
    fleet: Site,
) -> None:
    analyst = await fleet.logged_on("eve", Role.ANALYST)
    assert (await asked(analyst, f"person:{ALICE}")).status_code == 403
    searched = await analyst.get("/api/v1/events", params={"q": f"person:{ALICE}"})
    assert searched.status_code == 400
    assert "looked up with a reason" in searched.json()["detail"]
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    cy = await fleet.logged_on("cy", Role.PRIVACY_OFFICER)
    assert (await asked(bo, f"person:{ALICE}", reason="")).status_code == 422
    assert (await asked(bo, "table:session")).status_code == 400
    needed = await asked(bo, f"person:{ALICE}")
    assert needed.status_code == 409
    request = needed.json()["request_id"]
    shown = (await cy.get(f"/api/v1/approvals/{request}")).json()
    assert shown["about"] == f"person: {ALICE}"
    assert (await cy.post(f"/api/v1/approvals/{request}/approve", json={})).status_code == 200
    other = await asked(bo, "person:bob@example.com")
    assert other.status_code == 409
    both = await asked(bo, f"person:{ALICE} OR person:bob")
    assert both.status_code == 409  # one more name is another request
    assert (await asked(bo, f"person:{ALICE} since:7d")).status_code == 200
    assert (await asked(bo, f"person:{ALICE}")).status_code == 409  # used
    entries = fleet.services.audit.page(limit=500).entries
    texts = " ".join(f"{e.object} {e.reason}" for e in entries).lower()
    assert "alice" not in texts
    assert "bob" not in texts
    (looked,) = [e for e in entries if e.action == "person.look_up"]
    assert (looked.actor, looked.reason) == ("bo", "her own request")
    assert f"look-up of a named person, {shown['subject']}" in looked.object
    async with fleet.bearer("reidentify:persons") as token:  # reads nothing without read:events
        fleet.services.approvals.rules = ApprovalRules(second_person=())
        assert (await asked(token, f"person:{ALICE}")).json()["events"] == []


async def test_what_a_group_declared_before_counts_however_many_groups_there_are(
    alone: Site,
) -> None:
    policies = alone.services.policies
    before = policies.parsed(policies.current()).domain_of("session", "user_name")
    document = default_document() | {"tests": []}
    del document["version"]
    links = document["pseudonyms"]["link_groups"]
    document["pseudonyms"]["link_groups"] = {f"{name}2": links[name] for name in links}
    policies.publish(document)
    for number in range(LOOKUP_POLICIES_MAX // 2):
        policies.publish(document, group=f"g{number}")
    assert policies.parsed(policies.current()).domain_of("session", "user_name") != before
    form = CATALOG.tables["session"].by_name["user_name"].form
    found = put(alone, "session", user_name=stored(alone, before, form, ALICE))
    client = await alone.logged_on("bo", Role.PRIVACY_OFFICER)
    listed = (await asked(client, f"person:{ALICE}")).json()["events"]
    assert [event["id"] for event in listed] == [found]


async def test_a_version_that_this_catalog_does_not_understand_stops_no_look_up_and_is_told(
    alone: Site,
) -> None:
    old = PolicyVersion(
        group_name="old",
        version=1,
        canonical_json=b'{"language":1}',
        signature=bytes(64),
        sha256=bytes(32),
        published_s=1,
        publisher="bo",
    )
    with alone.services.control.session() as session:
        session.add(old)
    found = put(alone, "session", user_name="alice@example.com")
    client = await alone.logged_on("bo", Role.PRIVACY_OFFICER)
    answer = (await asked(client, f"person:{ALICE}")).json()
    assert ([event["id"] for event in answer["events"]], answer["unread"]) == ([found], 1)
    for name in (ALICE, "bob@example.com"):
        form = {"csrf_token": client.headers[CSRF_HEADER], "person": name, "reason": "x"}
        page = await client.post("/people", data=form)
        assert "1 version of a policy was not read" in page.text
    _, unseen = alone.services.finder.find(Known(identifiers=(ALICE,)), before_us=1)
    assert unseen[-1].startswith("1 old versions of policies were not read")
