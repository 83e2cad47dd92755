"""The one who asks: an account with the scopes that this way of asking gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reticent_server.auth.scopes import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    account_id: int
    name: str
    role: Role
    scopes: frozenset[Scope]
    via: Literal["session", "token", "local"]
    token_id: str | None = None
    session_id: str | None = None
    csrf_secret: bytes | None = None  # only with a session
    must_set_password: bool = False
    must_add_factor: bool = False  # the configuration asks for a second factor, there is none

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes
