"""Which methods an address takes: 405 with all of them, and a literal address is no parameter."""

from __future__ import annotations

from collections import defaultdict

import httpx
import pytest
from reticent_server.http.inventory import inventory_of
from support.console_app import Site

EVERY = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"}


async def test_an_address_names_all_methods_that_it_takes_and_no_other(
    site: Site, client: httpx.AsyncClient
) -> None:
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for entry in inventory_of(site.app):
        taken[entry.path] |= entry.methods
    assert len(taken) > 60
    for path, methods in taken.items():
        for method in EVERY - methods:
            answer = await client.request(method, path)
            assert answer.status_code == 405, (method, path)
            assert answer.headers["allow"] == ", ".join(sorted(methods)), (method, path)
            form = "scim" if path.startswith("/scim/") else "problem"
            assert answer.headers["content-type"] == f"application/{form}+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/devices/import", "POST"),
        ("GET", "/api/v1/policies/lint", "POST"),
        ("PUT", "/api/v1/account/passkeys/options", "POST"),
        ("GET", "/devices/groups", "POST"),
    ],
)
async def test_a_literal_address_is_not_taken_for_a_parameter(
    site: Site, method: str, path: str, allowed: str
) -> None:
    client = await site.logged_on()
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_browser_is_answered_with_a_page(site: Site) -> None:
    answer = await site.client(Accept="text/html").get("/devices/groups")
    assert answer.status_code == 405
    assert answer.headers["content-type"].startswith("text/html")


async def test_what_is_not_there_has_no_methods(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/api/v1/nothing")
    assert answer.status_code == 404
    assert "allow" not in answer.headers
