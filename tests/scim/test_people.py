"""People over SCIM as Entra ID and Okta send them, and what is refused."""

from __future__ import annotations

from typing import Any

from reticent_server.auth import Role
from reticent_server.scim import settings
from reticent_server.scim.attributes import ENTERPRISE, USER
from support.console_app import Site

from .conftest import Directory, person


async def test_what_is_sent_comes_back_with_an_id_and_a_version(directory: Directory) -> None:
    answer = await directory.client.post("/scim/v2/Users", json=person())
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == made["meta"]["location"]
    assert made["meta"]["location"] == f"https://localhost:8443/scim/v2/Users/{made['id']}"
    assert answer.headers["etag"] == made["meta"]["version"] == 'W/"1"'
    for key, value in person().items():
        assert made[key] == value
    assert await directory.ask("GET", f"/Users/{made['id']}") == made


async def test_what_is_not_used_is_not_kept_and_what_is_ours_cannot_be_set(
    directory: Directory,
) -> None:
    sent = person(
        id="0" * 32,
        meta={"version": "x"},
        groups=[{"value": "admins"}],
        roles=[{"value": "administrator"}],
        entitlements=["administrator"],
        password="a password",
        account_id=1,
        addresses=[{"streetAddress": "1 Road"}],
        title="Analyst",
    )
    made = await directory.ask("POST", "/Users", sent, status=201)
    assert made["id"] != "0" * 32
    assert set(made) == {*person(), "id", "meta"}
    stored = directory.site.services.control
    with stored.read() as db:
        text = str(db.connection().exec_driver_sql("SELECT * FROM scim_person").all())
    assert "Road" not in text
    assert "a password" not in text


