"""What a directory does, and its entries in the audit trail, are stored together or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_server.scim.attributes import GROUP
from support.undone import nothing_stored

from .conftest import JSON, PATCH, Directory, person

SHUT = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "active", "value": False}]}
RENAMED = {
    "schemas": [PATCH],
    "Operations": [{"op": "replace", "path": "displayName", "value": "none"}],
}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/Users", person("other@example.com")),
        ("PUT", "/Users/{person}", person(active=False)),
        ("PATCH", "/Users/{person}", SHUT),
        ("DELETE", "/Users/{person}", None),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "other"}),
        ("PUT", "/Groups/{group}", {"schemas": [GROUP], "displayName": "SOC"}),
        ("PATCH", "/Groups/{group}", RENAMED),
        ("DELETE", "/Groups/{group}", None),
    ],
)
async def test_a_change_whose_entry_cannot_be_stored_is_none(
    directory: Directory, method: str, path: str, body: Any
) -> None:
    kiran = await directory.add()
    group = await directory.group("SOC", kiran)
    directory.log_on("u-kiran")
    path = path.format(person=kiran, group=group)
    with nothing_stored(directory.site.services.config.data_dir / "control.db"):
        answer = await directory.client.request(
            method, f"/scim/v2{path}", json=body, headers=None if body is None else JSON
        )
    assert answer.status_code == 500
    await directory.ask(method, path, body, status={"POST": 201, "DELETE": 204}.get(method, 200))
