"""Whatever a request does, and its entry in the audit trail, are stored together or not at all."""

from __future__ import annotations

import pytest
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import Scope
from support.audited import asked, made
from support.console_app import Site
from support.recorded_calls import CALLS
from support.undone import nothing_stored

ALL = [Grant(scopes=frozenset(Scope))]
MAKING_ROLES = {"POST /api/v1/roles", "POST /roles"}
CHANGING = sorted(
    route for route in CALLS if not route.startswith("GET ") and "/scim/" not in route
)


@pytest.mark.parametrize("route", CHANGING)
async def test_a_request_whose_entry_cannot_be_stored_changes_nothing(
    fleet: Site, route: str
) -> None:
    client = await fleet.logged_on()
    if route not in MAKING_ROLES:
        for name in ("made", "formed"):
            fleet.services.accounts.roles.create(name, scopes=["read:keys"], by=ALL, actor="ada")
    values = await made(client, fleet, route, "ada")
    with nothing_stored(fleet.services.config.data_dir / "control.db"):
        answer = await asked(client, fleet, route, CALLS[route], values)
    assert answer.status_code >= 500, answer.text
