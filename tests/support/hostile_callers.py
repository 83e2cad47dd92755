"""The three callers of `support.hostile`: an administrator's session, an API token, nobody."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from reticent_server.auth.scopes import tokens_may_hold
from reticent_server.http.settings import BROWSER_COOKIE, CSRF_HEADER, SESSION_COOKIE

from support.console_site import cli
from support.hostile import Caller

NAME = "asks-everything"  # in no example of the document, so that nothing is done to it by name
PASSWORD = "seven wet horses run"


class Administrator:
    """A new account on the server that runs on `data`. TLS is verified against its CA."""

    def __init__(self, data: Path, origin: str) -> None:
        added = cli(
            *("user", "add", NAME, "--role", "administrator", "--password"),
            *("--data", data, "--json"),
        )
        context = ssl.create_default_context(cafile=str(data / "ca.crt"))
        self._client = httpx.Client(base_url=origin, verify=context)
        self._password = json.loads(added.out)["password"]
        headers = self._log_on()
        change = {"old": self._password, "new": PASSWORD}
        self._client.put(
            "/api/v1/account/password", json=change, headers=headers
        ).raise_for_status()
        self._password = PASSWORD

    def __enter__(self) -> Administrator:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get("/api/v1/openapi.json").raise_for_status().json()
        return found

    def callers(self) -> dict[str, Caller]:
        session = self._log_on()
        token = {"name": "hostile", "scopes": sorted(tokens_may_hold())}
        made = self._client.post("/api/v1/api-tokens", json=token, headers=session)
        bearer = made.raise_for_status().json()["token"]
        return {
            "session": Caller(headers=session, renew=self._log_on),
            "token": Caller(headers={"Authorization": f"Bearer {bearer}"}),
            "nobody": Caller(),
        }

    def _log_on(self) -> Mapping[str, str]:
        """As the browser that is known already, whom guesses by others do not lock out."""
        browser = self._client.cookies.get(BROWSER_COOKIE)
        self._client.cookies.clear()
        answer = self._client.post(
            "/api/v1/session",
            json={"name": NAME, "password": self._password},
            headers={"Cookie": f"{BROWSER_COOKIE}={browser}"} if browser else {},
        ).raise_for_status()
        if browser and BROWSER_COOKIE not in answer.cookies:
            self._client.cookies.set(BROWSER_COOKIE, browser)
        return {
            "Cookie": f"{SESSION_COOKIE}={answer.cookies[SESSION_COOKIE]}",
            CSRF_HEADER: answer.json()["csrf_token"],
        }
