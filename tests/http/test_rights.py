"""Requests of persons by the API: nobody is looked for before a second person agreed; what they are
given; what the database holds of them meanwhile, and afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from reticent_contract.catalog.model import Form
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.auth import Role
from reticent_server.http.schemas.rights import OpenIn, RefuseIn
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.limits import PERSON_CHARS_MAX
from reticent_server.rights.words import GROUNDS, Ground, Right
from reticent_server.store.events.errors import QueryTooLargeError
from support.console_app import NOW_S, Site
from support.console_data import device_id
from support.persons import put, stored

PATH = "/api/v1/people/requests"
ALICE = "q7f3a9bz@example.com"
NAME = "q7f3a9bz"  # of nothing else that is stored
BODY = {"right": "access", "identifiers": [ALICE, NAME], "reference": "4711"}
OWN, OTHER = device_id(1), device_id(2)
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Stored:
    alice: str
    mail: str
    bo: str


@pytest.fixture
def rows(fleet: Site) -> Stored:
    """Alice's laptop is the first; the second one names her among others."""
    alice = stored(fleet, "session.user_name", Form.USER, NAME)
    bo = stored(fleet, "session.user_name", Form.USER, "bo")
    mail = stored(fleet, "email", Form.EMAIL, ALICE)
    other = stored(fleet, "email", Form.EMAIL, "bo@example.com")
    own = stored(fleet, "device_record.email", Form.EMAIL, ALICE)
    fleet.events.rows = [row for row in fleet.events.rows if row.table in ("os", "batch")]
    record = {"company": "ours", "purchase_date": "2025-01-01"}
    put(fleet, OWN.bytes, "device_record", ts_us=100, email=own, **record)
    put(fleet, OWN.bytes, "device_record", ts_us=101, company="ours again")
    put(fleet, OWN.bytes, "device_record", ts_us=50, user_name=bo)
    put(fleet, OWN.bytes, "session", ts_us=99, user_name=bo, terminal="of the one before")
    put(fleet, OWN.bytes, "session", user_name=bo, terminal="tty1")
    put(fleet, OTHER.bytes, "session", user_name=alice, terminal="tty2", remote_address="192.0.2.9")
    put(fleet, OTHER.bytes, "session", user_name=bo, terminal="tty3")
    put(fleet, OTHER.bytes, "log_line", message=f"from <{mail}> to <{other}>", unit="postfix")
    fleet.clock.now += 1  # what is there was received before
    return Stored(alice, mail, bo)


