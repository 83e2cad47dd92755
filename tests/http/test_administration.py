"""Enrolment tokens, policies, the audit trail, health and metrics over the API."""

from __future__ import annotations

import json

import httpx
from reticent_contract.enrolment_token import decode
from support.console_app import Site


async def test_an_enrolment_token_is_shown_once(site: Site) -> None:
    async with site.bearer("admin:enrolment", "read:enrolment") as client:
        made = await client.post("/api/v1/enrolment-tokens", json={"uses": 3, "hours": 2})
        assert made.status_code == 201
        text = made.json()["token"]
        listed = await client.get("/api/v1/enrolment-tokens")
    token = decode(text)
    assert token.uses == 3
    assert token.address == "localhost:7442"
    assert made.json()["command"] == "sudo reticent-agent enrol -"  # no secret for `ps` to show
    assert token.secret not in listed.text
    assert listed.json()["tokens"][0]["created_by"] == "bot0"


async def test_a_revoked_enrolment_token_is_not_usable(site: Site) -> None:
    async with site.bearer("admin:enrolment", "read:enrolment") as client:
        await client.post("/api/v1/enrolment-tokens", json={})
        token_id = (await client.get("/api/v1/enrolment-tokens")).json()["tokens"][0]["token_id"]
        assert (await client.delete(f"/api/v1/enrolment-tokens/{token_id}")).status_code == 204
        tokens = (await client.get("/api/v1/enrolment-tokens")).json()["tokens"]
    assert tokens[0]["usable"] is False
    assert "enrolment_token.revoke" in [action for _, action, _, _ in site.audit()]


async def test_policies_are_listed_and_shown_whole(site: Site) -> None:
    async with site.bearer("read:policies") as client:
        listed = (await client.get("/api/v1/policies")).json()["policies"]
        current = (await client.get("/api/v1/policies/current")).json()
        first = (await client.get("/api/v1/policies/1")).json()
        missing = await client.get("/api/v1/policies/99")
    assert [policy["version"] for policy in listed] == [1]
    assert current == first
    assert current["document"]["version"] == 1
    assert missing.status_code == 404


async def test_a_published_policy_becomes_the_next_version(site: Site) -> None:
    document = json.loads(site.services.policies.current().canonical_json)
    del document["version"]
    told: list[str] = []
    site.services.policies.on_publish(told.append)
    async with site.bearer("admin:policies") as client:
        answer = await client.post("/api/v1/policies", json={"document": document})
    assert answer.status_code == 201
    assert answer.json()["version"] == 2
    assert told == ["default"]
    assert ("bot0", "policy.publish", "policy default 2", "done") in site.audit()


async def test_a_policy_with_an_unknown_key_is_refused_and_changes_nothing(site: Site) -> None:
    document = json.loads(site.services.policies.current().canonical_json) | {"shred": True}
    document["version"] = 2
    async with site.bearer("admin:policies") as client:
        answer = await client.post("/api/v1/policies", json={"document": document})
    assert answer.status_code == 422
    assert "shred" in answer.json()["detail"]
    assert site.services.policies.current().version == 1


async def test_a_policy_that_is_not_newer_is_refused(site: Site) -> None:
    document = json.loads(site.services.policies.current().canonical_json)
    async with site.bearer("admin:policies") as client:
        answer = await client.post("/api/v1/policies", json={"document": document})
    assert answer.status_code == 409


async def test_the_audit_trail_is_paged_and_can_be_proved(site: Site) -> None:
    for number in range(7):
        site.services.audit.record(actor="test", action="count", object=str(number))
    async with site.bearer("admin:audit") as client:
        first = (await client.get("/api/v1/audit", params={"limit": 5})).json()
        rest = (await client.get("/api/v1/audit", params={"cursor": first["next_cursor"]})).json()
        check = (await client.get("/api/v1/audit/check")).json()
        wrong = await client.get("/api/v1/audit", params={"cursor": "WyJvdGhlciIsMV0"})
    numbers = [entry["number"] for entry in first["entries"] + rest["entries"]]
    assert numbers == list(range(9, 0, -1))  # with the use of the token and this look
    assert check["whole"] is True
    assert wrong.status_code == 400


async def test_the_use_of_a_token_is_recorded_once_an_hour_and_address(site: Site) -> None:
    async with site.bearer("read:devices") as client:
        for _ in range(3):
            await client.get("/api/v1/devices")
    assert [action for _, action, _, _ in site.audit()].count("token.use") == 1


async def test_health_is_public_and_readiness_names_the_part(
    site: Site, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/healthz")).json()["status"] == "alive"
    assert (await client.get("/readyz")).status_code == 200
    site.services.health.broken("events", "the disk of /srv is full")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "parts": ["events"], "notices": []}


async def test_what_must_be_looked_at_is_told_in_sentences_to_administrators(site: Site) -> None:
    site.services.health.notice("retention", "from <b>then</b> on 4 rows are deleted")
    admin, analyst = await site.logged_on("ada"), await site.logged_on("eve", "analyst")
    assert (await admin.get("/api/v1/notices")).json() == {
        "notices": [{"part": "retention", "sentence": "from <b>then</b> on 4 rows are deleted"}]
    }
    assert (await analyst.get("/api/v1/notices")).status_code == 403
    shown = (await admin.get("/devices")).text
    assert "From &lt;b&gt;then&lt;/b&gt; on 4 rows are deleted." in shown
    assert "4 rows are deleted" not in (await analyst.get("/devices")).text
    site.services.health.settled("retention")
    assert "4 rows are deleted" not in (await admin.get("/devices")).text


async def test_metrics_need_their_scope(site: Site, client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 401
    async with site.bearer("read:metrics") as scraper:
        answer = await scraper.get("/metrics")
    assert answer.status_code == 200
    assert "reticent_rows_total" in answer.text
