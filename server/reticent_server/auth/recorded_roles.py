"""Changing roles in somebody's name: each change, and each one refused, is recorded.

The API, the console and the command line all go through here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from reticent_server.auth.errors import BeyondError
from reticent_server.auth.grants import Grant
from reticent_server.auth.holding import roles_changed
from reticent_server.auth.names import fold
from reticent_server.auth.roles import RoleService, RoleView
from reticent_server.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWish:
    """As somebody asked for it, unchecked. A limit that is None is none."""

    scopes: Sequence[str]
    groups: Sequence[str] | None = None
    columns: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRoles:
    """`grants` are what `actor` holds. Raises what `RoleService` does."""

    roles: RoleService
    record: Recorder
    actor: str
    grants: Sequence[Grant]
    source_address: str = ""

    def create(self, name: str, wish: RoleWish) -> RoleView:
        with self._refusals("role.create", f"role {name}"):
            view = self.roles.create(
                name,
                scopes=wish.scopes,
                groups=wish.groups,
                columns=wish.columns,
                by=self.grants,
                actor=self.actor,
            )
        self._note("role.create", f"role {name}: {said(view.grant)}")
        return view

    def change(self, name: str, wish: RoleWish) -> RoleView:
        with self._refusals("role.change", f"role {name}"):
            view = self.roles.change(
                name,
                scopes=wish.scopes,
                groups=wish.groups,
                columns=wish.columns,
                by=self.grants,
            )
        self._note("role.change", f"role {name}: {said(view.grant)}")
        return view

    def remove(self, name: str) -> None:
        with self._refusals("role.remove", f"role {name}"):
            self.roles.remove(name, by=self.grants)
        self._note("role.remove", f"role {name}")

    def assign(self, account: str, roles: Sequence[str]) -> tuple[str, ...]:
        account = fold(account)
        with self._refusals("account.roles", f"account {account}"):
            before, after = self.roles.assign(account, roles, by=self.grants)
        self._note("account.roles", roles_changed(account, before, after))
        return after

    @contextmanager
    def _refusals(self, action: str, what: str) -> Iterator[None]:
        try:
            yield
        except BeyondError:
            self._note(action, what, refused="more than the one who asks holds")
            raise

    def _note(self, action: str, what: str, *, refused: str = "") -> None:
        self.record(
            actor=self.actor,
            action=action,
            object=what,
            outcome="refused" if refused else "done",
            reason=refused,
            source_address=self.source_address,
        )


def said(grant: Grant) -> str:
    """In one line: scopes, and the limits where there are some."""
    parts = [" ".join(sorted(grant.scopes))]
    if grant.groups is not None:
        parts.append(f"groups {', '.join(sorted(grant.groups))}")
    if grant.columns is not None:
        parts.append(f"columns {', '.join(sorted(grant.columns))}")
    return "; ".join(parts)