async def test_a_name_is_taken_whatever_its_case(directory: Directory) -> None:
    await directory.add()
    said = await directory.ask("POST", "/Users", person("KIRAN@example.com"), status=409)
    assert said["scimType"] == "uniqueness"
    assert said["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert said["status"] == "409"


async def test_people_are_found_as_directories_look_for_them(directory: Directory) -> None:
    ids = [await directory.add(f"p{number}@example.com") for number in range(3)]
    for wanted, found in {
        'userName eq "P1@EXAMPLE.com"': [ids[1]],
        'username EQ "p1@example.com"': [ids[1]],
        'externalId eq "u-p2"': [ids[2]],
        f'id eq "{ids[0]}"': [ids[0]],
        'userName eq "p1@example.com" and active eq true': [ids[1]],
        'userName eq "p1@example.com" and externalId eq "u-p2"': [],
        'externalId eq "\\" or 1=1"': [],
    }.items():
        page = await directory.ask("GET", "/Users", params={"filter": wanted})
        assert [one["id"] for one in page["Resources"]] == found, wanted
        assert page["totalResults"] == len(found)


async def test_lists_are_paged_from_one(directory: Directory) -> None:
    ids = sorted([await directory.add(f"p{number}@example.com") for number in range(5)])
    page = await directory.ask("GET", "/Users", params={"startIndex": 2, "count": 2})
    assert [one["id"] for one in page["Resources"]] == ids[1:3]
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    for odd in ({"startIndex": -4, "count": 9_999}, {"startIndex": 0}):
        page = await directory.ask("GET", "/Users", params=odd)
        assert len(page["Resources"]) == 5
    assert (await directory.ask("GET", "/Users", params={"count": -1}))["Resources"] == []


ENTRA_OFF: dict[str, Any] = {"op": "Replace", "path": "active", "value": "False"}
OKTA_OFF: dict[str, Any] = {"op": "replace", "value": {"active": False}}


async def test_both_ways_of_switching_somebody_off(directory: Directory) -> None:
    for number, operation in enumerate((ENTRA_OFF, OKTA_OFF)):
        scim_id = await directory.add(f"p{number}@example.com")
        assert (await directory.patch(f"/Users/{scim_id}", operation))["active"] is False


async def test_the_operations_that_directories_send(directory: Directory) -> None:
    scim_id = await directory.add()
    got = await directory.patch(
        f"/Users/{scim_id}",
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+49 30 901820"},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "k@example.com"},
        {"op": "replace", "path": "name.familyName", "value": "Beispiel"},
        {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Blue team"},
        {"op": "add", "value": {"name.givenName": "K.", f"{USER}:displayName": "K. Beispiel"}},
        {"op": "Replace", "path": "title", "value": "not kept"},
        {"op": "remove", "path": f"{ENTERPRISE}:organization"},
        {"op": "add", "path": "emails", "value": [{"value": "two@example.com", "type": "home"}]},
    )
    assert got["phoneNumbers"] == [{"type": "mobile", "value": "+49 30 901820"}]
    work, home = got["emails"]
    assert (work["value"], work["primary"]) == ("k@example.com", True)
    assert home == {"value": "two@example.com", "type": "home"}
    assert got["name"] == {"givenName": "K.", "familyName": "Beispiel"}
    assert got["displayName"] == "K. Beispiel"
    assert got[ENTERPRISE] == {"department": "Blue team"}
    assert "title" not in got
    got = await directory.patch(
        f"/Users/{scim_id}",
        {"op": "remove", "path": 'emails[type eq "home"]'},
        {"op": "Remove", "path": 'phoneNumbers[type eq "mobile"].value'},
    )
    assert [one["type"] for one in got["emails"]] == ["work"]
    assert "phoneNumbers" not in got


async def test_a_patch_is_done_as_a_whole_or_not_at_all(directory: Directory) -> None:
    scim_id = await directory.add()
    before = await directory.ask("GET", f"/Users/{scim_id}")
    for bad, kind in (
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "remove", "path": "userName"}, "invalidValue"),
        ({"op": "replace", "path": "emails[", "value": 1}, "invalidPath"),
        ({"op": "add", "path": 'emails[type eq "\\x"].value', "value": "a"}, "invalidPath"),
        ({"op": "add", "path": "emails[primary eq TRUE].value", "value": "a"}, "invalidPath"),
        ({"op": "add", "path": "displayName", "value": "\ud800"}, "invalidValue"),
        ({"op": "shred", "path": "emails"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "add", "value": "text"}, "invalidValue"),
        ({"op": "replace", "path": "name", "value": "text"}, "invalidValue"),
        ({"op": "replace", "path": "x" * 300, "value": 1}, "invalidPath"),
    ):
        good = {"op": "replace", "path": "displayName", "value": "changed"}
        said = await directory.patch(f"/Users/{scim_id}", good, bad, status=400)
        assert said["scimType"] == kind, bad
    assert await directory.ask("GET", f"/Users/{scim_id}") == before


async def test_replacing_leaves_nothing_over_but_gives_nobody_back_by_silence(
    directory: Directory,
) -> None:
    scim_id = await directory.add(active=False)
    made = await directory.ask("PUT", f"/Users/{scim_id}", {"userName": "new@example.com"})
    assert set(made) == {"schemas", "id", "userName", "active", "meta"}
    assert made["active"] is False


async def test_taking_active_away_opens_nothing(directory: Directory) -> None:
    scim_id = await directory.add(active=False)
    got = await directory.patch(f"/Users/{scim_id}", {"op": "remove", "path": "active"})
    assert got["active"] is False


async def test_a_directory_says_which_attributes_it_wants(directory: Directory) -> None:
    scim_id = await directory.add()
    for asked, shown in (
        ({"attributes": "userName,name.givenName"}, {"userName", "name"}),
        ({"attributes": f"{USER}:userName, {ENTERPRISE}:department"}, {"userName", ENTERPRISE}),
        ({"excludedAttributes": "emails,name,META"}, set(person()) - {"emails", "name", "schemas"}),
    ):
        for got in (
            await directory.ask("GET", f"/Users/{scim_id}", params=asked),
            (await directory.ask("GET", "/Users", params=asked))["Resources"][0],
        ):
            assert set(got) == {"schemas", "id", *shown}


