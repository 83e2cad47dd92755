"""Logging on and off, and one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    AccountError,
    NotLoggedOnError,
    SecondFactorNeededError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.http.guard import (
    ServicesDep,
    check_origin,
    public,
    requires,
)
from reticent_server.http.login import Visitor, change_password, end_session, log_on, set_cookies
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.account import LogOnIn, MeOut, PasswordIn, SessionOut
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(prefix=API_PREFIX, tags=["account"])


@router.post(
    "/session",
    status_code=201,
    summary="Log on",
    dependencies=[public("nobody is logged on before this")],
    responses=refusals(401, 403, 429),
)
async def create_session(
    body: LogOnIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    threads: LoginThreadsDep,
) -> SessionOut:
    """Gives a session cookie and the CSRF token that goes with it.

    Programs should use an API token instead. Failures are throttled by name and address.
    """
    check_origin(request)
    try:
        session = await threads.run(
            log_on,
            services,
            name=body.name,
            password=body.password,
            code=body.code,
            visitor=Visitor.of(request),
        )
    except ThrottledError as error:
        raise throttled(error) from error
    except SecondFactorNeededError as error:
        raise ProblemError(401, "second-factor-needed", str(error)) from error
    except WrongCodeError as error:
        raise ProblemError(401, "wrong-code", str(error)) from error
    except NotLoggedOnError as error:
        raise ProblemError(401, "not-logged-on", str(error)) from error
    set_cookies(response, session)
    return SessionOut.of(session)


@router.get("/session", summary="Who am I")
def get_session(
    caller: Annotated[Caller, requires(Scope.SELF, temporary_password_is_enough=True)],
) -> MeOut:
    """The account behind this cookie or token, and what it may do."""
    return MeOut.of(caller)


@router.delete("/session", status_code=204, summary="Log off")
def delete_session(
    request: Request,
    response: Response,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.SELF, temporary_password_is_enough=True)],
) -> None:
    """Ends the session of the cookie. An API token is not ended by this: revoke it."""
    end_session(services, request, response, caller)


@router.put(
    "/account/password",
    status_code=204,
    summary="Change one's own password",
    responses=refusals(429),
)
async def put_password(
    body: PasswordIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Annotated[Caller, requires(Scope.OWN_PASSWORD, temporary_password_is_enough=True)],
) -> None:
    """Ends every session of the account, this one too."""
    visitor = Visitor.of(request)
    try:
        await threads.run(
            change_password, services, caller.name, old=body.old, new=body.new, visitor=visitor
        )
    except ThrottledError as error:
        raise throttled(error) from error
    except NotLoggedOnError as error:
        raise ProblemError(
            403, "wrong-password", "the old password is wrong; nothing changed"
        ) from error
    except AccountError as error:
        raise ProblemError(422, "password-refused", str(error)) from error


def throttled(error: ThrottledError) -> ProblemError:
    return ProblemError(
        429, "throttled", str(error), headers={"Retry-After": str(error.retry_after_s)}
    )
