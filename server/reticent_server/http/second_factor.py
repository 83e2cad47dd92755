"""Setting up and removing a second factor, with the audit entries; for API and console alike."""

from __future__ import annotations

from starlette.requests import Request

from reticent_server.auth import Caller
from reticent_server.auth.errors import AccountError
from reticent_server.auth.names import fold
from reticent_server.auth.second_factor import Offer
from reticent_server.http.granting import beyond_as_problem
from reticent_server.http.guard import address_of
from reticent_server.http.login import Visitor, prove
from reticent_server.http.problems import not_found
from reticent_server.services import Services


def offer(services: Services, caller: Caller, *, password: str, visitor: Visitor) -> Offer:
    """Asks for the password: else whoever finds an open session could shut its holder out.

    Raises NotLoggedOnError, ThrottledError, AccountError.
    """
    prove(services, caller.name, password, visitor=visitor)
    return services.accounts.second_factor.offer(caller.account_id, caller.name)


def confirm(services: Services, caller: Caller, *, code: str, visitor: Visitor) -> tuple[str, ...]:
    """The recovery codes. Raises WrongCodeError, ThrottledError."""
    codes = services.accounts.confirm_codes(caller.account_id, caller.name, code)
    services.audit.record(
        actor=caller.name,
        action="account.factor",
        object=f"account {caller.name}, set up",
        source_address=visitor.address,
    )
    return codes


def remove(services: Services, caller: Caller, *, password: str, visitor: Visitor) -> None:
    """Raises NotLoggedOnError, ThrottledError."""
    prove(services, caller.name, password, visitor=visitor)
    if services.accounts.second_factor.remove(caller.account_id, by=caller.grants):
        services.audit.record(
            actor=caller.name,
            action="account.factor",
            object=f"account {caller.name}, removed",
            source_address=visitor.address,
        )


def reset_of(services: Services, request: Request, caller: Caller, *, name: str) -> None:
    """By an administrator, of somebody who lost it. Raises ProblemError 404, and 403 where the
    account gives more than the administrator holds."""
    try:
        number = services.accounts.number_of(name)
    except AccountError:
        raise not_found("account") from None
    about = f"account {fold(name)}, removed by an administrator"
    with beyond_as_problem(request, services, caller, action="account.factor", about=about):
        removed = services.accounts.remove_factors(number, by=caller.grants)
    if not removed:
        raise not_found("second factor")
    services.audit.record(
        actor=caller.name,
        action="account.factor",
        object=about,
        source_address=address_of(request),
    )
