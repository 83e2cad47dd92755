"""Groups over SCIM, and what they and their loss do to accounts at once."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.sso_accounts import AdmissionError
from support.console_app import Site

from .conftest import Directory, oidc, person


def session_of(directory: Directory, account_id: int) -> str:
    return directory.site.services.accounts.sessions.create(account_id, address="192.0.2.7").token


def is_open(directory: Directory, token: str) -> bool:
    return directory.site.services.accounts.sessions.caller(token) is not None


async def test_a_person_of_the_directory_has_the_roles_of_its_groups_at_log_on(
    directory: Directory,
) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    await directory.group("named by ID", kiran, externalId="g-help")
    await directory.group("unmapped", kiran)
    admitted = directory.log_on("u-kiran")
    assert admitted.change.after == ("analyst", "deployer")
    assert admitted.made
    view = directory.site.services.accounts.get("u-kiran")
    assert view is not None
    assert view.source == "scim"
    listed = (await directory.ask("GET", f"/Users/{kiran}"))["groups"]
    assert {one["display"] for one in listed} == {"SOC", "named by ID", "unmapped"}


async def test_whoever_leaves_a_group_loses_its_roles_from_the_next_request_on(
    directory: Directory,
) -> None:
    other = await directory.add("other@example.com")
    for way in ("filter", "value", "replace", "rename", "put", "delete"):
        kiran = await directory.add(f"{way}@example.com")
        group = await directory.group("SOC", kiran, other)
        await directory.group(f"g {way}", kiran, externalId="g-help")
        token = session_of(directory, directory.log_on(f"u-{way}").account_id)
        await leave(directory, way, group, leaver=kiran, stays=other)
        caller = directory.site.services.accounts.sessions.caller(token)
        assert caller is not None, way
        assert caller.roles == ("deployer",), way
        about = f"account u-{way}: analyst deployer to deployer"
        assert ("bot0", "account.roles", about, "done") in directory.site.audit()
        if way not in {"rename", "delete"}:
            await directory.ask("DELETE", f"/Groups/{group}", status=204)


async def leave(directory: Directory, way: str, group: str, *, leaver: str, stays: str) -> None:
    path = f"/Groups/{group}"
    if way == "delete":
        await directory.ask("DELETE", path, status=204)
    elif way == "put":
        body: dict[str, Any] = {"displayName": "SOC", "members": [{"value": stays}]}
        await directory.ask("PUT", path, body)
    else:
        operations: dict[str, dict[str, Any]] = {
            "filter": {"op": "remove", "path": f'members[value eq "{leaver}"]'},
            "value": {"op": "Remove", "path": "members", "value": [{"value": leaver}]},
            "replace": {"op": "replace", "path": "members", "value": [{"value": stays}]},
            "rename": {"op": "replace", "value": {"id": group, "displayName": "other"}},
        }
        await directory.patch(path, operations[way])


async def test_an_external_id_that_is_taken_away_gives_no_roles_any_more(
    directory: Directory,
) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    group = await directory.group("helpers", kiran, externalId="g-help")
    directory.log_on("u-kiran")
    got = await directory.patch(f"/Groups/{group}", {"op": "remove", "path": "externalId"})
    assert got["members"] == [{"value": kiran, "$ref": f"../Users/{kiran}", "type": "User"}]
    assert directory.roles("u-kiran") == ("analyst",)


async def test_members_are_added_as_a_list_and_again_without_harm(directory: Directory) -> None:
    kiran, other = await directory.add(), await directory.add("other@example.com")
    group = await directory.group("SOC")
    add = {"op": "Add", "path": "members", "value": [{"value": kiran}, {"value": other}]}
    for _ in range(2):
        got = await directory.patch(f"/Groups/{group}", add)
    assert sorted(one["value"] for one in got["members"]) == sorted([kiran, other])
    page = await directory.ask(
        "GET",
        "/Groups",
        params={"filter": f'id eq "{group}" and members eq "{kiran}"'},
    )
    assert page["totalResults"] == 1
    page = await directory.ask(
        "GET",
        "/Groups",
        params={"filter": 'displayName eq "soc"', "excludedAttributes": "members"},
    )
    assert "members" not in page["Resources"][0]


async def test_whoever_is_switched_off_is_out_at_once_and_back_when_switched_on(
    directory: Directory,
) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    account_id = directory.log_on("u-kiran").account_id
    accounts = directory.site.services.accounts
    token = session_of(directory, account_id)
    api = accounts.tokens.create(account_id, name="x", scopes=["read:events"]).token
    off = {"op": "Replace", "path": "active", "value": "False"}
    await directory.patch(f"/Users/{kiran}", off)
    assert not is_open(directory, token)
    assert accounts.tokens.caller(api) is None
    with pytest.raises(AdmissionError) as caught:
        directory.log_on("u-kiran")
    assert caught.value.reason == "the account is disabled"
    await directory.patch(f"/Users/{kiran}", {**off, "value": "True"})
    assert directory.log_on("u-kiran").change.after == ("analyst",)


async def test_whoever_is_removed_is_out_and_the_same_person_made_anew_is_back(
    directory: Directory,
) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    token = session_of(directory, directory.log_on("u-kiran").account_id)
    await directory.ask("DELETE", f"/Users/{kiran}", status=204)
    assert not is_open(directory, token)
    with pytest.raises(AdmissionError, match="may not use"):
        directory.log_on("u-kiran")
    again = await directory.add()
    assert directory.roles("u-kiran") == ()
    page = await directory.ask("GET", "/Groups")
    add = {"op": "add", "path": "members", "value": [{"value": again}]}
    await directory.patch(f"/Groups/{page['Resources'][0]['id']}", add)
    assert directory.log_on("u-kiran").change.after == ("analyst",)
    assert [view.name for view in directory.site.services.accounts.list()] == ["bot0", "u-kiran"]


async def test_a_switch_off_that_only_a_log_on_can_bring_home_stays_though_nobody_is_let_in(
    directory: Directory,
) -> None:
    """Where another claim than the subject names the person the account is found at log-on."""
    config = oidc(scim_claim="oid")
    directory.follow(config)
    groups = ("analyst",)
    made = directory.log_on("u-kiran", config, roles=groups)  # before there was a directory
    accounts = directory.site.services.accounts
    token = session_of(directory, made.account_id)
    api = accounts.tokens.create(made.account_id, name="x", scopes=["read:events"]).token
    kiran = await directory.add(active=False)
    for roles in (groups, ()):
        with pytest.raises(AdmissionError) as caught:
            directory.log_on("u-kiran", config, roles=roles)
        assert caught.value.reason == "the account is disabled"
    assert not is_open(directory, token)
    assert accounts.tokens.caller(api) is None
    view = accounts.get("u-kiran")
    assert view is not None
    assert (view.roles, view.source, view.disabled_s is None) == ((), "scim", False)
    await directory.ask("DELETE", f"/Users/{kiran}", status=204)
    with pytest.raises(AdmissionError):
        directory.log_on("u-kiran", config, roles=groups)


async def test_what_an_administrator_shut_no_directory_opens(directory: Directory) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    directory.log_on("u-kiran")
    directory.site.services.accounts.disable("u-kiran", by=WHOLE_SERVER)
    for value in (False, True):
        await directory.patch(
            f"/Users/{kiran}", {"op": "replace", "path": "active", "value": value}
        )
    with pytest.raises(AdmissionError):
        directory.log_on("u-kiran")


async def test_a_local_account_is_no_persons_of_the_directory(
    directory: Directory, site: Site
) -> None:
    site.account("kiran@example.com")
    kiran = await directory.add()
    await directory.patch(f"/Users/{kiran}", {"op": "replace", "value": {"active": False}})
    await directory.ask("DELETE", f"/Users/{kiran}", status=204)
    view = site.services.accounts.get("kiran@example.com")
    assert view is not None
    assert (view.roles, view.disabled_s, view.source) == (("administrator",), None, "local")


async def test_two_people_of_the_directory_never_share_an_account(directory: Directory) -> None:
    config = oidc(scim_claim="preferred_username", scim_attribute="userName")
    first = await directory.add("kiran@example.com", externalId="a")
    second = await directory.add("other@example.com", externalId="b")
    await directory.group("SOC", first, second)
    directory.log_on("KIRAN@example.com", config)  # names are compared without case
    rename = {"op": "replace", "path": "userName"}
    await directory.patch(f"/Users/{first}", {**rename, "value": "gone@example.com"})
    await directory.patch(f"/Users/{second}", {**rename, "value": "kiran@example.com"})
    with pytest.raises(AdmissionError) as caught:  # the subject is the first person's for ever
        directory.log_on("KIRAN@example.com", config)
    assert caught.value.reason == "the account is another person's of the directory"


async def test_an_external_id_that_two_people_have_is_nobodys(directory: Directory) -> None:
    await directory.add("a@example.com", externalId="same")
    await directory.add("b@example.com", externalId="same")
    with pytest.raises(AdmissionError) as caught:
        directory.log_on("same")
    assert caught.value.reason == "the directory names several people so"


async def test_an_account_made_before_there_was_a_directory_follows_it_from_then_on(
    directory: Directory,
) -> None:
    kiran = await directory.add()
    await directory.group("SOC", kiran)
    token = session_of(directory, directory.log_on("u-kiran").account_id)
    with directory.site.services.control.session() as db:  # as if SCIM had come later
        db.connection().exec_driver_sql("UPDATE scim_person SET account_id = NULL")
        db.connection().exec_driver_sql("UPDATE account SET source = 'oidc' WHERE source = 'scim'")
        db.commit()
    await directory.ask("PUT", f"/Users/{kiran}", person(active=False))
    assert not is_open(directory, token)


async def test_members_that_are_none_are_refused(directory: Directory) -> None:
    group = await directory.group("SOC")
    nobody: list[Any] = [{"value": "nobody"}]
    lone: list[Any] = [{"value": "\ud800"}]
    for value in (7, "x", nobody, [{"value": 7}], [7], nobody * 5_001, lone):
        operation = {"op": "add", "path": "members", "value": value}
        said = await directory.patch(f"/Groups/{group}", operation, status=400)
        assert said["scimType"] == "invalidValue"
    assert (await directory.ask("GET", f"/Groups/{group}"))["members"] == []


async def test_a_groups_name_is_taken_whatever_its_case(directory: Directory) -> None:
    await directory.group("SOC")
    await directory.ask("POST", "/Groups", {"displayName": "soc"}, status=409)
    other = await directory.group("other")
    rename = {"op": "replace", "path": "displayName", "value": "Soc"}
    await directory.patch(f"/Groups/{other}", rename, status=409)


async def test_a_page_of_groups_lists_no_more_members_than_a_memory_holds(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await directory.add(f"{n}@example.com") for n in range(3)]
    made = {await directory.group(f"g{n}", *people) for n in range(4)}
    monkeypatch.setattr("reticent_server.scim.settings.MEMBERS_PER_PAGE_MAX", 6)
    seen: list[str] = []
    while len(seen) < len(made):
        page = await directory.ask("GET", f"/Groups?startIndex={len(seen) + 1}")
        assert (page["totalResults"], page["itemsPerPage"]) == (4, 2)
        seen += [one["id"] for one in page["Resources"]]
    assert set(seen) == made
    bare = await directory.ask("GET", "/Groups?excludedAttributes=members")
    assert bare["itemsPerPage"] == 4
    monkeypatch.setattr("reticent_server.scim.settings.MEMBERS_PER_PAGE_MAX", 1)
    assert (await directory.ask("GET", "/Groups"))["itemsPerPage"] == 1


async def test_a_user_name_is_one_however_its_accents_are_written(directory: Directory) -> None:
    config = oidc(scim_claim="preferred_username", scim_attribute="userName")
    zoe = await directory.add("zoe\u0308@example.com")
    await directory.group("SOC", zoe)
    assert directory.log_on(" Zo\u00eb@example.com ", config).change.after == ("analyst",)
    await directory.ask("POST", "/Users", person("zo\u00eb@example.com"), status=409)