async def test_whoever_read_an_older_version_changes_nothing(directory: Directory) -> None:
    scim_id = await directory.add()
    path, old = f"/Users/{scim_id}", {"If-Match": 'W/"1"'}
    await directory.ask("PUT", path, person(displayName="first"), headers=old)
    for version in ('W/"1"', '"nonsense"'):
        stale = {"If-Match": version}
        await directory.ask("PUT", path, person(), headers=stale, status=412)
        await directory.ask("DELETE", path, headers=stale, status=412)
    assert (await directory.ask("GET", path))["displayName"] == "first"


async def test_a_person_who_is_removed_is_gone(directory: Directory) -> None:
    scim_id = await directory.add()
    await directory.group("SOC", scim_id)
    await directory.ask("DELETE", f"/Users/{scim_id}", status=204)
    for method, body in (("GET", None), ("PUT", person()), ("DELETE", None)):
        await directory.ask(method, f"/Users/{scim_id}", body, status=404)
    page = await directory.ask("GET", "/Groups")
    assert page["Resources"][0]["members"] == []


async def test_what_is_no_person_is_refused(directory: Directory) -> None:
    refused: tuple[Any, ...] = (
        {},
        {"userName": ""},
        {"userName": 7},
        {"userName": "a\nb"},
        {"userName": "a" * 257},
        {"userName": "a", "active": 1},
        {"userName": "a", "emails": [1]},
        {"userName": "a", "emails": [{"value": "x"}] * 17},
        {"userName": "a", "name": []},
        {"userName": "a", ENTERPRISE: "x"},
        [],
        "text",
    )
    for sent in refused:
        said = await directory.ask("POST", "/Users", sent, status=400)
        assert said["scimType"] in {"invalidValue", "invalidSyntax"}


async def test_bodies_are_json_and_bounded(directory: Directory) -> None:
    post = directory.client.post
    for content, media, status in (
        (b"{}", "text/plain", 415),
        (b"[" * 200_000, "application/scim+json", 400),
        (b"{" + b" " * settings.BODY_BYTES_MAX + b"}", "application/scim+json", 413),
        (b"\xff\xfe", "application/scim+json", 400),
    ):
        answer = await post("/scim/v2/Users", content=content, headers={"Content-Type": media})
        assert answer.status_code == status, media
        assert answer.headers["content-type"] == "application/scim+json"


async def test_only_a_token_that_names_the_scope_is_let_in(
    directory: Directory, site: Site
) -> None:
    administrator = await site.logged_on("ada")
    answer = await administrator.get("/scim/v2/Users")
    assert answer.status_code == 403
    assert "API tokens alone" in answer.json()["detail"]
    for scopes in (["admin:*"], ["read:accounts"]):
        token = site.token(*scopes, role=Role.ADMINISTRATOR)
        async with site.client(Authorization=f"Bearer {token}") as client:
            answer = await client.get("/scim/v2/Users")
            assert answer.status_code == 403
            assert answer.headers["content-type"] == "application/scim+json"


async def test_this_server_says_what_it_can(directory: Directory) -> None:
    said = await directory.ask("GET", "/ServiceProviderConfig")
    assert said["patch"] == {"supported": True}
    assert said["bulk"]["supported"] is False
    for path in ("/ResourceTypes", "/Schemas"):
        listed = await directory.ask("GET", path)
        assert listed["totalResults"] == len(listed["Resources"])
        for one in listed["Resources"]:
            assert await directory.ask("GET", f"{path}/{one['id']}") == one
        await directory.ask("GET", f"{path}/none", status=404)


async def test_changes_are_recorded_by_id_and_refusals_by_their_kind(
    directory: Directory,
) -> None:
    scim_id = await directory.add()
    await directory.patch(f"/Users/{scim_id}", OKTA_OFF)
    await directory.ask("POST", "/Users", person(), status=409)
    await directory.ask("DELETE", f"/Users/{scim_id}", status=204)
    found = [entry for entry in directory.site.audit() if entry[1].startswith("scim.")]
    assert found == [
        ("bot0", "scim.person.create", f"person {scim_id}", "done"),
        ("bot0", "scim.person.change", f"person {scim_id}", "done"),
        ("bot0", "scim.person.create", "person", "refused"),
        ("bot0", "scim.person.remove", f"person {scim_id}", "done"),
    ]
