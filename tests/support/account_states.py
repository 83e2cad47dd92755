"""Accounts with what a route is about: a session, a second factor, a passkey; made over the API."""

from __future__ import annotations

import base64
from typing import Any

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from reticent_server.auth import Role
from reticent_server.auth.settings import TOTP_STEP_S
from reticent_server.http.settings import CSRF_HEADER

from support.authenticator import Authenticator
from support.console_app import NOW_S, ORIGIN, PASSWORD, Site


async def with_factor(client: httpx.AsyncClient, route: str) -> dict[str, Any]:
    """What a route on one's own second factor needs, made over the API: {code}, {credential} or
    {passkey_id}."""
    account = "/api/v1/account"
    password = {"password": PASSWORD}
    if "passkeys" in route:
        if route.endswith("/options"):
            return {}
        asked = await client.post(f"{account}/passkeys/options", json=password)
        key = Authenticator(origin=ORIGIN, rp_id="reticent.test")
        credential = key.create(asked.json()["options"])
        if route == "POST /api/v1/account/passkeys":
            return {"credential": credential}
        body = {"name": "x", "credential": credential}
        added = await client.post(f"{account}/passkeys", json=body)
        return {"passkey_id": added.json()["passkey_id"]}
    if route.endswith("account/second-factor") and not route.startswith("PUT "):
        return {}
    offer = await client.post(f"{account}/second-factor", json=password)
    code = TOTP(base64.b32decode(offer.json()["secret"]), 6, SHA1(), TOTP_STEP_S)
    values = {"code": code.generate(int(NOW_S)).decode()}
    if route.endswith("/remove"):
        done = await client.put(f"{account}/second-factor", json=values)
        assert done.status_code == 200, done.text
    return values


async def with_account(
    client: httpx.AsyncClient, site: Site, route: str, actor: str
) -> dict[str, Any]:
    """{name} of somebody else with a session, or one's own name; {session_id} of that session."""
    name = actor
    if "/access/" in route:
        name = f"bo{len(site.services.accounts.list())}"
        site.account(name, Role.ANALYST)
    elif not route.endswith(("/end", "/sessions", "{session_id}")):
        return {}
    async with site.client() as other:
        body = {"name": name, "password": PASSWORD}
        csrf = (await other.post("/api/v1/session", json=body)).json()["csrf_token"]
        other.headers[CSRF_HEADER] = csrf
        mine = (await other.get("/api/v1/account/sessions")).json()["sessions"]
        if "factor" in route:
            await with_factor(other, "POST /account/second-factor/remove")
    (session_id,) = [one["session_id"] for one in mine if one["current"]]
    return {"name": name, "session_id": session_id}
