"""Requests that were refused are counted and logged, a stranger's too, and nothing they sent is."""

from __future__ import annotations

import json
import logging
import time

import pytest
from reticent_server.http import refused
from reticent_server.log import JsonFormatter
from support.console_app import Site

SENT = "r.novak@example.com"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    formatter = JsonFormatter()
    found = [r for r in caplog.records if r.msg == "request_refused"]
    return [json.loads(formatter.format(record)) for record in found]


def counted(site: Site, route: str, status: int) -> float:
    labels = {"route": route, "status": str(status)}
    value = site.services.metrics.registry.get_sample_value("reticent_http_refused_total", labels)
    return value or 0


@pytest.mark.parametrize(
    ("method", "path", "status", "route", "noted"),
    [
        ("GET", f"/api/v1/devices/{SENT}", 401, "/api/v1/devices/{device_id}", "GET"),
        ("GET", f"/{SENT}", 404, "none", "GET"),
        ("DELETE", "/api/v1/devices", 405, "/api/v1/devices", "DELETE"),
        ("R.NOVAK", "/api/v1/devices", 405, "/api/v1/devices", "other"),
        ("POST", "/api/v1/session", 422, "/api/v1/session", "POST"),
    ],
)
async def test_a_strangers_refused_request_is_logged_by_route_alone(
    site: Site,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    status: int,
    route: str,
    noted: str,
) -> None:
    caplog.set_level(logging.WARNING, "reticent_server.http")
    stranger = site.client()
    answer = await stranger.request(
        method, path, params={"q": SENT}, headers={"X-Sent": SENT}, json={"name": SENT}
    )
    assert answer.status_code == status
    (line,) = lines(caplog)
    assert {k: line[k] for k in ("status", "route", "method", "times")} == {
        "status": status,
        "route": route,
        "method": noted,
        "times": 1,
    }
    assert "novak" not in json.dumps(line).lower()
    assert counted(site, route, status) == 1


async def test_what_is_let_in_is_not_noted(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "reticent_server.http")
    client = await site.logged_on()
    assert (await client.get("/api/v1/devices")).status_code == 200
    assert (await site.client().get("/devices", headers={"Accept": "text/html"})).is_redirect
    assert lines(caplog) == []


async def test_a_flood_is_counted_and_written_once_a_minute(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    caplog.set_level(logging.WARNING, "reticent_server.http")
    stranger = site.client()
    for _ in range(50):
        await stranger.get("/api/v1/devices")
    assert [line["times"] for line in lines(caplog)] == [1]
    now[0] += refused.EVERY_S
    await stranger.get("/api/v1/devices")
    assert [line["times"] for line in lines(caplog)] == [1, 50]
    assert counted(site, "/api/v1/devices", 401) == 51


@pytest.mark.parametrize(
    "sent", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
async def test_a_body_that_is_not_json_is_refused_for_its_media_type(site: Site, sent: str) -> None:
    body = json.dumps({"name": SENT, "password": "x"})
    answer = await site.client().post(
        "/api/v1/session", content=body, headers={"Content-Type": sent}
    )
    assert (answer.status_code, answer.json()["type"][-11:]) == (415, ":media-type")
