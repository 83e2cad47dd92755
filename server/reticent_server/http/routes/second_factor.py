"""One's own second factor: codes of an authenticator app."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    AccountError,
    NotLoggedOnError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.login import Visitor
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.routes.account import throttled
from reticent_server.http.schemas.second_factor import (
    AgainIn,
    CodeIn,
    OfferOut,
    RecoveryCodesOut,
    SecondFactorOut,
)
from reticent_server.http.second_factor import confirm, offer, remove
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(prefix=API_PREFIX + "/account/second-factor", tags=["account"])
Holder = Annotated[Caller, requires(Scope.OWN_PASSWORD, factor_may_be_missing=True)]


@router.get("", summary="See one's second factor")
def get_factor(services: ServicesDep, caller: Holder) -> SecondFactorOut:
    """Whether it is on, and how many recovery codes are left."""
    factor = services.accounts.second_factor
    return SecondFactorOut(
        on=factor.codes_are_on(caller.account_id),
        recovery_codes_left=factor.codes_left(caller.account_id),
    )


@router.post("", status_code=201, summary="Set up a second factor", responses=refusals(409, 429))
async def post_factor(
    body: AgainIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
) -> OfferOut:
    """Gives the secret for the app. It is on when the first code was sent (`PUT`)."""
    visitor = Visitor.of(request)
    try:
        made = await threads.run(offer, services, caller, password=body.password, visitor=visitor)
    except (NotLoggedOnError, ThrottledError) as error:
        raise password_problem(error) from error
    except AccountError as error:
        raise ProblemError(409, "second-factor-on", str(error)) from error
    return OfferOut(secret=made.secret, uri=made.uri)


@router.put("", summary="Confirm a second factor", responses=refusals(429))
def put_factor(
    body: CodeIn, request: Request, services: ServicesDep, caller: Holder
) -> RecoveryCodesOut:
    """Sends the app's first code, and gives the recovery codes, this once."""
    try:
        codes = confirm(services, caller, code=body.code, visitor=Visitor.of(request))
    except WrongCodeError as error:
        raise ProblemError(422, "wrong-code", str(error)) from error
    except ThrottledError as error:
        raise throttled(error) from error
    return RecoveryCodesOut(recovery_codes=list(codes))


@router.post(
    "/remove", status_code=204, summary="Remove one's second factor", responses=refusals(429)
)
async def remove_factor(
    body: AgainIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
) -> None:
    """With its recovery codes. Asks for the password again."""
    visitor = Visitor.of(request)
    try:
        await threads.run(remove, services, caller, password=body.password, visitor=visitor)
    except (NotLoggedOnError, ThrottledError) as error:
        raise password_problem(error) from error


def password_problem(error: NotLoggedOnError | ThrottledError) -> ProblemError:
    if isinstance(error, ThrottledError):
        return throttled(error)
    return ProblemError(403, "wrong-password", "the password is wrong; nothing changed")
