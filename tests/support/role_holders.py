"""Somebody who holds a role that the customer made."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
from reticent_server.auth import Scope
from reticent_server.auth.grants import Grant

from support.console_app import Site

ALL = [Grant(scopes=frozenset(Scope))]
READS = ("read:events", "read:devices", "read:facts")


async def as_custom(
    site: Site,
    scopes: Sequence[str] = READS,
    *,
    name: str = "eve",
    groups: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> httpx.AsyncClient:
    """Somebody with a role of these scopes and limits, logged on."""
    accounts = site.services.accounts
    accounts.roles.create(
        f"of-{name}", scopes=scopes, groups=groups, columns=columns, by=ALL, actor="root"
    )
    return await site.logged_on(name, f"of-{name}")
