"""One's own account: the password, the API tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    AccountError,
    LocalLogOnOffError,
    NotLoggedOnError,
    ThrottledError,
)
from reticent_server.auth.scopes import tokens_may_hold
from reticent_server.console.pages import render
from reticent_server.console.routes.login import login_view
from reticent_server.http.access import end_all_own, end_session_of, end_sessions_of
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.login import Visitor, change_password, set_cookies
from reticent_server.http.own_tokens import make_own, revoke_own
from reticent_server.http.threads import LoginThreadsDep
from reticent_server.services import Services

router = APIRouter(include_in_schema=False, prefix="/account")


@router.get("")
def own_account(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.OWN_PASSWORD, temporary_password_is_enough=True)],
) -> Response:
    return account_view(request, services, caller)


@router.post("/password")
async def set_password(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_PASSWORD, temporary_password_is_enough=True)],
    old: Annotated[str, Form(max_length=1_024)] = "",
    new: Annotated[str, Form(max_length=1_024)] = "",
    again: Annotated[str, Form(max_length=1_024)] = "",
) -> Response:
    visitor = Visitor.of(request)

    def change() -> Response:
        try:
            if new != again:
                raise AccountError("the two new passwords differ; nothing changed; type them again")
            change_password(services, caller.name, old=old, new=new, visitor=visitor)
        except NotLoggedOnError:
            return account_view(request, services, caller, error="the old password is wrong")
        except (AccountError, ThrottledError) as error:
            return account_view(request, services, caller, error=str(error))
        # Every session ended with the old password; this browser gets a new one.
        try:
            session = services.accounts.start(
                caller.account_id,
                address=visitor.address,
                user_agent=visitor.user_agent,
                browser=visitor.browser,
            )
        except LocalLogOnOffError as error:
            return login_view(request, name=caller.name, error=str(error), status=401)
        response = RedirectResponse("/", status_code=303)
        set_cookies(response, session)
        return response

    return await threads.run(change)


@router.post("/tokens")
def create_token(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_TOKENS)],
    name: Annotated[str, Form(max_length=100)] = "",
    scopes: Annotated[list[str], Form(max_length=32)] = [],  # noqa: B006 - FastAPI copies it
    days: Annotated[int, Form()] = 90,
) -> Response:
    try:
        new = make_own(
            services,
            caller,
            name=name,
            scopes=scopes,
            days=days,
            source_address=address_of(request),
        )
    except AccountError as error:
        return account_view(request, services, caller, error=str(error))
    return account_view(request, services, caller, token=new.token)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(
    token_id: str,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_TOKENS)],
) -> Response:
    revoke_own(services, caller, token_id[:16], source_address=address_of(request))
    return RedirectResponse("/account", status_code=303)


@router.post("/sessions/end")
def end_other_sessions(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_PASSWORD)],
) -> Response:
    end_sessions_of(services, request, caller, name=caller.name, keep=caller.session_id)
    return RedirectResponse("/account", status_code=303)


@router.post("/end-all")
async def end_all(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_PASSWORD)],
    password: Annotated[str, Form(max_length=1_024)] = "",
) -> Response:
    def work() -> Response:
        try:
            end_all_own(services, request, caller, password=password)
        except NotLoggedOnError:
            return account_view(request, services, caller, error="the password is wrong")
        except ThrottledError as error:
            return account_view(request, services, caller, error=str(error))
        return RedirectResponse("/account", status_code=303)

    return await threads.run(work)


@router.post("/sessions/{session_id}/end")
def end_session(
    session_id: str,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.OWN_PASSWORD)],
) -> Response:
    end_session_of(services, request, caller, name=caller.name, session_id=session_id[:16])
    return RedirectResponse("/account", status_code=303)


def account_view(
    request: Request, services: Services, caller: Caller, *, error: str = "", token: str = ""
) -> Response:
    """The account's page, with what went wrong or a new API token."""
    context = {
        "error": error,
        "token": token,
        "sessions": services.accounts.sessions.list(caller.account_id),
        "factor_is_on": services.accounts.second_factor.codes_are_on(caller.account_id),
        "passkeys": services.accounts.passkeys.list(caller.account_id),
        "passkeys_possible": services.accounts.passkeys.possible,
        "codes_left": services.accounts.second_factor.codes_left(caller.account_id),
        "tokens": services.accounts.tokens.list(caller.account_id),
        "scopes": sorted(caller.scopes & (tokens_may_hold() - {Scope.SELF})),
    }
    return render(request, "account.html", context, caller=caller, status=400 if error else 200)
