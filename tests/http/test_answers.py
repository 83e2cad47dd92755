"""What holds for every answer of the API, and of whom and what it takes a request."""

from __future__ import annotations

import httpx
import pytest
from support.console_app import Site

NOTHING = "text/plain", "application/x-www-form-urlencoded", "application/xml", None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/devices", 200),
        ("/api/v1/devices/no-uuid", 422),
        ("/api/v1/nothing", 404),
        ("/api/v1/openapi.json", 200),
    ],
)
async def test_what_the_api_answers_is_an_attachment_of_a_fixed_name(
    site: Site, path: str, status: int
) -> None:
    async with site.bearer("read:devices") as client:
        answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-disposition"] == 'attachment; filename="api.json"'


async def test_a_page_and_an_export_are_not_called_so(site: Site) -> None:
    async with site.bearer("admin:*") as client:
        assert "content-disposition" not in (await client.get("/login")).headers
        export = await client.get("/api/v1/audit/export")
    assert "reticent-audit" in export.headers["content-disposition"]


@pytest.mark.parametrize("media", NOTHING)
async def test_a_body_is_read_as_json_only_where_it_says_so(site: Site, media: str | None) -> None:
    async with site.bearer("admin:*", "read:enrolment") as client:
        answer = await client.post(
            "/api/v1/enrolment-tokens",
            content=b'{"group": "default"}',
            headers={"content-type": media} if media else {},
        )
        assert answer.status_code == 415
        assert (await client.get("/api/v1/enrolment-tokens")).json()["tokens"] == []


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", "https://reticent.test"])
async def test_no_origin_is_let_in_by_cors(client: httpx.AsyncClient, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    for answer in (
        await client.get("/api/v1/openapi.json", headers={"Origin": origin}),
        await client.options("/api/v1/devices", headers=asked),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
