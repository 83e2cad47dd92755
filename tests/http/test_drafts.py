"""Policies before they go live, over the API: the same as the command line, and nothing changes."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.policy.schema import policy_schema
from reticent_server.auth import Role
from reticent_server.errors import StoreError
from reticent_server.http.threads import BoundedThreads
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.trying import RowTrial
from support.console_app import Site
from support.readme import example

DEFAULT = default_policy_yaml()
KEPT = DEFAULT.replace("      work_phone: pseudonymise", "      work_phone: keep")
BROKEN = DEFAULT + "shred: all\n"
API = "/api/v1/policies"


async def ask(site: Site, what: str, body: dict[str, Any]) -> httpx.Response:
    async with site.bearer("read:policies", "edit:policies") as client:
        return await client.post(f"{API}/{what}", json=body)


async def test_lint_finds_what_the_command_line_finds(site: Site) -> None:
    clean = (await ask(site, "lint", {"yaml": DEFAULT})).json()
    assert clean == {"ok": True, "findings": []}
    found = (await ask(site, "lint", {"yaml": KEPT})).json()
    assert found["ok"] is False
    (finding,) = found["findings"]
    assert finding["code"] == "identifier-kept"
    assert "work_phone: keep" in KEPT.splitlines()[finding["line"] - 1]


async def test_a_refused_policy_is_a_finding_of_lint_and_a_problem_elsewhere(site: Site) -> None:
    (finding,) = (await ask(site, "lint", {"yaml": BROKEN})).json()["findings"]
    assert (finding["code"], finding["line"]) == ("refused", len(BROKEN.splitlines()))
    for what, body in (
        ("test", {"yaml": BROKEN}),
        ("diff", {"before": {}, "after": {"yaml": BROKEN}}),
        ("explain", {"field": "os.name", "yaml": BROKEN}),
        ("try", {"lines": ["x"], "yaml": BROKEN}),
    ):
        answer = await ask(site, what, body)
        assert answer.status_code == 422, what
        assert answer.json()["type"].endswith(":policy-refused")
        assert f"line {len(BROKEN.splitlines())}" in answer.json()["detail"]


async def test_lint_sees_a_circle_where_it_is_told_the_group(site: Site) -> None:
    policies = site.services.policies
    for group, over in (("lab", "default"), ("lab2", "lab")):
        policies.publish({"extends": over, "notice": f"of {group}'s laptops"}, group=group)
    draft = {"yaml": "notice: ours\nextends: lab2\n"}
    assert (await ask(site, "lint", draft)).json()["ok"] is True
    (finding,) = (await ask(site, "lint", draft | {"group": "lab"})).json()["findings"]
    assert (finding["code"], finding["line"]) == ("refused", 2)
    assert "makes a circle: 'lab' extends 'lab2', 'lab2' extends 'lab'" in finding["sentence"]
    assert (await ask(site, "lint", draft | {"group": "office"})).json()["ok"] is True


async def test_a_draft_that_extends_is_laid_over_the_groups_policy_in_force(site: Site) -> None:
    lab = example("lab.yaml")
    assert (await ask(site, "lint", {"yaml": lab})).json()["ok"] is True
    assert (await ask(site, "test", {"yaml": lab})).json()["passed"] is True
    diff = (await ask(site, "diff", {"before": {}, "after": {"yaml": lab}})).json()
    assert diff["verdict"] == "less"
    tried = (await ask(site, "try", {"lines": ["from 203.0.113.7"], "yaml": lab})).json()
    assert tried["lines"][0]["text"] is None
    for field, line in (("log_line.message", 6), ("os.name", None)):
        (told,) = (await ask(site, "explain", {"field": field, "yaml": lab})).json()["explanations"]
        assert told["line"] == line
    signed = await ask(site, "canonical", {"yaml": lab})
    assert signed.status_code == 422
    assert "stand on its own" in signed.json()["detail"]


async def test_a_draft_that_lets_out_more_than_it_says_is_refused(site: Site) -> None:
    site.services.policies.publish(
        {"extends": "default", "tables": {"os": {"fields": {"name": "drop"}}}}, group="sales"
    )
    looser = "extends: sales\ntables:\n  os:\n    fields:\n      name: keep\n"
    for text, line, said in (
        (looser, 5, "lets out more than 'sales' does"),
        ("extends: nobody\n", 1, "group 'nobody' has no policy of its own"),
    ):
        (finding,) = (await ask(site, "lint", {"yaml": text})).json()["findings"]
        assert (finding["severity"], finding["line"]) == ("error", line)
        assert said in finding["sentence"]
        for what, body in (
            ("test", {"yaml": text}),
            ("explain", {"field": "os.name", "yaml": text}),
            ("try", {"lines": ["x"], "yaml": text}),
        ):
            answer = await ask(site, what, body)
            assert answer.status_code == 422, what
            assert f"line {line}: " in answer.json()["detail"]
            assert said in answer.json()["detail"]
    before = {"group": "sales"}  # whoever compares wants to see just that
    compared = await ask(site, "diff", {"before": before, "after": {"yaml": looser}})
    assert compared.json()["verdict"] == "more"
    missing = await ask(site, "diff", {"before": {}, "after": {"yaml": "extends: nobody\n"}})
    assert missing.status_code == 422


async def test_carried_tests_are_run(site: Site) -> None:
    passed = (await ask(site, "test", {"yaml": DEFAULT})).json()
    assert passed["passed"] is True
    assert len(passed["tests"]) == DEFAULT.count("  - name: ")
    text = DEFAULT.replace("expect: {terminal: pts/0}", "expect: {terminal: pts/1}")
    failed = (await ask(site, "test", {"yaml": text})).json()
    assert failed["passed"] is False
    (test,) = [test for test in failed["tests"] if not test["passed"]]
    said = 'terminal leaves otherwise than expected: expected "pts/1", came "pts/0"'
    assert test["problems"] == [said]
    assert test["decisions"][0]["rule"] == "session.terminal"
    assert "pts/" not in json.dumps(test["decisions"])


async def test_what_is_in_force_is_compared_with_a_draft(site: Site) -> None:
    body = {"before": {}, "after": {"yaml": KEPT}}
    answer = (await ask(site, "diff", body)).json()
    assert answer["verdict"] == "more"
    (change,) = answer["changes"]
    assert (change["place"], change["personal"]) == ("user_account.work_phone", True)
    assert (change["places"], change["tables"]) == ([change["place"]], ["user_account"])
    back = (await ask(site, "diff", {"before": {"yaml": KEPT}, "after": {"version": 1}})).json()
    assert back["verdict"] == "less"
    missing = await ask(site, "diff", {"before": {"version": 99}, "after": {}})
    assert missing.status_code == 422
    assert missing.json()["type"].endswith(":no-such-version")


async def test_a_field_is_explained_for_a_draft_and_for_every_group(site: Site) -> None:
    field = "user_account.work_phone"
    site.services.policies.publish(
        {**_document(site), "version": 5}, group="sales", publisher="ada"
    )
    groups = (await ask(site, "explain", {"field": field})).json()
    told = [(e["group"], e["version"], e["action"]) for e in groups["explanations"]]
    assert told == [("default", 1, "pseudonymise"), ("sales", 5, "pseudonymise")]
    assert groups["sentence"].startswith("The person's phone number at work")
    draft = (await ask(site, "explain", {"field": field, "yaml": KEPT})).json()["explanations"]
    assert draft[0]["action"] == "keep"
    assert "work_phone: keep" in KEPT.splitlines()[draft[0]["line"] - 1]
    unknown = await ask(site, "explain", {"field": "user_account.fullname"})
    assert unknown.status_code == 422
    assert "full_name" in unknown.json()["detail"]


def _document(site: Site) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(site.services.policies.current().canonical_json)
    return document


async def test_lines_are_tried_one_answer_each(site: Site) -> None:
    lines = ["", "from 203.0.113.7", "password=hunter2!", "plain"]
    answer = (await ask(site, "try", {"lines": lines})).json()["lines"]
    assert [line["text"] for line in answer] == [
        "",
        "from 203.0.113.0/24",
        "password=<secret>",
        "plain",
    ]
    assert [line["outcome"] for line in answer] == ["kept", "redacted", "redacted", "kept"]
    ipv4 = {"start": 5, "end": 16, "detector": "ipv4", "tier": "A"}
    assert answer[1]["found"] == [{**ipv4, "element": None}]
    dropped = await ask(site, "try", {"lines": ["1000"], "field": "user_account.user_id"})
    assert dropped.json()["lines"] == [{"text": None, "outcome": "dropped", "found": []}]
    unknown = await ask(site, "try", {"lines": ["1"], "field": "user_account.nothing"})
    assert unknown.status_code == 422


async def test_rows_are_tried_as_on_the_command_line(site: Site) -> None:
    rows = [
        {"network_interface.snapshot": {"ip_addresses": ["203.0.113.7"], "mtu": 1500}},
        {"usb": {"vendor_id": "0781"}},
        {"user_account.snapshot": {"user_id": 1000}},
        {"host": {"host_nam": "quokkaherder"}},
        {"host": {"host_name": [{}, 1, None]}},
        {"host": {"host_name": "x"}, "os": {}},
        None,
    ]
    answer = (await ask(site, "try", {"rows": rows})).json()
    assert answer["lines"] == []
    trial = RowTrial(read_draft(DEFAULT, CATALOG).policy, CATALOG)
    expected = [trial.one(json.dumps(row)) for row in rows]
    assert [
        (tried["row"], tried["outcome"], tried["problem"] or "") for tried in answer["rows"]
    ] == [(tried.row, tried.outcome, tried.problem) for tried in expected]
    ipv4 = {"start": 0, "end": 11, "detector": "ipv4", "tier": "A"}
    found = [{**ipv4, "field": "ip_addresses", "element": 0}]
    assert [tried["found"] for tried in answer["rows"]] == [found, [], [], [], [], [], []]
    outcomes = [tried.outcome for tried in expected]
    assert outcomes == [
        "left",
        "left",
        "dropped",
        "unreadable",
        "dropped",
        "unreadable",
        "unreadable",
    ]
    assert "quokkaherder" not in str(answer)


async def test_what_a_detector_could_not_look_at_is_told_as_failed(site: Site) -> None:
    yaml = f"{DEFAULT}detectors: {{often: {{pattern: 'x'}}}}\n"
    line = "x " * 14_000
    (tried,) = (await ask(site, "try", {"lines": [line], "yaml": yaml})).json()["lines"]
    assert tried == {"text": None, "outcome": "failed", "found": None}
    body = {"rows": [{"log_line": {"message": line}}], "yaml": yaml}
    (row,) = (await ask(site, "try", body)).json()["rows"]
    assert (row["row"], row["outcome"], row["found"]) == (None, "dropped", None)


async def test_a_line_of_a_field_of_lists_may_be_a_list(site: Site) -> None:
    body = {"lines": ['["x", "203.0.113.7"]'], "field": "network_interface.ip_addresses"}
    (tried,) = (await ask(site, "try", body)).json()["lines"]
    ipv4 = {"start": 0, "end": 11, "detector": "ipv4", "tier": "A"}
    assert tried["found"] == [{**ipv4, "element": 1}]
    assert (tried["text"], tried["outcome"]) == ('["203.0.113.0/24"]', "failed")


async def test_what_the_laptop_would_know_of_itself_is_found_in_lines_and_rows(site: Site) -> None:
    learned = [{"user_account.snapshot": {"user_name": "quokkaherder"}}]
    line = "hello quokkaherder"
    body = {"lines": [line], "learned": learned}
    (tried,) = (await ask(site, "try", body)).json()["lines"]
    assert "quokkaherder" not in tried["text"]
    assert [found["detector"] for found in tried["found"]] == ["own"]
    rows = {"rows": [{"log_line": {"message": line}}], "learned": learned}
    assert "quokkaherder" not in (await ask(site, "try", rows)).text
    for odd in ([{"user_account": {"user_name": [1, {}]}}], [{"host": {"host_name": 1}}]):
        assert (await ask(site, "try", {"lines": [line], "learned": odd})).status_code == 200
    refused = await ask(site, "try", {"lines": [line], "learned": [*learned, {"hosts": {}}]})
    assert (refused.status_code, refused.json()["type"][-6:]) == (422, "no-row")
    assert "row 2" in refused.json()["detail"]


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "1e999", "9" * 400, '"\\ud800"', "[" * 90 + "]" * 90],
    ids=["no number", "endless", "too large", "long", "half a pair", "nested"],
)
async def test_rows_hold_nothing_that_an_answer_cannot_say(site: Site, value: str) -> None:
    yaml = json.dumps(DEFAULT.replace("      latitude: drop", "      latitude: keep"))
    row = f'{{"connection": {{"latitude": {value}, "country": {value}}}}}'
    body = f'{{"yaml": {yaml}, "rows": [{row}]}}'
    async with site.bearer("edit:policies") as client:
        headers = {"Content-Type": "application/json"}
        answer = await client.post(f"{API}/try", content=body, headers=headers)
    assert answer.status_code in (200, 422)


async def test_either_lines_or_rows_are_tried_and_a_field_is_of_lines(site: Site) -> None:
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"lines": ["x"], "rows": [{}]},
        {"rows": [{}], "field": "log_line.message"},
        {"rows": [{}] * 1_001},
        {"lines": ["x"], "learned": [{}] * 1_001},
    )
    for body in bodies:
        assert (await ask(site, "try", body)).status_code == 422


async def test_what_is_tried_leaves_no_trace(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    assert (await ask(site, "try", {"lines": ["from 203.0.113.77"]})).status_code == 200
    assert "203.0.113.77" not in str(site.audit())
    assert "203.0.113.77" not in "".join(str(vars(record)) for record in caplog.records)


async def test_too_many_lines_and_too_large_a_policy_are_refused(site: Site) -> None:
    assert (await ask(site, "try", {"lines": ["x"] * 1_001})).status_code == 422
    assert (await ask(site, "lint", {"yaml": "x" * (3 << 20)})).status_code == 413
    large = DEFAULT + "# " + "x" * 200_000 + "\n"
    assert (await ask(site, "lint", {"yaml": large})).json()["ok"] is True


async def test_reach_counts_the_devices_and_people_of_a_group(site: Site, fleet: object) -> None:
    async with site.bearer("read:policies", "edit:policies") as client:
        default = (await client.get(f"{API}/reach")).json()
        nobody = (await client.get(f"{API}/reach", params={"group": "nobody"})).json()
    assert default["devices"] > 2
    assert 1 < default["people"] < 40
    assert nobody == {"devices": 0, "people": 0}
    body = {"before": {}, "after": {"yaml": KEPT}}
    assert (await ask(site, "diff", body)).json()["reach"] == default
    body = {"before": {"group": "nobody"}, "after": {"yaml": KEPT}}
    assert (await ask(site, "diff", body)).json()["reach"] == nobody


async def test_a_policy_is_compared_also_while_the_event_store_does_not_answer(
    site: Site, fleet: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> int:
        raise StoreError("the event store cannot be read; nothing was counted; look at its log")

    monkeypatch.setattr(site.services.events, "count_users", fails)
    answer = await ask(site, "diff", {"before": {}, "after": {"yaml": KEPT}})
    assert (answer.json()["verdict"], answer.json()["reach"]) == ("more", None)


async def test_a_policy_is_compared_also_while_every_thread_of_the_event_store_is_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.http.policy_reach.POLICY_REACH_WAIT_S", 0.05)
    threads, ended = BoundedThreads(at_once=1, waiting_max=1), threading.Event()
    searching = [asyncio.create_task(threads.run(ended.wait, 30)) for _ in range(2)]
    await asyncio.sleep(0)
    body = {"before": {}, "after": {"yaml": KEPT}}
    try:
        site.app.state.store_threads = threads
        too_many_wait = await ask(site, "diff", body)
        searching.pop().cancel()
        none_is_free = await ask(site, "diff", body)
    finally:
        ended.set()
        await asyncio.gather(*searching)
    for answer in (too_many_wait, none_is_free):
        assert (answer.json()["verdict"], answer.json()["reach"]) == ("more", None)


async def test_people_whose_counting_has_begun_are_told(
    site: Site, fleet: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.http.policy_reach.POLICY_REACH_WAIT_S", 0.05)

    def slow(_: object) -> int:
        time.sleep(0.3)
        return 7

    monkeypatch.setattr(site.services.events, "count_users", slow)
    answer = await ask(site, "diff", {"before": {}, "after": {"yaml": KEPT}})
    assert answer.json()["reach"]["people"] == 7


async def test_an_analyst_may_look_and_nothing_changes(site: Site) -> None:
    client = await site.logged_on(role=Role.ANALYST)
    before = site.services.policies.history()
    answer = await client.post(f"{API}/diff", json={"before": {}, "after": {"yaml": KEPT}})
    assert answer.status_code == 200
    assert site.services.policies.history() == before


async def test_the_bytes_for_a_signer_elsewhere_are_given_and_a_signature_is_checked(
    site: Site,
) -> None:
    given = (await ask(site, "canonical", {"yaml": DEFAULT})).json()
    published = site.services.policies.current()
    assert base64.b64decode(given["canonical_json"]) == published.canonical_json
    assert given["sha256"] == published.sha256.hex()
    to_be_signed = base64.b64decode(given["to_be_signed"])
    Ed25519PublicKey.from_public_bytes(site.services.policies.public_key).verify(
        published.signature, to_be_signed
    )
    body = {
        "canonical_json": given["canonical_json"],
        "signature": base64.b64encode(published.signature).decode(),
    }
    assert (await ask(site, "verify", body)).json() == {"good": True, "problem": None}
    for change, said in (
        ({"signature": base64.b64encode(bytes(64)).decode()}, "signature is wrong"),
        ({"signature": "?"}, "no base64"),
        ({"canonical_json": base64.b64encode(b"{}").decode()}, "signature is wrong"),
        ({"canonical_json": base64.b64encode(b"[").decode()}, "cannot be read"),
    ):
        answer = (await ask(site, "verify", body | change)).json()
        assert answer["good"] is False
        assert said in answer["problem"]


async def test_the_schema_of_the_language_is_served(site: Site) -> None:
    async with site.bearer("read:policies", "edit:policies") as client:
        answer = await client.get(f"{API}/schema")
    assert answer.status_code == 200
    assert answer.json() == policy_schema(CATALOG)