async def opened(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    answer = await client.post(PATH, json={**BODY, **more})
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


async def agreed(site: Site, client: httpx.AsyncClient, path: str, body: object) -> httpx.Response:
    """The same call before and after a second person agreed."""
    asked = await client.post(path, json=body)
    assert (asked.status_code, asked.json()["type"]) == (
        409,
        "urn:reticent:problem:approval-needed",
    )
    second = await site.logged_on(f"second{len(site.services.accounts.list())}", "privacy-officer")
    approved = await second.post(f"/api/v1/approvals/{asked.json()['request_id']}/approve", json={})
    assert approved.status_code == 200, approved.text
    return await client.post(path, json=body)


def database(site: Site) -> bytes:
    folder = Path(site.services.config.data_dir)
    return b"".join(path.read_bytes() for path in sorted(folder.glob("control.db*")))


def texts(site: Site) -> str:
    return " ".join(f"{e.object} {e.reason}" for e in site.services.audit.page(limit=500).entries)


def lines(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in answer.text.splitlines())


async def test_an_access_gives_her_rows_and_of_other_laptops_what_names_her(
    fleet: Site, rows: Stored
) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    case = await opened(bo)
    assert (case["state"], case["counts"], case["unseen"]) == ("open", [], [])
    path = f"{PATH}/{case['case_id']}"
    early = await bo.get(f"{path}/answer", params={"format": "jsonl"})
    assert early.status_code == 409
    told = (await bo.get(f"{path}/answer")).text
    assert "being looked at" in told
    assert "No row" not in told  # nobody has looked
    ran = await agreed(fleet, bo, f"{path}/run", {})
    assert ran.status_code == 200, ran.text
    assert ran.json()["state"] == "running"
    counted = {(one["device_id"], one["table"]): one["found"] for one in ran.json()["counts"]}
    assert counted[str(OTHER), "session"] == 1
    assert counted[str(OTHER), "log_line"] == 1
    assert counted[str(OWN), "session"] == 1  # of her own laptop each row
    assert (str(OTHER), "os") not in counted
    first, *middle, last = lines(await bo.get(f"{path}/answer", params={"format": "jsonl"}))
    assert (first["kind"], first["reference"]) == ("request", "4711")
    assert last == {"kind": "end", "rows": sum(counted.values())}
    given = [row for row in middle if row["kind"] == "row"]
    assert len(given) == last["rows"]
    others = [row for row in given if row["laptop"] == "another"]
    assert sorted((row["table"], row["fields"]) for row in others) == [
        ("log_line", {"message": f"from <{rows.mail}> to [withheld: not shown to be yours]"}),
        ("session", {"user_name": rows.alice}),
    ]
    assert all(row.keys() == {"kind", "laptop", "ts", "table", "event", "fields"} for row in others)
    assert rows.bo not in json.dumps(given)
    assert "of the one before" not in json.dumps(given)
    own = {row["table"]: row for row in given if row["laptop"] == "yours"}
    assert own["session"]["fields"] == {
        "user_name": "[withheld: not shown to be yours]",
        "terminal": "tty1",
    }
    assert own["os"]["device_id"] == str(OWN)
    told = (await bo.get(f"{path}/answer")).text
    for said in ("log_line: 1 row of 1 laptop.", "Legal basis", "privacy-officer", "complain"):
        assert said in told, said
    assert (await bo.post(f"{path}/close")).json()["state"] == "done"
    gone = await bo.get(f"{path}/answer", params={"format": "jsonl"})
    assert gone.status_code == 409
    closed = (await bo.get(f"{path}/answer")).text
    assert "log_line: 1 row of 1 laptop." in closed
    assert " file " in told
    assert " file" not in closed  # there is none any more
    assert NAME.encode() not in database(fleet)
    assert NAME not in texts(fleet)


async def test_what_nobody_has_looked_for_cannot_be_closed_as_answered(
    fleet: Site, rows: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.services.approvals.rules = ApprovalRules(second_person=())
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    case = await opened(bo)
    path = f"{PATH}/{case['case_id']}"
    early = await bo.post(f"{path}/close")
    assert (early.status_code, "run the request" in early.json()["detail"]) == (409, True)

    def cut_off(_expr: object, *, before_us: int) -> None:
        raise QueryTooLargeError("the search was cut off")

    with monkeypatch.context() as broken:
        broken.setattr(fleet.events, "count_where", cut_off)
        assert (await bo.post(f"{path}/run", json={})).status_code == 503
    assert (await bo.get(path)).json()["state"] == "running"
    page = (await bo.get(f"/people/requests/{case['case_id']}")).text
    assert "No search has ended yet: one is under way, or it broke off." in page
    assert "Close: the person" not in page
    unanswered = await bo.post(f"{path}/close")
    assert unanswered.status_code == 409
    assert "has ended yet, so there is no answer" in unanswered.json()["detail"]
    assert "get the answer, which searches again" in unanswered.json()["detail"]
    first, *_ = lines(await bo.get(f"{path}/answer", params={"format": "jsonl"}))
    assert first["unseen"]  # it searched again
    assert (await bo.post(f"{path}/close")).json()["state"] == "done"
    erasure = await opened(bo, right="erasure")
    refused = await bo.post(f"{PATH}/{erasure['case_id']}/close")
    assert (refused.status_code, "ends by itself" in refused.json()["detail"]) == (409, True)


async def test_a_request_is_listed_by_when_it_is_due_and_never_says_whom_it_is_about(
    fleet: Site,
) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    late = await opened(bo)
    soon = await opened(bo, right="erasure", received="2026-10-31", reference="4712")
    again = await opened(bo, identifiers=[NAME.upper(), ALICE], reference="4713")
    assert (soon["due_at"], late["earlier"]) == ("2026-11-30T12:00:00Z", 0)
    listed = (await bo.get(PATH)).json()["requests"]
    assert listed[0]["case_id"] == soon["case_id"]
    assert [one["case_id"] for one in listed[1:]] == [late["case_id"], again["case_id"]]
    assert [one["earlier"] for one in listed] == [1, 0, 2]  # opened within one second
    assert NAME not in json.dumps(listed).lower()
    assert NAME.encode() not in database(fleet).lower()
    longer = (await bo.post(f"{PATH}/{soon['case_id']}/extend")).json()
    assert longer["due_at"] == "2027-01-31T12:00:00Z"
    assert (await bo.post(f"{PATH}/{soon['case_id']}/extend")).status_code == 409
    refused = await bo.post(
        f"{PATH}/{soon['case_id']}/refuse", json={"ground": "identity-not-established"}
    )
    assert (refused.json()["state"], refused.json()["over_at"] is None) == ("refused", False)
    told = (await bo.get(f"{PATH}/{soon['case_id']}/answer")).text
    assert "could not be shown to be the person" in told
    assert (await bo.post(f"{PATH}/{soon['case_id']}/run", json={})).status_code == 422
    run = {"confirm": soon["case_id"]}
    assert (await bo.post(f"{PATH}/{soon['case_id']}/run", json=run)).status_code == 409
    only = (await bo.get(PATH, params={"open": True})).json()["requests"]
    assert {one["case_id"] for one in only} == {late["case_id"], again["case_id"]}
    assert "extend" in {e[1].removeprefix("rights.") for e in fleet.audit()}


async def test_an_erasure_is_confirmed_and_agreed_to_for_this_person_alone(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    case = await opened(bo, right="erasure", devices=[str(OWN)])
    path = f"{PATH}/{case['case_id']}/run"
    assert (await bo.post(path, json={})).json()["type"].endswith("not-confirmed")
    asked = await bo.post(path, json={"confirm": case["case_id"]})
    assert (asked.status_code, asked.json()["kind"]) == (409, "rights.erasure")
    cy = await fleet.logged_on("cy", Role.PRIVACY_OFFICER)
    shown = (await cy.get(f"/api/v1/approvals/{asked.json()['request_id']}")).json()
    assert shown["about"].splitlines() == [
        "Erase what names this person, in what every laptop sent. For good.",
        f"person: {ALICE}",
        f"person: {NAME}",
        f"laptop of theirs: {OWN}",
    ]
    assert NAME not in shown["name"]
    approve = f"/api/v1/approvals/{asked.json()['request_id']}/approve"
    assert (await bo.post(approve, json={})).status_code == 403  # their own
    assert (await cy.post(approve, json={})).status_code == 200
    assert (await bo.get(f"{PATH}/{case['case_id']}")).json()["state"] == "approved"
    other = await opened(bo, right="erasure", reference="4712")
    again = await bo.post(f"{PATH}/{other['case_id']}/run", json={"confirm": other["case_id"]})
    assert again.status_code == 409
    ran = await bo.post(path, json={"confirm": case["case_id"]})
    assert (ran.status_code, ran.json()["state"]) == (200, "running")
    refused = await bo.post(f"{PATH}/{case['case_id']}/refuse", json={"ground": "legal-claims"})
    assert refused.status_code == 409
    told = (await bo.get(f"{PATH}/{case['case_id']}/answer")).text
    assert "is being erased" in told
    assert "No row" not in told  # not counted yet


async def test_what_a_second_person_was_to_read_goes_with_the_request(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    cy = await fleet.logged_on("cy", Role.PRIVACY_OFFICER)
    waiting, agreed_to = [await opened(bo, reference=f"471{n}") for n in range(2)]
    asked = []
    for client, case in ((bo, waiting), (cy, waiting), (bo, agreed_to)):
        answer = await client.post(f"{PATH}/{case['case_id']}/run", json={})
        asked.append(f"/api/v1/approvals/{answer.json()['request_id']}")
    assert (await cy.post(f"{asked[2]}/approve", json={})).status_code == 200
    assert NAME in (await cy.get(asked[0])).json()["about"]
    other = await opened(bo, reference="4719")
    answer = await bo.post(f"{PATH}/{other['case_id']}/run", json={})
    for case in (waiting, agreed_to):
        path = f"{PATH}/{case['case_id']}/refuse"
        assert (await bo.post(path, json={"ground": "withdrawn"})).status_code == 200
    for one in asked:
        request = (await cy.get(one)).json()
        assert (request["state"], request["about"]) == ("withdrawn", ""), one
    left = (await cy.get(f"/api/v1/approvals/{answer.json()['request_id']}")).json()
    assert (left["state"], NAME in left["about"]) == ("waiting", True)
    assert "2 requests for a second person withdrawn" in texts(fleet)
    assert "1 request for a second person withdrawn" in texts(fleet)


NO_REQUESTS: list[dict[str, object]] = [
    {"identifiers": []},
    {"identifiers": [" "]},
    {"identifiers": ["a\nb"]},
    {"identifiers": ["a"] * 17},
    {"reference": ALICE},
    {"reference": "Alice Doe"},
    {"right": "restriction"},
    {"received": "2026-11-24"},
    {"received": "2026-01-01"},
    {"devices": ["00000000-0000-4000-8000-000000000000"]},
]


async def test_what_is_no_request_is_refused_without_saying_what_was_sent(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    for more in NO_REQUESTS:
        answer = await bo.post(PATH, json={**BODY, **more})
        assert answer.status_code == 422, more
        assert NAME not in answer.text.lower()
    assert (await bo.get(PATH)).json() == {"requests": []}


async def test_the_page_cuts_nothing_off_what_was_given(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    form = {"csrf_token": bo.headers[CSRF_HEADER], "right": "access", "reference": "4711"}
    for more in (
        {"identifiers": f"{NAME}\n{'a' * (PERSON_CHARS_MAX + 1)}"},
        {"identifiers": NAME, "devices": " ".join([OWN.hex] * 65)},
    ):
        answer = await bo.post("/people/requests", data={**form, **more})
        assert answer.status_code == 422, answer.headers
        assert NAME not in answer.text
    assert (await bo.get(PATH)).json() == {"requests": []}


async def test_only_who_answers_persons_sees_that_there_is_a_request(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    path = f"{PATH}/{(await opened(bo))['case_id']}"
    verbs = ("run", "extend", "refuse", "close")
    for role in set(Role) - {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}:
        eve = await fleet.logged_on(f"of-{role}", role)
        for reads in (PATH, path, f"{path}/answer"):
            assert (await eve.get(reads)).status_code == 403, (role, reads)
        for changes in (PATH, *(f"{path}/{verb}" for verb in verbs)):
            assert (await eve.post(changes, json={})).status_code == 403, (role, changes)


async def test_what_a_directory_knows_of_the_person_is_looked_for_too(fleet: Site) -> None:
    fleet.services.approvals.rules = ApprovalRules(second_person=())
    fleet.clock.now += 1
    fleet.services.scim.people.create(
        {
            "userName": "adoe",
            "displayName": "Alice Doe",
            "emails": [{"value": ALICE, "primary": True}],
            "phoneNumbers": [{"value": "+44 20 7946 0958"}],
        }
    )
    put(
        fleet,
        OTHER.bytes,
        "session",
        user_name=stored(fleet, "session.user_name", Form.USER, "adoe"),
    )
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    case = await opened(bo, identifiers=[ALICE])
    path = f"{PATH}/{case['case_id']}"
    ran = await bo.post(f"{path}/run", json={})
    assert [(one["table"], one["found"]) for one in ran.json()["counts"]] == [("session", 1)]
    _, looked_for, *_ = lines(await bo.get(f"{path}/answer", params={"format": "jsonl"}))
    assert looked_for["by"] == ["+44 20 7946 0958", "adoe", ALICE]


async def test_requests_that_were_over_long_ago_are_forgotten(fleet: Site) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    case = await opened(bo)
    await bo.post(f"{PATH}/{case['case_id']}/refuse", json={"ground": "withdrawn"})
    assert fleet.services.rights.forget_old() == 0
    fleet.clock.now = NOW_S + 3 * 366 * DAY_S + 1
    assert fleet.services.rights.forget_old() == 1


def test_every_ground_has_its_sentence_and_may_be_sent() -> None:
    assert set(get_args(RefuseIn.model_fields["ground"].annotation)) == set(Ground)
    assert set(get_args(OpenIn.model_fields["right"].annotation)) == set(Right)
    assert GROUNDS.keys() == set(Ground)
    assert all(text.endswith(".") for text in GROUNDS.values())
