"""Sealed values leave for an approved request alone, and open with the officer's key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import parse_sealed, seal_key_of, sealer, unseal
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.auth import Role
from support.console_app import Site

KEY = X25519PrivateKey.generate()
PATH = "/api/v1/events/sealed"
EXPORT = "/api/v1/events/export"
ASKED = {"query": "table:disk", "limit": 5, "reason": "case 41"}


@pytest.fixture
def sealed(fleet: Site) -> str:
    """A disk's serial, of one laptop."""
    text = sealer(seal_key_of(KEY), "disk.serial")("WD-123")
    index, row = next((i, r) for i, r in enumerate(fleet.events.rows) if r.table == "software")
    fleet.events.rows[index] = replace(row, table="disk", fields={"serial": text, "name": "sda"})
    return text


async def test_no_list_search_count_or_export_gives_the_ciphertext(
    fleet: Site, sealed: str
) -> None:
    ada = await fleet.logged_on()
    found = parse_sealed(sealed)
    assert found is not None
    named = f"sealed:disk.serial:{found.key_id}:withheld"
    device = str((await ada.get("/api/v1/events?q=table:disk")).json()["events"][0]["device_id"])
    answers = [
        await ada.get("/api/v1/events", params={"q": "table:disk"}),
        await ada.get("/api/v1/events/counts", params={"by": "serial", "q": "table:disk"}),
        await ada.post(EXPORT, json={"query": "table:disk"}),
        await ada.post(EXPORT, json={"query": "table:disk", "format": "csv"}),
        await ada.get(f"/api/v1/devices/{device}/facts"),
        await ada.get("/events", params={"q": "table:disk", "range": "all"}),
        await ada.get(f"/devices/{device}?table=disk"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert sealed[-40:] not in answer.text
    assert all(named in answer.text for answer in answers[:4])
    assert f"Sealed for key {found.key_id}" in answers[5].text


async def test_counts_of_values_under_one_key_are_one_and_have_its_place(fleet: Site) -> None:
    seal = sealer(seal_key_of(KEY), "disk.serial")
    other = sealer(seal_key_of(X25519PrivateKey.generate()), "disk.serial")("WD-9")
    serials = ["plain", "plain", other, *(seal(f"WD-{number}") for number in range(30))]
    for index, serial in enumerate(serials):
        row = fleet.events.rows[index]
        fleet.events.rows[index] = replace(row, table="disk", fields={"serial": serial})
    ada = await fleet.logged_on()
    asked: dict[str, Any] = {"by": "serial", "q": "table:disk serial:*", "limit": 2}
    answer = await ada.get("/api/v1/events/counts", params=asked)
    counts = [(one["value"].split(":")[-1], one["rows"]) for one in answer.json()["counts"]]
    assert counts == [("withheld", 30), ("plain", 2)]
    answer = await ada.get("/api/v1/events/counts", params={**asked, "limit": 100})
    sealed = [one for one in answer.json()["counts"] if one["value"].startswith("sealed:")]
    assert [one["rows"] for one in sealed] == [30, 1]


async def test_a_laptops_own_name_is_withheld_wherever_laptops_are_listed(fleet: Site) -> None:
    text = sealer(seal_key_of(KEY), "host.host_name")("alices-laptop")
    for index, row in enumerate(fleet.events.rows):
        if row.table == "host":
            fields = {**row.fields, "host_name": text}
            fleet.events.rows[index] = replace(row, fields=fields)
    ada = await fleet.logged_on()
    listed = await ada.get("/api/v1/devices")
    device = next(one["device_id"] for one in listed.json()["devices"] if one["host_name"])
    answers = [
        listed,
        await ada.get(f"/api/v1/devices/{device}"),
        await ada.get("/devices"),
        await ada.get(f"/devices/{device}"),
        await ada.get("/events", params={"q": "*", "range": "all"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert text[-40:] not in answer.text
    assert ":withheld" in listed.text
    assert ":withheld" not in answers[2].text


async def test_each_value_of_a_list_is_withheld_and_given_to_whom_it_was_approved_for(
    fleet: Site,
) -> None:
    seal = sealer(seal_key_of(KEY), "modem.phone_numbers")
    texts = [seal("+442079460958"), seal("+442079460959")]
    index, row = next((i, r) for i, r in enumerate(fleet.events.rows) if r.table == "software")
    fields: dict[str, Any] = {"phone_numbers": texts, "name": "m0"}
    fleet.events.rows[index] = replace(row, table="modem", fields=fields)
    fleet.services.approvals.rules = ApprovalRules(second_person=())
    ada = await fleet.logged_on()
    query = {"q": "table:modem"}
    answers = [
        await ada.get("/api/v1/events", params=query),
        await ada.post(EXPORT, json={"query": query["q"]}),
        await ada.post(EXPORT, json={"query": query["q"], "format": "csv"}),
        await ada.get("/events", params={**query, "range": "all"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert not any(text[-40:] in answer.text for text in texts)
    assert answers[0].text.count(":withheld") == 2
    asked = {"query": "table:modem", "limit": 5, "reason": "case 41"}
    (event,) = (await ada.post(PATH, json=asked)).json()["events"]
    assert event["fields"]["phone_numbers"] == texts


async def test_from_where_a_row_was_delivered_is_withheld_on_rows_of_every_table(
    fleet: Site,
) -> None:
    text = sealer(seal_key_of(KEY), "connection.wan_address")("192.0.2.1")
    where = {"delivered_from_address": text}
    fleet.events.rows[:] = [replace(row, delivered_from=where) for row in fleet.events.rows]
    ada = await fleet.logged_on()
    answers = [
        await ada.get("/api/v1/events"),
        await ada.post(EXPORT, json={}),
        await ada.post(EXPORT, json={"format": "csv"}),
        await ada.get("/api/v1/events/counts", params={"by": "delivered_from_address"}),
        await ada.get("/events", params={"q": "*", "range": "all"}),
        await ada.get("/events", params={"by": "delivered_from_address", "range": "all"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert text[-40:] not in answer.text
    assert ":withheld" in answers[0].text


async def test_two_people_and_a_reason_get_just_what_was_asked_for(
    fleet: Site, sealed: str
) -> None:
    bo = await fleet.logged_on("bo", Role.PRIVACY_OFFICER)
    cy = await fleet.logged_on("cy", Role.ADMINISTRATOR)
    eve = await fleet.logged_on("eve", Role.ANALYST)
    assert (await eve.post(PATH, json=ASKED)).status_code == 403
    needed = await bo.post(PATH, json=ASKED)
    request = needed.json()["request_id"]
    assert (await cy.post(f"/api/v1/approvals/{request}/approve", json={})).status_code == 200
    assert (await bo.post(PATH, json={**ASKED, "limit": 6})).status_code == 409
    (event,) = (await bo.post(PATH, json=ASKED)).json()["events"]
    assert event["fields"]["serial"] == sealed
    assert unseal(event["fields"]["serial"], KEY) == "WD-123"
    assert (await bo.post(PATH, json=ASKED)).status_code == 409
    entries = [e for e in fleet.services.audit.page(limit=50).entries if e.action == "value.unseal"]
    assert [(e.actor, e.reason) for e in entries] == [("bo", "case 41")]
