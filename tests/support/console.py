"""Reads the console's pages as a logged-on administrator, without a browser."""

from __future__ import annotations

import html
import json
import re
import secrets
import ssl
from collections.abc import Iterator

import httpx

from support.deployment import Deployment, run

PAGES_MAX = 50
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_OLDER = re.compile(r'href="(/events\?[^"]*cursor=[^"]*)"')


class ConsoleReader:
    """Logs on with a new account. TLS is verified against the server's CA."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        context = ssl.create_default_context(cafile=str(deployment.server_data / "ca.crt"))
        base = f"https://{deployment.console}"
        self._client = httpx.Client(
            base_url=base, verify=context, follow_redirects=True, headers={"Origin": base}
        )
        name = f"reader-{secrets.token_hex(3)}"
        added = json.loads(
            run(
                *("reticent_server.main", "user", "add", name, "--role", "administrator"),
                *("--password", "--data", deployment.server_data, "--json"),
            )
        )
        try:
            self._log_on(name, added["password"])
        except BaseException:
            self._client.close()
            raise

    def _log_on(self, name: str, password: str) -> None:
        account = self._post("/login", name=name, password=password)
        new = secrets.token_urlsafe(24)
        self._post(
            "/account/password",
            csrf_token=_only(_CSRF, account),
            old=password,
            new=new,
            again=new,
        )

    def __enter__(self) -> ConsoleReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def pages(self) -> Iterator[bytes]:
        """Devices, each device, every page of events, audit, enrolment, account."""
        for path in ("/devices", "/audit", "/enrolment", "/account"):
            yield self._get(path)
        for device in self._deployment.get("/api/v1/devices")["devices"]:
            yield self._get(f"/devices/{device['device_id']}")
        path = "/events?q=*&range=all"
        for _ in range(PAGES_MAX):
            page = self._get(path)
            yield page
            older = _OLDER.search(page.decode())
            if older is None:
                return
            path = html.unescape(older.group(1))

    def _get(self, path: str) -> bytes:
        return self._client.get(path).raise_for_status().content

    def _post(self, path: str, **form: str) -> str:
        return self._client.post(path, data=form).raise_for_status().text


def _only(pattern: re.Pattern[str], text: str) -> str:
    (value,) = set(pattern.findall(text))
    return str(value)
