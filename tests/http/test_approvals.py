"""The second person over the API: publishing, exporting and looking up, each by two accounts."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import httpx
import pytest
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.audit.filters import AuditFilter
from reticent_server.auth import Role
from reticent_server.query.export_lines import rows_said
from reticent_server.store.events.fields import DELIVERED
from support.console_app import Site
from support.console_data import device_id

LOOSER = """\
extends: default
looser: [user_account.full_name]
tables:
  user_account:
    fields: {full_name: keep}
"""
SAME = "extends: default\ntables: {software: }\n"
EVENTS = "/api/v1/events"


def rules(site: Site, **wanted: Any) -> None:
    site.services.approvals.rules = ApprovalRules(**wanted)


def request_id(answer: httpx.Response) -> str:
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == "urn:reticent:problem:approval-needed"
    return str(answer.json()["request_id"])


async def agree(client: httpx.AsyncClient, request: str) -> None:
    answer = await client.post(f"/api/v1/approvals/{request}/approve", json={"words": "seen"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "approved"


def trail(site: Site, action: str) -> list[tuple[str, str, str]]:
    entries = site.services.audit.page(only=AuditFilter(action=action)).entries
    return [(e.actor, e.object, e.reason) for e in reversed(entries)]


async def publish(client: httpx.AsyncClient, text: str, **more: Any) -> httpx.Response:
    body = {"group": "lab", "text": text, "despite_lint": "agreed", **more}
    return await client.post("/api/v1/policies", json=body)


async def test_a_policy_that_reveals_more_is_published_once_another_has_agreed_to_just_it(
    site: Site,
) -> None:
    ada = await site.logged_on("ada", Role.POLICY_EDITOR)
    bo = await site.logged_on("bo", Role.PRIVACY_OFFICER)
    assert (await publish(ada, SAME)).status_code == 201  # reveals less
    without = await publish(ada, LOOSER)
    assert (without.status_code, without.json()["type"][-14:]) == (422, "reason-missing")
    request = request_id(await publish(ada, LOOSER, reason="the council agreed"))
    assert site.services.policies.newest("lab").version == 2
    shown = (await bo.get(f"/api/v1/approvals/{request}")).json()
    assert "user_account.full_name was" in shown["about"]
    assert "for device group lab, in place of version 2" in shown["about"]
    assert (shown["reason"], shown["may_decide"]) == ("the council agreed", True)
    own = await ada.post(f"/api/v1/approvals/{request}/approve", json={})
    assert own.status_code == 403  # without the scope; with it, `nobody decides on their own`
    await agree(bo, request)
    other = await publish(ada, LOOSER.replace("keep", "{mask: {keep_last: 2}}"), reason="x")
    assert request_id(other) != request  # another document is another request
    done = await publish(ada, LOOSER)
    assert (done.status_code, done.json()["version"]) == (201, 3)
    document = site.services.policies.parsed(site.services.policies.newest("lab")).document
    assert document["tables"]["user_account"]["fields"]["full_name"] == "keep"  # type: ignore[index]
    again = await publish(ada, LOOSER + "# again\n")
    assert again.status_code == 201  # reveals nothing more any longer
    assert [what for _, what, _ in trail(site, "policy.publish")] == [
        "policy lab 2",
        "policy lab 3",
        "policy lab 4",
    ]
    (used,) = trail(site, "approval.use")
    assert used[0] == "ada"
    assert "policy.reveal policy lab, document " in used[1]
    assert "approved by bo" in used[1]


async def test_an_approval_does_not_outlive_the_version_that_it_was_compared_with(
    site: Site,
) -> None:
    ada = await site.logged_on("ada", Role.POLICY_EDITOR)
    bo = await site.logged_on("bo", Role.PRIVACY_OFFICER)
    await publish(ada, SAME)
    await agree(bo, request_id(await publish(ada, LOOSER, reason="x")))
    stricter = SAME.replace("{software: }", "{software: , peripheral: }")
    assert (await publish(ada, stricter)).status_code == 201
    request_id(await publish(ada, LOOSER, reason="x"))


async def test_the_way_back_to_a_looser_version_needs_it_too(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ADMINISTRATOR)
    bo = await site.logged_on("bo", Role.PRIVACY_OFFICER)
    await agree(bo, request_id(await publish(ada, LOOSER, reason="x")))
    assert (await publish(ada, LOOSER)).json()["version"] == 2
    assert (await publish(ada, SAME)).json()["version"] == 3
    back = {"group": "lab", "to": 2, "reason": "names are needed after all"}
    await agree(bo, request_id(await ada.post("/api/v1/policies/rollback", json=back)))
    assert (await ada.post("/api/v1/policies/rollback", json=back)).status_code == 201


async def test_nobody_is_asked_to_agree_to_a_way_back_that_is_refused_then(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await site.logged_on("ada", Role.ADMINISTRATOR)
    bo = await site.logged_on("bo", Role.PRIVACY_OFFICER)
    await agree(bo, request_id(await publish(ada, LOOSER, reason="x")))
    assert (await publish(ada, LOOSER)).json()["version"] == 2
    assert (await publish(ada, SAME)).json()["version"] == 3
    monkeypatch.setattr(site.services.policies._publishing, "_has_epoch", lambda _epoch: False)
    back = {"group": "lab", "to": 2, "reason": "names are needed after all"}
    refused = await ada.post("/api/v1/policies/rollback", json=back)
    assert refused.status_code == 422, refused.text
    assert "has no keys" in refused.text
    anew = await publish(ada, LOOSER, reason="x")
    assert (anew.status_code, "has no keys" in anew.text) == (422, True)


async def test_one_administrator_cannot_be_both_and_is_told_what_to_do(site: Site) -> None:
    ada = await site.logged_on()
    refused = await publish(ada, LOOSER, reason="x")
    assert "nobody else may approve requests: give another account the role" in refused.text
    request = request_id(refused)
    own = await ada.post(f"/api/v1/approvals/{request}/approve", json={})
    assert (own.status_code, own.json()["type"][-21:]) == (403, "not-the-second-person")
    rules(site, second_person=())
    assert (await publish(ada, LOOSER, reason="x")).status_code == 201
    (used,) = trail(site, "approval.use")
    assert (used[2], "no second person" in used[1]) == ("x", True)


async def test_a_token_asks_and_never_approves(site: Site) -> None:
    asked = request_id(await publish(site.bearer("admin:policies"), LOOSER, reason="x"))
    refused = await site.client().post("/api/v1/approvals/x/approve")
    assert refused.status_code == 401
    bo = await site.logged_on("bo")
    made = await bo.post("/api/v1/api-tokens", json={"name": "x", "scopes": ["approve:requests"]})
    assert made.status_code == 422
    made = await bo.post("/api/v1/api-tokens", json={"name": "x", "scopes": ["admin:*"]})
    async with site.client(Authorization=f"Bearer {made.json()['token']}") as token:
        answer = await token.post(f"/api/v1/approvals/{asked}/approve", json={})
        assert answer.status_code == 403
    assert (await bo.get("/api/v1/approvals?waiting=true")).json()["requests"][0]["may_decide"]


async def test_a_small_export_is_recorded_and_a_large_one_is_asked_for(fleet: Site) -> None:
    rules(fleet, export_rows=10)
    ada = await fleet.logged_on("ada", Role.ANALYST)
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    everything = len((await ada.get(EVENTS, params={"limit": 1_000})).json()["events"])
    assert everything > 20
    small = await ada.post(f"{EVENTS}/export", json={"rows": 10})
    assert len(small.text.splitlines()) == 11
    assert small.text.endswith('\n{"end":{"rows":10}}\n')
    large = {"query": "*", "reason": "audit of May"}
    await agree(bo, request_id(await ada.post(f"{EVENTS}/export", json=large)))
    fewer = await ada.post(f"{EVENTS}/export", json={**large, "rows": 20})
    request_id(fewer)  # what was agreed to is just that export
    done = await ada.post(f"{EVENTS}/export", json=large)
    *rows, end = [json.loads(line) for line in done.text.splitlines()]
    assert end == {"end": {"rows": everything}}
    assert done.headers["content-type"] == "application/x-ndjson"
    assert len(rows) == everything
    assert set(rows[0]) >= {"id", "ts", "fields", "masked"}
    request_id(await ada.post(f"{EVENTS}/export", json=large))  # once
    first, second = trail(fleet, "events.export")
    assert first[1] == "10 events as jsonl: *"
    assert (second[2], second[1].startswith(f"{everything} events as jsonl, request ")) == (
        "audit of May",
        True,
    )


async def test_a_page_at_a_time_gives_every_row_once(
    fleet: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.http.exporting.SEARCH_ROWS_MAX", 7)
    ada = await fleet.logged_on("ada", Role.ANALYST)
    listed = (await ada.get(EVENTS, params={"limit": 1_000})).json()["events"]
    searches = fleet.events.searches
    *rows, end = (await ada.post(f"{EVENTS}/export", json={})).text.splitlines()
    assert rows_said(f"{end}\n") == len(listed)
    assert [json.loads(row)["id"] for row in rows] == [row["id"] for row in listed]
    assert fleet.events.searches - searches == -(-len(listed) // 7)
    *cut, end = (await ada.post(f"{EVENTS}/export", json={"rows": 9})).text.splitlines()
    assert cut == rows[:9]
    assert rows_said(f"{end}\n") == 9


async def test_csv_of_one_table_has_its_columns_and_runs_no_formula(fleet: Site) -> None:
    ada = await fleet.logged_on("ada", Role.ANALYST)
    row = next(r for r in fleet.events.rows if r.table == "session" and "user_name" in r.fields)
    evil = '=HYPERLINK("http://evil")'
    row.fields["user_name"] = evil  # type: ignore[index]
    answer = await ada.post(f"{EVENTS}/export", json={"query": "table:session", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    *read, end = csv.DictReader(io.StringIO(answer.text))
    assert (end["id"], end["ts"], end["user_name"]) == ("end", str(len(read)), "")
    assert rows_said(answer.text.splitlines(keepends=True)[-1]) == len(read)
    assert f"'{evil}" in {line["user_name"] for line in read}
    assert not any(cell.startswith("=") for line in read for cell in line.values())
    assert {line["table"] for line in read} == {"session"}
    mixed = await ada.post(f"{EVENTS}/export", json={"format": "csv"})
    *lines, _ = csv.DictReader(io.StringIO(mixed.text))
    fields = [json.loads(line["fields"]) for line in lines]
    assert any(one.get("user_name") == evil for one in fields)


async def test_csv_says_from_where_each_row_was_delivered_by_the_words_of_a_query(
    fleet: Site,
) -> None:
    ada = await fleet.logged_on("ada", Role.ANALYST)
    answer = await ada.post(f"{EVENTS}/export", json={"query": "table:session", "format": "csv"})
    *read, _ = csv.DictReader(io.StringIO(answer.text))
    assert {name for name in read[0] if name.startswith("delivered")} == set(DELIVERED)
    said = {name: {line[name] for line in read} for name in DELIVERED}
    held = [row.delivered_from for row in fleet.events.rows if row.table == "session"]
    assert said == {name: {str(one.get(name, "")) for one in held} for name in DELIVERED}
    assert said["delivered_from_address"] != {""}


async def test_an_export_has_the_limits_of_the_callers_roles(fleet: Site) -> None:
    from support.role_holders import as_custom

    scopes = ["read:events", "export:events"]
    client = await as_custom(fleet, scopes, groups=["finance"], columns=["session.terminal"])
    answer = await client.post(f"{EVENTS}/export", json={})
    *rows, _ = [json.loads(line) for line in answer.text.splitlines()]
    assert rows
    assert {row["table"] for row in rows} == {"session"}
    assert {row["device_id"] for row in rows} <= {str(device_id(n)) for n in (1, 3, 5)}
    assert all(row["fields"]["user_name"] == "[masked]" for row in rows)
    refused = await client.post(f"{EVENTS}/export", json={"query": "user_name:a"})
    assert refused.status_code == 403


async def test_requests_of_others_are_not_there_for_who_may_not_approve(site: Site) -> None:
    ada = await site.logged_on("ada", Role.POLICY_EDITOR)
    eve = await site.logged_on("eve", Role.ANALYST)
    request = request_id(await publish(ada, LOOSER, reason="x"))
    for path in (request, str(uuid.uuid4())):
        assert (await eve.get(f"/api/v1/approvals/{path}")).status_code == 404
        assert (await eve.post(f"/api/v1/approvals/{path}/withdraw")).status_code == 404
        assert (await eve.get(f"/approvals/{path}")).status_code == 404
    assert (await eve.get("/api/v1/approvals")).json() == {"requests": []}
    mine = (await ada.get("/api/v1/approvals")).json()["requests"]
    assert [(one["request_id"], one["mine"]) for one in mine] == [(request, True)]
    assert (await ada.post(f"/api/v1/approvals/{request}/withdraw")).json()["state"] == "withdrawn"
