"""Passkeys: logging on with one, and one's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    AccountError,
    LocalLogOnOffError,
    NotLoggedOnError,
    PasskeyError,
    ThrottledError,
)
from reticent_server.http import settings
from reticent_server.http.guard import ServicesDep, check_origin, public, requires
from reticent_server.http.login import Visitor, set_cookies
from reticent_server.http.passkeys import (
    add_passkey,
    ask,
    log_on_with_passkey,
    offer_passkey,
    remove_passkey,
    rename_passkey,
)
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.routes.second_factor import password_problem
from reticent_server.http.schemas.account import SessionOut
from reticent_server.http.schemas.passkeys import (
    NewPasskeyIn,
    PasskeyAnswerIn,
    PasskeyNameIn,
    PasskeyOptionsOut,
    PasskeyOut,
    PasskeysOut,
)
from reticent_server.http.schemas.second_factor import AgainIn
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(prefix=settings.API_PREFIX, tags=["account"])
Holder = Annotated[Caller, requires(Scope.OWN_PASSWORD, factor_may_be_missing=True)]
PasskeyId = Annotated[
    str, Path(pattern=r"^[0-9a-f]{16}$", examples=["5e1f0a7c9b3d2e48"], description="The passkey.")
]


@router.post(
    "/session/passkey/options",
    summary="Ask to log on with a passkey",
    dependencies=[public("nobody is logged on before this")],
    responses=refusals(403, 409),
)
def ask_for_passkey(
    request: Request, response: Response, services: ServicesDep
) -> PasskeyOptionsOut:
    """What the browser signs, bound to it by a cookie, for five minutes."""
    check_origin(request)
    try:
        return PasskeyOptionsOut(options=ask(services, response))
    except AccountError as error:
        raise ProblemError(409, "no-passkeys", str(error)) from error


@router.post(
    "/session/passkey",
    status_code=201,
    summary="Log on with a passkey",
    dependencies=[public("nobody is logged on before this")],
    responses=refusals(401, 403, 409),
)
async def create_session_by_passkey(
    body: PasskeyAnswerIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    threads: LoginThreadsDep,
) -> SessionOut:
    """Alone it is enough, also where a second factor is asked for: it verifies its user."""
    check_origin(request)
    try:
        session = await threads.run(
            log_on_with_passkey,
            services,
            body.credential,
            browser=request.cookies.get(settings.PASSKEY_COOKIE),
            visitor=Visitor.of(request),
        )
    except (PasskeyError, LocalLogOnOffError) as error:
        raise ProblemError(401, "not-logged-on", str(error)) from error
    except AccountError as error:
        raise ProblemError(409, "no-passkeys", str(error)) from error
    set_cookies(response, session)
    response.delete_cookie(
        settings.PASSKEY_COOKIE, path="/", secure=True, httponly=True, samesite="strict"
    )
    return SessionOut.of(session)


@router.get("/account/passkeys", summary="List one's passkeys")
def list_passkeys(services: ServicesDep, caller: Holder) -> PasskeysOut:
    """The oldest first."""
    views = services.accounts.passkeys.list(caller.account_id)
    return PasskeysOut(passkeys=[PasskeyOut.of(view) for view in views])


@router.post(
    "/account/passkeys/options", summary="Ask to add a passkey", responses=refusals(409, 429)
)
async def ask_to_add(
    body: AgainIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
) -> PasskeyOptionsOut:
    """Asks for the password; the answer is good for this session and five minutes."""
    visitor = Visitor.of(request)
    try:
        options = await threads.run(
            offer_passkey, services, caller, password=body.password, visitor=visitor
        )
    except (NotLoggedOnError, ThrottledError) as error:
        raise password_problem(error) from error
    except AccountError as error:
        raise ProblemError(409, "no-passkeys", str(error)) from error
    return PasskeyOptionsOut(options=options)


@router.post("/account/passkeys", status_code=201, summary="Add a passkey", responses=refusals(409))
def post_passkey(
    body: NewPasskeyIn, request: Request, services: ServicesDep, caller: Holder
) -> PasskeyOut:
    """The browser's answer to what `options` asked for."""
    try:
        view = add_passkey(
            services, caller, body.credential, name=body.name, visitor=Visitor.of(request)
        )
    except PasskeyError as error:
        raise ProblemError(422, "passkey-refused", str(error)) from error
    except AccountError as error:
        raise ProblemError(409, "no-passkeys", str(error)) from error
    return PasskeyOut.of(view)


@router.put(
    "/account/passkeys/{passkey_id}",
    status_code=204,
    summary="Rename a passkey",
    responses=refusals(404),
)
def put_passkey(
    passkey_id: PasskeyId,
    body: PasskeyNameIn,
    request: Request,
    services: ServicesDep,
    caller: Holder,
) -> None:
    """The name is for its holder alone."""
    rename_passkey(services, caller, passkey_id, name=body.name, visitor=Visitor.of(request))


@router.post(
    "/account/passkeys/{passkey_id}/remove",
    status_code=204,
    summary="Remove a passkey",
    responses=refusals(404, 429),
)
async def remove_one(
    passkey_id: PasskeyId,
    body: AgainIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
) -> None:
    """Asks for the password. It opens nothing any more."""
    visitor = Visitor.of(request)
    try:
        await threads.run(
            remove_passkey, services, caller, passkey_id, password=body.password, visitor=visitor
        )
    except (NotLoggedOnError, ThrottledError) as error:
        raise password_problem(error) from error
