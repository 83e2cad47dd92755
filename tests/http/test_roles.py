"""Roles over HTTP: limits hold in every answer, nobody gives what they do not hold."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from reticent_contract.policy import default_policy_yaml
from reticent_server.auth import Role, Scope
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, BeyondError
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import BASE
from reticent_server.store.events.fields import DELIVERED
from support.console_app import PASSWORD, Site
from support.console_data import device_id
from support.policies import default_document
from support.role_holders import ALL, READS, as_custom


async def fields_of(client: httpx.AsyncClient, q: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/events", params={"q": q, "limit": 500})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["events"])


async def test_a_role_limited_to_a_group_sees_no_other_anywhere(fleet: Site) -> None:
    client = await as_custom(fleet, groups=["finance"])
    own = {str(device_id(number)) for number in (1, 3, 5)}
    listed = (await client.get("/api/v1/devices")).json()["devices"]
    assert {device["device_id"] for device in listed} == own
    events = await fields_of(client, "*")
    assert {event["device_id"] for event in events} == own - {str(device_id(5))}  # which sent none
    assert await fields_of(client, f"device:{device_id(0)}") == []
    assert await fields_of(client, f"-device:{device_id(1)} -device:{device_id(3)}") == []
    everything = await fleet.logged_on("root")
    hours = {"hours": 24 * 30}
    mine = (await client.get("/api/v1/events/histogram", params=hours)).json()["hours"]
    whole = (await everything.get("/api/v1/events/histogram", params=hours)).json()["hours"]
    assert sum(hour["rows"] for hour in mine) < sum(hour["rows"] for hour in whole)
    foreign: dict[str, Any] = {**hours, "device_id": str(device_id(0))}
    assert (await client.get("/api/v1/events/histogram", params=foreign)).json()["hours"] == []


async def test_hidden_columns_come_back_masked_whether_there_is_a_value_or_not(
    fleet: Site,
) -> None:
    client = await as_custom(fleet, columns=["session.service", "os"])
    events = await fields_of(client, "*")
    assert {event["table"] for event in events} == {"session", "os"}
    for event in events:
        if event["table"] == "session":
            assert event["fields"]["user_name"] == "[masked]"
            assert event["masked"]["user_name"] == "no role of yours shows this column"
            assert event["fields"]["terminal"] == "[masked]"  # also where there is none
            assert "service" not in event["masked"]
        else:
            assert set(event["masked"]) == set(DELIVERED)
        assert set(event["delivered_from"].values()) == {"[masked]"}
        assert len(event["delivered_from"]) == len(DELIVERED)
    device = (await client.get(f"/api/v1/devices/{device_id(0)}")).json()
    assert (device["host_name"], device["os_name"]) == ("[masked]", "Debian GNU/Linux")
    assert set(device["masked"]) == {"host_name", "enrolled_from"}
    facts = (await client.get(f"/api/v1/devices/{device_id(0)}/facts")).json()
    assert set(facts["tables"]) == {"os"}
    assert facts["dropped"] == {}
    page = (await client.get("/events", params={"q": "kind:session", "range": "all"})).text
    assert 'title="no role of yours shows this column">masked</span>' in page
    assert "pn:session.user_name" not in page


@pytest.mark.parametrize(
    "q", ["user_name:pn*", "user_name:*", "-user_name:*", "kind:os OR user_name:a", "sshd"]
)
async def test_a_column_that_is_hidden_everywhere_cannot_be_searched_by(
    fleet: Site, q: str
) -> None:
    client = await as_custom(fleet, columns=["session.service", "os"])
    answer = await client.get("/api/v1/events", params={"q": q})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("masked-column")
    assert ("eve", "events.search", answer.json()["field"], "refused") in fleet.audit()


@pytest.mark.parametrize("q", ["user_name:*", "-user_name:*", "-(-user_name:*)", "user_name:pn*"])
async def test_a_column_that_is_hidden_in_some_rows_says_nothing_of_those(
    fleet: Site, q: str
) -> None:
    """Two roles: all of finance, and sessions of the default group without their users."""
    accounts = fleet.services.accounts
    accounts.roles.create(
        "finance", scopes=READS, groups=["finance"], columns=["session"], by=ALL, actor="root"
    )
    client = await as_custom(fleet, groups=["default"], columns=["session.service"])
    accounts.roles.assign("eve", ["finance", "of-eve"], by=ALL)
    found = {event["id"] for event in await fields_of(client, q)}
    everything = await fleet.logged_on("root")
    both = await fields_of(everything, f"kind:session ({q})")
    of_default = {str(device_id(number)) for number in (0, 2, 4)}
    expected = {event["id"] for event in both if event["device_id"] not in of_default}
    if q == "-user_name:*":  # as if it had no user, and so all of them
        sessions = await fields_of(everything, "kind:session")
        expected |= {e["id"] for e in sessions if e["device_id"] in of_default}
    assert found == expected


async def counts_of(client: httpx.AsyncClient, by: str, **more: str) -> dict[str, int]:
    answer = await client.get("/api/v1/events/counts", params={"by": by, **more})
    assert answer.status_code == 200, answer.text
    return {count["value"]: count["rows"] for count in answer.json()["counts"]}


async def test_counts_by_a_field_are_of_what_the_caller_sees(fleet: Site) -> None:
    client = await as_custom(fleet, groups=["finance"])
    everything = await fleet.logged_on("root")
    assert set(await counts_of(everything, "delivered_from_country")) == {"IN", "DE"}
    assert set(await counts_of(client, "delivered_from_country")) == {"DE"}
    rows = await fields_of(client, "user_name:*")
    assert sum((await counts_of(client, "user_name")).values()) == len(rows)
    page = {"q": "*", "range": "all", "by": "delivered_from_country"}
    assert ">IN<" in (await everything.get("/events", params=page)).text
    assert ">IN<" not in (await client.get("/events", params=page)).text


@pytest.mark.parametrize("by", ["user_name", "delivered_from_country"])
async def test_a_hidden_column_cannot_be_counted_by(fleet: Site, by: str) -> None:
    client = await as_custom(fleet, columns=["session.service", "connection.network_owner"])
    answer = await client.get("/api/v1/events/counts", params={"by": by})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("masked-column")
    assert ("eve", "events.search", by, "refused") in fleet.audit()
    page = {"q": "*", "range": "all", "by": by}
    assert "pn:session.user_name" not in (await client.get("/events", params=page)).text


async def test_a_column_that_is_hidden_in_some_rows_is_not_counted_by_there(fleet: Site) -> None:
    accounts = fleet.services.accounts
    accounts.roles.create("finance", scopes=READS, groups=["finance"], by=ALL, actor="root")
    client = await as_custom(fleet, groups=["default"], columns=["session.service"])
    accounts.roles.assign("eve", ["finance", "of-eve"], by=ALL)
    assert len({e["device_id"] for e in await fields_of(client, "kind:session")}) == 5
    assert set(await counts_of(client, "delivered_from_country", q="kind:session")) == {"DE"}


async def test_from_where_a_row_was_delivered_is_shown_with_the_column_it_repeats(
    fleet: Site,
) -> None:
    client = await as_custom(fleet, columns=["session", "connection.country"])
    events = await fields_of(client, "kind:session delivered_from_country:IN")
    assert events
    for event in events:
        assert event["delivered_from"]["country"] == "IN"
        assert event["delivered_from"]["address"] == "[masked]"
        assert set(event["masked"]) == set(DELIVERED) - {"delivered_from_country"}
    refused = await client.get("/api/v1/events", params={"q": "delivered_from_address:*"})
    assert refused.status_code == 403


async def test_scopes_of_one_group_do_not_carry_over_to_another(fleet: Site) -> None:
    accounts = fleet.services.accounts
    accounts.roles.create(
        "revoker", scopes=["admin:devices"], groups=["default"], by=ALL, actor="root"
    )
    client = await as_custom(fleet, groups=["finance"])
    accounts.roles.assign("eve", ["of-eve", "revoker"], by=ALL)
    for number, status in ((1, 404), (2, 200)):
        path = f"/api/v1/devices/{device_id(number)}"
        answer = await client.post(f"{path}/revoke", json={"reason": "lost"})
        assert answer.status_code == status
        assert (await client.get(path)).status_code == (200 if status == 404 else 404)


async def test_a_role_that_is_taken_is_gone_from_open_sessions_and_tokens(fleet: Site) -> None:
    accounts = fleet.services.accounts
    client = await as_custom(fleet)
    made = await client.post("/api/v1/api-tokens", json={"name": "t", "scopes": ["read:devices"]})
    async with fleet.client(Authorization=f"Bearer {made.json()['token']}") as program:
        assert (await program.get("/api/v1/devices")).status_code == 200
        accounts.roles.change("of-eve", scopes=["read:devices"], groups=["none-such"], by=ALL)
        for one in (client, program):
            assert (await one.get("/api/v1/devices")).json()["devices"] == []
        assert (await client.get("/api/v1/events")).status_code == 403
        accounts.roles.remove("of-eve", by=ALL)
        for one in (client, program):
            assert (await one.get("/api/v1/devices")).status_code == 403
    # A role of the same name is another role: nobody holds it.
    accounts.roles.create("of-eve", scopes=["read:devices"], by=ALL, actor="root")
    assert (await client.get("/api/v1/devices")).status_code == 403


async def test_nobody_gives_what_they_do_not_hold(site: Site) -> None:
    site.account("chief")
    site.account("pawn", Role.ANALYST)
    client = await as_custom(site, ["admin:accounts", "read:accounts", "read:devices"])
    tries = [
        ("PUT", "/api/v1/accounts/eve/roles", {"roles": ["administrator", "of-eve"]}),
        ("PUT", "/api/v1/accounts/pawn/roles", {"roles": ["analyst", "auditor"]}),
        ("PUT", "/api/v1/accounts/pawn/roles", {"roles": []}),  # not theirs to take either
        ("PUT", "/api/v1/accounts/chief/roles", {"roles": []}),
        ("POST", "/api/v1/roles", {"name": "more", "scopes": ["read:events"]}),
        ("PUT", "/api/v1/roles/of-eve", {"scopes": ["admin:accounts", "read:events"]}),
    ]
    for method, path, body in tries:
        answer = await client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:reticent:problem:beyond-own",
        ), (path, body)
    assert sum(outcome == "refused" for *_, outcome in site.audit()) == len(tries)
    less = {"name": "less", "scopes": ["read:devices"], "groups": ["lab"]}
    assert (await client.post("/api/v1/roles", json=less)).status_code == 201
    answer = await client.put("/api/v1/accounts/pawn/roles", json={"roles": ["analyst", "less"]})
    assert answer.json()["roles"] == ["analyst", "less"]
    said = "account pawn: analyst to analyst less"
    assert ("eve", "account.roles", said, "done") in site.audit()


async def test_a_token_manages_no_accounts(site: Site) -> None:
    client = await site.logged_on()
    for scopes in (["admin:accounts"], ["own:tokens"]):
        answer = await client.post("/api/v1/api-tokens", json={"name": "t", "scopes": scopes})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "more", [{"builtin": True}, {"accounts": 3}, {"name": "administrator"}, {"grants": []}]
)
async def test_what_is_not_ones_to_say_is_refused(site: Site, more: dict[str, Any]) -> None:
    """Mass assignment."""
    client = await site.logged_on()
    body = {"name": "lab", "scopes": ["read:devices"], **more}
    assert (await client.post("/api/v1/roles", json=body)).status_code == 422
    for path, own in (
        ("/api/v1/account/password", {"old": PASSWORD, "new": "a quite different one"}),
        ("/api/v1/api-tokens", {"name": "t", "scopes": ["read:devices"]}),
    ):
        method = "PUT" if path.endswith("password") else "POST"
        extra = {"roles": ["administrator"], "account_id": 1, "role": "administrator"}
        assert (await client.request(method, path, json=own | extra)).status_code == 422
    assert len(site.services.accounts.roles.list()) == len(Role)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"scopes": ["read:everything"]}, "unknown scope"),
        ({"scopes": ["self", "own:tokens"]}, "no scope beyond"),
        ({"scopes": ["admin:audit"], "groups": ["lab"]}, "admin:audit would reach past"),
        ({"scopes": ["admin:keys"], "columns": ["os"]}, "admin:keys would reach past"),
        ({"scopes": ["read:events"], "groups": []}, "a limit is empty"),
        ({"scopes": ["read:events"], "groups": ["a\nb"]}, "printable"),
        ({"scopes": ["read:events"], "columns": ["session.nothing"]}, "no column 'nothing'"),
        ({"scopes": ["read:events"], "columns": ["nothing"]}, "no table 'nothing'"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(site: Site, wish: Any, why: str) -> None:
    with pytest.raises(AccountError, match=why):
        site.services.accounts.roles.create("lab", by=ALL, actor="root", **wish)


def test_a_scope_is_covered_by_one_grant_or_not_at_all(site: Site) -> None:
    half = Grant(scopes=frozenset({Scope.READ_EVENTS}), groups=frozenset({"a"}))
    other = Grant(scopes=frozenset({Scope.READ_EVENTS}), groups=frozenset({"b"}))
    roles = site.services.accounts.roles
    with pytest.raises(BeyondError):
        roles.create("x", scopes=["read:events"], groups=["a", "b"], by=[half, other], actor="eve")
    with pytest.raises(BeyondError):
        roles.create("x", scopes=["read:events"], by=[half], actor="eve")
    columns = Grant(scopes=frozenset({Scope.READ_EVENTS}), columns=frozenset({"session.service"}))
    with pytest.raises(BeyondError):
        roles.create("x", scopes=["read:events"], columns=["session"], by=[columns], actor="eve")
    roles.create("x", scopes=["read:events"], columns=["session.service"], by=[columns], actor="e")


def test_the_last_account_manager_stays(site: Site) -> None:
    roles = site.services.accounts.roles
    site.account("root")
    roles.create("managers", scopes=["admin:accounts"], by=ALL, actor="root")
    site.account("eve", "managers")
    roles.assign("root", ["analyst"], by=ALL)  # eve is left
    for take in (
        lambda: roles.assign("eve", [], by=ALL),
        lambda: roles.remove("managers", by=ALL),
        lambda: roles.change("managers", scopes=["read:metrics"], by=ALL),
        lambda: site.services.accounts.disable("eve", by=WHOLE_SERVER),
    ):
        with pytest.raises(AccountError, match="last administrator"):
            take()
    view = site.services.accounts.get("eve")
    assert view is not None
    assert (view.roles, view.disabled_s) == (("managers",), None)


def test_what_is_stored_and_not_understood_gives_nothing(site: Site) -> None:
    accounts = site.services.accounts
    accounts.roles.create("lab", scopes=["read:events"], groups=["lab"], by=ALL, actor="root")
    account_id = site.account("eve", "lab")
    for column, value in (
        ("scopes", "read:events read:minds"),
        ("scopes", "read:events admin:keys"),  # never within a limit
        ("groups_json", "{}"),
        ("groups_json", "not json"),
    ):
        with site.services.control.session() as db:
            db.connection().exec_driver_sql(f"UPDATE custom_role SET {column} = ?", (value,))
        held = accounts.sessions.create(account_id, address="192.0.2.7").caller
        expected = {Scope.READ_EVENTS} if column == "scopes" else set()
        assert held.scopes - BASE == expected


async def test_writing_and_counting_tell_nothing_of_hidden_columns(fleet: Site) -> None:
    """A record that is "unchanged", or how many users there are, would answer a guess."""
    scopes = ["admin:records", "read:policies"]
    client = await as_custom(fleet, scopes, columns=["host.system_serial", "session"])
    path = f"/api/v1/devices/{device_id(0)}/record"
    answers = [
        await client.put(path, json={"company": "x"}),
        await client.delete(path),
        await client.post("/api/v1/devices/import", json={"csv": "device_id\n", "dry_run": True}),
        await client.get("/api/v1/policies/reach"),  # user_account has user names too
    ]
    for answer in answers:
        assert answer.status_code == 403, answer.text
        assert answer.json()["type"].endswith("masked-column")
    compared = await client.post("/api/v1/policies/diff", json={"before": {}, "after": {}})
    assert compared.json() == {"verdict": "same", "changes": [], "reach": None}


async def test_whom_a_policy_concerns_is_told_to_who_may_see_all_that_it_concerns(
    fleet: Site,
) -> None:
    client = await as_custom(fleet, ["read:policies"], groups=["lab"])
    fleet.services.policies.publish({"extends": "default", "notice": "x"}, group="lab")
    of_lab = {"before": {"group": "lab"}, "after": {"group": "lab"}}
    told = (await client.post("/api/v1/policies/diff", json=of_lab)).json()
    assert told["reach"] == (await client.get("/api/v1/policies/reach?group=lab")).json()
    of_all = {"before": {"yaml": default_policy_yaml()}, "after": {"group": "lab"}}
    assert (await client.post("/api/v1/policies/diff", json=of_all)).json()["reach"] is None
    assert (await client.get("/api/v1/policies/reach")).status_code == 404


async def test_a_draft_shows_no_policy_that_its_author_may_not_see(site: Site) -> None:
    site.services.policies.publish(
        {name: value for name, value in default_document().items() if name != "version"},
        group="payroll",
    )
    client = await as_custom(site, ["read:policies", "edit:policies"], groups=["lab"])
    for parent, ok in (("payroll", False), ("no-such-group", False), ("default", True)):
        answer = await client.post("/api/v1/policies/test", json={"yaml": f"extends: {parent}\n"})
        text = answer.text.replace(parent, "GROUP")
        if ok:
            assert "no policy of its own" not in text
        else:
            assert answer.status_code == 422
            assert "no policy of its own" in text
    explained = await client.post("/api/v1/policies/explain", json={"field": "host.host_name"})
    assert explained.json()["explanations"] == []
