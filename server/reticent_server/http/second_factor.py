"""Setting up and removing a second factor, with the audit entries; for API and console alike."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.orm import Session
from starlette.requests import Request

from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import Caller
from reticent_server.auth.errors import AccountError
from reticent_server.auth.names import fold
from reticent_server.auth.second_factor import Offer
from reticent_server.http.granting import beyond_as_problem
from reticent_server.http.guard import address_of
from reticent_server.http.login import Visitor, prove
from reticent_server.http.problems import not_found
from reticent_server.services import Services


class _NoneThereError(Exception):
    """Nothing was removed, so nothing is recorded."""


def offer(services: Services, caller: Caller, *, password: str, visitor: Visitor) -> Offer:
    """Asks for the password: else whoever finds an open session could shut its holder out.

    Raises NotLoggedOnError, ThrottledError, AccountError.
    """
    prove(services, caller.name, password, visitor=visitor)
    return services.accounts.second_factor.offer(caller.account_id, caller.name)


def confirm(services: Services, caller: Caller, *, code: str, visitor: Visitor) -> tuple[str, ...]:
    """The recovery codes. Raises WrongCodeError, ThrottledError."""

    def confirmed(db: Session) -> tuple[tuple[str, ...], Entry]:
        codes = services.accounts.within(db).confirm_codes(caller.account_id, caller.name, code)
        return codes, _entry(caller, f"account {caller.name}, set up", visitor.address)

    return recorded(services.audit.record_with, confirmed)


def remove(services: Services, caller: Caller, *, password: str, visitor: Visitor) -> None:
    """Raises NotLoggedOnError, ThrottledError."""
    prove(services, caller.name, password, visitor=visitor)

    def removed(db: Session) -> Entry:
        if not services.accounts.second_factor.within(db).remove(
            caller.account_id, by=caller.grants
        ):
            raise _NoneThereError
        return _entry(caller, f"account {caller.name}, removed", visitor.address)

    with suppress(_NoneThereError):
        services.audit.record_with(removed)


def reset_of(services: Services, request: Request, caller: Caller, *, name: str) -> None:
    """By an administrator, of somebody who lost it. Raises ProblemError 404, and 403 where the
    account gives more than the administrator holds."""
    try:
        number = services.accounts.number_of(name)
    except AccountError:
        raise not_found("account") from None
    about = f"account {fold(name)}, removed by an administrator"

    def removed(db: Session) -> Entry:
        if not services.accounts.within(db).remove_factors(number, by=caller.grants):
            raise not_found("second factor")
        return _entry(caller, about, address_of(request))

    with beyond_as_problem(request, services, caller, action="account.factor", about=about):
        services.audit.record_with(removed)


def _entry(caller: Caller, about: str, address: str) -> Entry:
    return Entry(actor=caller.name, action="account.factor", object=about, source_address=address)
