"""Changing roles in somebody's name: each change is recorded in the transaction that makes it, and
each one refused in one of its own.

The API, the console and the command line all go through here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith, recorded
from reticent_server.auth.errors import BeyondError
from reticent_server.auth.grants import Grant
from reticent_server.auth.holding import roles_changed
from reticent_server.auth.names import fold
from reticent_server.auth.roles import RoleService, RoleView


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
    record_with: RecordWith
    actor: str
    grants: Sequence[Grant]
    source_address: str = ""

    def create(self, name: str, wish: RoleWish) -> RoleView:
        def created(db: Session) -> tuple[RoleView, Entry]:
            view = self.roles.within(db).create(
                name,
                scopes=wish.scopes,
                groups=wish.groups,
                columns=wish.columns,
                by=self.grants,
                actor=self.actor,
            )
            return view, self._entry("role.create", f"role {name}: {said(view.grant)}")

        with self._refusals("role.create", f"role {name}"):
            return recorded(self.record_with, created)

    def change(self, name: str, wish: RoleWish) -> RoleView:
        def changed(db: Session) -> tuple[RoleView, Entry]:
            view = self.roles.within(db).change(
                name,
                scopes=wish.scopes,
                groups=wish.groups,
                columns=wish.columns,
                by=self.grants,
            )
            return view, self._entry("role.change", f"role {name}: {said(view.grant)}")

        with self._refusals("role.change", f"role {name}"):
            return recorded(self.record_with, changed)

    def remove(self, name: str) -> None:
        def removed(db: Session) -> Entry:
            self.roles.within(db).remove(name, by=self.grants)
            return self._entry("role.remove", f"role {name}")

        with self._refusals("role.remove", f"role {name}"):
            self.record_with(removed)

    def assign(self, account: str, roles: Sequence[str]) -> tuple[str, ...]:
        account = fold(account)

        def assigned(db: Session) -> tuple[tuple[str, ...], Entry]:
            before, after = self.roles.within(db).assign(account, roles, by=self.grants)
            return after, self._entry("account.roles", roles_changed(account, before, after))

        with self._refusals("account.roles", f"account {account}"):
            return recorded(self.record_with, assigned)

    @contextmanager
    def _refusals(self, action: str, what: str) -> Iterator[None]:
        try:
            yield
        except BeyondError:
            refusal = self._entry(action, what, refused="more than the one who asks holds")
            self.record_with(lambda _: refusal)
            raise

    def _entry(self, action: str, what: str, *, refused: str = "") -> Entry:
        return Entry(
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
