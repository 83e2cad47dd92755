"""Whoever may send a text tries to write a line of the log, a header, or on somebody's screen."""

from __future__ import annotations

import json
import logging

import pytest
from reticent_contract import enrolment_token
from reticent_server.auth import Role
from reticent_server.enrolment.service import Enrolment
from reticent_server.log import JsonFormatter
from support.console_app import ORIGIN, Site
from support.console_data import device_id
from support.telemetry_client import make_key, make_request

ESCAPES = '1.0\x1b]0;owned\x07\r\n{"event":"forged"}\x9b31m\u202e<script>'
HEADER = "/devices\r\nSet-Cookie: __Host-reticent=chosen"


def test_an_agents_version_is_a_version_whatever_it_says(site: Site) -> None:
    """It stands in reasons of conflicts, on pages and on terminals."""
    services = site.services
    token = services.enrolment.create_token(
        group="default", uses=1, expires_s=int(site.clock.now) + 60, address="reticent.test:7442"
    )
    enrolled = services.enrolment.enrol(
        Enrolment(
            secret=enrolment_token.decode(token).secret,
            csr_der=make_request(make_key()),
            agent_version=ESCAPES,
            catalog_version=1,
            os_family=ESCAPES,
            address="192.0.2.7",
        )
    )
    expected = "1.00ownedeventforged31mscript"
    device = services.devices.get(enrolled.device_id)
    assert (device.agent_version, device.os_family) == (expected, "other")
    services.devices.record_hello(
        enrolled.device_id,
        agent_version=ESCAPES,
        catalog_version=1,
        instance_id=bytes(16),
        policy_version=0,
        policy_sha256=b"",
        clock_offset_us=0,
        device_key_kept=ESCAPES,
    )
    device = services.devices.get(enrolled.device_id)
    assert (device.agent_version, device.device_key_kept) == (expected, None)
    said = "".join(e.reason + e.object for e in services.audit.page().entries)
    assert said.isprintable()


def test_what_a_laptop_answers_is_one_printable_line(fleet: Site) -> None:
    devices = fleet.services.devices
    devices.record_policy_report(
        device_id(1), version=9, sha256=bytes(32), in_force=False, refusal=ESCAPES
    )
    assert devices.get(device_id(1)).policy_refusal.replace("\u202e", "").isprintable()


def test_a_log_line_is_one_line_and_one_object() -> None:
    record = logging.LogRecord("reticent_server.http", logging.INFO, "", 0, "event", (), None)
    record.reticent = {"reason": ESCAPES}
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["event"] == "event"


@pytest.mark.parametrize("where", ["name", "next"])
async def test_no_header_is_written_by_what_was_typed(site: Site, where: str) -> None:
    site.account("ada", Role.ANALYST)
    async with site.client(Origin=ORIGIN) as browser:
        form = {"name": "ada", "password": "seven wet horses run", "next": "/devices"}
        answer = await browser.post("/login", data=form | {where: HEADER})
    cookies = answer.headers.get_list("set-cookie")
    assert not any("chosen" in cookie for cookie in cookies)
    assert "\n" not in answer.headers.get("location", "")


async def test_a_typed_name_writes_no_line_of_the_trail(site: Site) -> None:
    async with site.client(Origin=ORIGIN) as browser:
        await browser.post("/login", data={"name": ESCAPES, "password": "x"})
    assert [(who, action) for who, action, _, _ in site.audit()][-1] == ("unknown", "login")


async def test_a_reason_with_escapes_is_recorded_without(fleet: Site) -> None:
    client = await fleet.logged_on()
    path = f"/api/v1/devices/{device_id(1)}/revoke"
    assert (await client.post(path, json={"reason": ESCAPES})).status_code == 200
    (entry,) = [e for e in fleet.services.audit.page().entries if e.action == "device.revoke"]
    assert entry.reason.isprintable()
    page = await client.get(f"/devices/{device_id(1)}")
    assert "<script>" not in page.text.partition("</head>")[2]
