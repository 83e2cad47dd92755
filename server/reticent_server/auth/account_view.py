"""An account as other parts see it: a value, apart from the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from reticent_server.auth.errors import AccountError
from reticent_server.auth.holding import roles_of
from reticent_server.auth.models import Account
from reticent_server.auth.second_factor import factor_is_on


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    name: str
    roles: tuple[str, ...]
    created_s: int
    disabled_s: int | None
    password_is_temporary: bool
    has_password: bool
    has_second_factor: bool
    locked_until_s: int | None  # by failed log-ons; it may be over
    source: str  # see sources.py


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    name: str
    roles: tuple[str, ...]
    password: str  # shown once; nothing keeps it


def must_find(account: Account | None, name: str) -> Account:
    """Raises AccountError."""
    if account is None:
        raise AccountError(
            f"there is no account {name[:64]!r}; nothing was changed; `reticent-server user list` "
            "shows those there are"
        )
    return account


def view_of(db: Session, account: Account) -> AccountView:
    return AccountView(
        name=account.name,
        roles=roles_of(db, account.account_id),
        created_s=account.created_s,
        disabled_s=account.disabled_s,
        password_is_temporary=account.password_is_temporary,
        has_password=bool(account.password_hash),
        has_second_factor=factor_is_on(db, account.account_id),
        locked_until_s=account.locked_until_s,
        source=account.source,
    )
