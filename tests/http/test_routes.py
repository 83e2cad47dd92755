"""Every route declares what it needs; every answer has its headers; errors have one form."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from reticent_server.auth import Role, Scope
from reticent_server.http.guard import FormGuard, Public, ScopeGuard
from reticent_server.http.headers import SECURITY_HEADERS
from reticent_server.http.inventory import inventory_of
from support.console_app import Site

PUBLIC = {
    "POST /api/v1/session",
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/openapi.json",
    "GET /api/docs",
    "GET /login",
    "POST /login",
    "POST /api/v1/session/passkey/options",
    "POST /api/v1/session/passkey",
    "GET /login/code",
    "POST /login/code",
    "GET /login/oidc",
    "GET /login/oidc/return",
    "GET /login/oidc/out",
    "GET /first/{secret}",
    "POST /first/{secret}",
}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def concrete(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda m: "1" if m[1] == "version" else UNKNOWN, path)


def test_every_route_declares_its_scope_or_that_it_is_public(site: Site) -> None:
    entries = list(inventory_of(site.app))
    assert len(entries) > 35
    assert [e.path for e in entries if e.guard is None] == []
    public = {
        f"{method} {e.path}" for e in entries if isinstance(e.guard, Public) for method in e.methods
    }
    assert public == PUBLIC
    assert all(e.guard.why for e in entries if isinstance(e.guard, Public))


def test_the_only_mount_is_that_of_static_files(site: Site) -> None:
    others = [
        context.original_route
        for context in iter_route_contexts(site.app.routes)
        if not isinstance(context.original_route, APIRoute)
    ]
    assert [getattr(route, "path", "") for route in others] == ["/static"]


def test_every_form_of_the_console_asks_for_its_csrf_field(site: Site) -> None:
    posts = [
        e
        for e in inventory_of(site.app)
        if "POST" in e.methods
        and not e.path.startswith(("/api", "/scim"))
        and f"POST {e.path}" not in PUBLIC  # where nobody is logged on, so there is no token yet
    ]
    assert len(posts) >= 6
    assert [e.path for e in posts if not isinstance(e.guard, FormGuard)] == []


async def test_every_guarded_route_refuses_a_stranger(
    site: Site, client: httpx.AsyncClient
) -> None:
    for entry in inventory_of(site.app):
        if isinstance(entry.guard, ScopeGuard):
            for method in entry.methods:
                answer = await client.request(method, concrete(entry.path))
                assert answer.status_code == 401, (method, entry.path)
                form = "scim+json" if entry.path.startswith("/scim/") else "problem+json"
                assert answer.headers["content-type"] == f"application/{form}"


async def test_every_guarded_route_refuses_a_token_without_its_scope(site: Site) -> None:
    bare = site.token("read:metrics", role=Role.ADMINISTRATOR)
    async with site.client(Authorization=f"Bearer {bare}") as client:
        for entry in inventory_of(site.app):
            guard = entry.guard
            if isinstance(guard, ScopeGuard) and guard.scope not in {
                Scope.SELF,
                Scope.READ_METRICS,
            }:
                for method in entry.methods:
                    answer = await client.request(method, concrete(entry.path))
                    assert answer.status_code == 403, (method, entry.path)
                    said = answer.json()
                    assert f"needs the scope {guard.scope.value}," in said["detail"]
                    if not entry.path.startswith("/scim/"):  # whose form has no place for it
                        assert said["scope"] == guard.scope.value
    refused = {what for _, action, what, outcome in site.audit() if outcome == "refused"}
    assert "GET /api/v1/devices/{device_id}" in refused  # the template: no value of the request


async def test_every_answer_carries_the_security_headers(site: Site) -> None:
    async with site.bearer("read:devices") as client:
        for path in (
            "/api/v1/devices",
            "/api/v1/nothing",
            "/api/docs",
            "/login",
            "/static/console.css",
            "/static/nothing",
            "/healthz",
            "/nothing",
        ):
            answer = await client.get(path)
            for name, value in SECURITY_HEADERS.items():
                assert answer.headers[name] == value, (path, name)


def test_the_security_headers_are_these() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert int(SECURITY_HEADERS["Strict-Transport-Security"].removeprefix("max-age=")) >= 31_536_000
    assert SECURITY_HEADERS["X-Content-Type-Options"] == "nosniff"
    assert SECURITY_HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"Referrer-Policy", "Permissions-Policy"} < set(SECURITY_HEADERS)


async def test_data_is_never_cached_and_static_files_are(site: Site) -> None:
    async with site.bearer("read:devices") as client:
        assert (await client.get("/api/v1/devices")).headers["cache-control"] == "no-store"
        assert (await client.get("/login")).headers["cache-control"] == "no-store"
        assert "max-age" in (await client.get("/static/console.css")).headers["cache-control"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/static/../main.py", 404),
        ("PATCH", "/api/v1/devices", 405),
        ("GET", "/api/v1/devices/no-uuid", 422),
        ("GET", f"/api/v1/devices/{UNKNOWN}", 404),
        ("GET", "/api/v1/devices?limit=0", 422),
        ("GET", "/api/v1/devices?cursor=nonsense", 400),
    ],
)
async def test_errors_are_problems(site: Site, method: str, path: str, status: int) -> None:
    async with site.bearer("read:devices") as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert set(body) >= {"type", "title", "status", "detail"}


async def test_a_failure_of_ours_tells_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("alice@example.com is in this text")

    monkeypatch.setattr(site.events, "device_summaries", broken)
    async with site.bearer("read:devices") as client:
        answer = await client.get("/api/v1/devices")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "alice" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    records = [r for r in caplog.records if r.msg == "request_failed"]
    assert len(records) == 1
    assert answer.json()["incident"] in str(vars(records[0]))
    assert "alice" not in str(vars(records[0]))
    assert records[0].exc_info is None


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    async with site.bearer("admin:*") as client:
        answer = await client.post(
            "/api/v1/enrolment-tokens",
            content=b'{"group": "' + b"a" * 70_000 + b'"}',
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"group=" + b"a" * 1_000 + b"&"


async def test_a_form_that_is_too_large_is_refused_by_a_page(site: Site) -> None:
    client = await site.logged_on()
    for content, who, shows_navigation in (
        (b"group=" + b"a" * 70_000, client, True),
        (b"group=" + b"a" * 70_000, site.client(), False),
        (chunks(70), client, True),  # its length is not declared
    ):
        answer = await who.post(
            "/enrolment",
            content=content,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            },
        )
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")
        assert "too large" in answer.text
        assert ('href="/devices"' in answer.text) == shows_navigation


async def test_a_body_that_is_no_text_is_refused(site: Site) -> None:
    async with site.bearer("admin:*") as client:
        answer = await client.post(
            "/api/v1/enrolment-tokens",
            content=b'{"group": "\xff"}',
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/api/v1/devices/{UNKNOWN}/facts"),
        ("POST", f"/api/v1/devices/{UNKNOWN}/revoke"),
        ("DELETE", f"/api/v1/enrolment-tokens/{UNKNOWN}"),
        ("GET", "/api/v1/policies/99"),
        ("DELETE", "/api/v1/api-tokens/0123456789abcdef"),
    ],
)
async def test_what_is_not_there_cannot_be_shown_or_revoked(
    site: Site, method: str, path: str
) -> None:
    client = await site.logged_on()
    body = {"reason": "lost"} if path.endswith("/revoke") else None
    answer = await client.request(method, path, json=body)
    assert answer.status_code == 404
    assert not any(action.endswith(".revoke") for _, action, _, _ in site.audit())


async def test_what_was_sent_does_not_come_back_in_an_error(site: Site) -> None:
    async with site.bearer("read:devices") as client:
        answer = await client.get("/api/v1/devices", params={"limit": "alice@example.com"})
    assert answer.status_code == 422
    assert "alice" not in answer.text
    assert answer.json()["errors"][0]["at"] == "query.limit"


async def test_an_unknown_key_in_a_body_is_refused(site: Site) -> None:
    async with site.bearer("admin:*") as client:
        answer = await client.post("/api/v1/enrolment-tokens", json={"groop": "default"})
    assert answer.status_code == 422
