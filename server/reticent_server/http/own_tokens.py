"""Making and revoking one's own API tokens, for the API and the console alike.

Must hold: what is done and what the audit trail says of it are stored together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import Caller
from reticent_server.auth.tokens import NewToken
from reticent_server.http.problems import not_found
from reticent_server.services import Services


def make_own(
    services: Services,
    caller: Caller,
    *,
    name: str,
    scopes: Iterable[str],
    days: int | None,
    source_address: str,
) -> NewToken:
    """Blocks. Raises AccountError."""
    wanted = tuple(scopes)

    def made(db: Session) -> tuple[NewToken, Entry]:
        new = services.accounts.tokens.within(db).create(
            caller.account_id, name=name, scopes=wanted, days=days
        )
        return new, Entry(
            actor=caller.name,
            action="token.create",
            object=f"API token {new.view.token_id}: {' '.join(new.view.scopes)}",
            source_address=source_address,
        )

    return recorded(services.audit.record_with, made)


def revoke_own(services: Services, caller: Caller, token_id: str, *, source_address: str) -> None:
    """Blocks. Raises ProblemError 404."""

    def revoked(db: Session) -> Entry:
        if not services.accounts.tokens.within(db).revoke(caller.account_id, token_id):
            raise not_found("API token")
        return Entry(
            actor=caller.name,
            action="token.revoke",
            object=f"API token {token_id}",
            source_address=source_address,
        )

    services.audit.record_with(revoked)
