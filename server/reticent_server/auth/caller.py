"""The one who asks: an account with the grants that this way of asking gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Made anew for each request, so that a role that was taken is gone from the next one on."""

    account_id: int
    name: str
    roles: tuple[str, ...]
    grants: tuple[Grant, ...]
    via: Literal["session", "token", "local"]
    token_id: str | None = None
    session_id: str | None = None
    csrf_secret: bytes | None = None  # only with a session
    must_set_password: bool = False
    must_add_factor: bool = False  # the configuration asks for a second factor, there is none
    sso: bool = False  # a session that the OpenID provider let in

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset().union(*(grant.scopes for grant in self.grants))

    def may(self, scope: Scope) -> bool:
        """Somewhere: within which groups and columns, `grants_for` says."""
        return any(scope in grant.scopes for grant in self.grants)

    def grants_for(self, scope: Scope) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if scope in grant.scopes)

    def groups(self, scope: Scope) -> frozenset[str] | None:
        """The device groups in which the scope holds; None is all."""
        found: set[str] = set()
        for grant in self.grants_for(scope):
            if grant.groups is None:
                return None
            found |= grant.groups
        return frozenset(found)

    def reaches(self, scope: Scope, group: str) -> bool:
        groups = self.groups(scope)
        return groups is None or group in groups
