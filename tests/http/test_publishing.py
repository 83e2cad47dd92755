"""Publishing over the API: the author's text is kept, and lint has its say first."""

from __future__ import annotations

import httpx
from reticent_server.approvals.settings import ApprovalRules
from support.console_app import Site

TEXT = "# for Ada\nextends: default\ntables: {software: }\n"
LOOSER = """\
extends: default
looser: [user_account.work_phone]
tables:
  user_account:
    fields: {work_phone: keep}
"""


async def publish(client: httpx.AsyncClient, text: str, **more: object) -> httpx.Response:
    return await client.post("/api/v1/policies", json={"group": "lab", "text": text, **more})


async def test_the_text_comes_back_byte_for_byte_beside_what_was_signed(site: Site) -> None:
    async with site.bearer("admin:policies", "read:policies") as client:
        done = (await publish(client, TEXT)).json()
        shown = (await client.get("/api/v1/policies/2?group=lab")).json()
        current = (await client.get("/api/v1/policies/current?group=lab")).json()
        first = (await client.get("/api/v1/policies/1")).json()
        again = await publish(client, shown["text"])
        listed = (await client.get("/api/v1/policies?group=lab")).json()["policies"]
    assert (done["version"], done["unchanged"], done["findings"]) == (2, False, [])
    assert (shown["text"], shown["text_problem"]) == (TEXT, None)
    assert "software" not in shown["document"]["tables"]
    assert current == shown
    assert (first["text"], first["text_problem"]) == (None, "its author's text was not kept")
    assert (again.json()["version"], again.json()["unchanged"]) == (2, True)
    assert [(policy["version"], policy["text_by"]) for policy in listed] == [(2, "bot0")]
    published = [entry[2] for entry in site.audit() if entry[1] == "policy.publish"]
    assert published == ["policy lab 2"]


async def test_an_error_of_lint_is_a_problem_with_the_findings_until_a_reason_is_given(
    site: Site,
) -> None:
    async with site.bearer("admin:policies", "read:policies") as client:
        site.services.approvals.rules = ApprovalRules(second_person=())
        refused = await publish(client, LOOSER)
        blank = await publish(client, LOOSER, despite_lint="")
        done = await publish(client, LOOSER, despite_lint="robots have no names", reason="x")
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:reticent:problem:policy-lint"
    assert "lint finds 1 error in the policy; nothing was published" in refused.json()["detail"]
    first = refused.json()["findings"][0]
    assert (first["severity"], first["code"], first["line"]) == ("error", "identifier-kept", 5)
    assert blank.status_code == 422
    assert done.status_code == 201
    assert done.json()["findings"] == refused.json()["findings"]
    (entry,) = site.services.audit.page(limit=1).entries
    assert entry.reason.endswith("despite lint: robots have no names (identifier-kept)")
