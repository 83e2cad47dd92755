"""The login page, the way out, and the start page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    LocalLogOnOffError,
    NotLoggedOnError,
    SecondFactorNeededError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.auth.sessions import NewSession
from reticent_server.console.pages import render
from reticent_server.http import settings
from reticent_server.http.guard import (
    ServicesDep,
    check_origin,
    public,
    requires,
    requires_form,
    services_of,
)
from reticent_server.http.login import (
    Visitor,
    end_session,
    finish_log_on,
    log_on,
    set_cookies,
    set_step_cookie,
)
from reticent_server.http.threads import LoginThreadsDep
from reticent_server.services import Services

router = APIRouter(include_in_schema=False)
START = "/"  # which leads to the first page that the caller may see
PAGES = (
    (Scope.READ_DEVICES, "/devices"),
    (Scope.READ_EVENTS, "/events"),
    (Scope.READ_POLICIES, "/policies"),
    (Scope.READ_ENROLMENT, "/enrolment"),
    (Scope.ADMIN_AUDIT, "/audit"),
    (Scope.READ_ACCOUNTS, "/roles"),
)


@router.get("/")
def start(caller: Annotated[Caller, requires(Scope.SELF)]) -> Response:
    return RedirectResponse(start_of(caller), status_code=303)


@router.get("/login", dependencies=[public("nobody is logged on before this")])
def login_page(
    request: Request, following: Annotated[str, Query(alias="next")] = START
) -> Response:
    return login_view(request, following=following)


def login_view(
    request: Request,
    *,
    following: str = START,
    error: str = "",
    name: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    sso = services_of(request).sso
    context = {
        "following": inside(following),
        "error": error,
        "name": name,
        "sso": sso.oidc if sso else None,
        "sso_address": "/login/oidc?" + urlencode({"next": inside(following)}),
    }
    return render(request, "login.html", context, status=status, headers=headers)


@router.post("/login", dependencies=[public("nobody is logged on before this")])
async def login(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    name: Annotated[str, Form(max_length=256)] = "",
    password: Annotated[str, Form(max_length=1_024)] = "",
    following: Annotated[str, Form(alias="next", max_length=4_096)] = START,
) -> Response:
    check_origin(request)
    try:
        session = await threads.run(
            first_step,
            services,
            name=name,
            password=password,
            visitor=Visitor.of(request),
            following=inside(following),
        )
    except (NotLoggedOnError, ThrottledError) as error:
        wait_s = error.retry_after_s if isinstance(error, ThrottledError) else None
        return login_view(
            request,
            following=following,
            error=str(error),
            name=name,
            status=401 if wait_s is None else 429,
            headers={} if wait_s is None else {"Retry-After": str(wait_s)},
        )
    return session if isinstance(session, Response) else _go_on(session, following)


@router.get("/login/code", dependencies=[public("nobody is logged on before this")])
def code_page(request: Request, following: Annotated[str, Query(alias="next")] = START) -> Response:
    return render(request, "login_code.html", {"following": inside(following), "error": ""})


@router.post("/login/code", dependencies=[public("nobody is logged on before this")])
async def login_code(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    code: Annotated[str, Form(max_length=32)] = "",
    following: Annotated[str, Form(alias="next", max_length=4_096)] = START,
) -> Response:
    check_origin(request)
    try:
        session = await threads.run(finish_log_on, services, code=code, visitor=Visitor.of(request))
    except LocalLogOnOffError as error:
        return login_view(request, following=following, error=str(error), status=401)
    except NotLoggedOnError:  # it took too long, or nobody began it in this browser
        return RedirectResponse("/login", status_code=303)
    except (WrongCodeError, ThrottledError) as error:
        wait_s = error.retry_after_s if isinstance(error, ThrottledError) else None
        return render(
            request,
            "login_code.html",
            {"following": inside(following), "error": str(error)},
            status=401 if wait_s is None else 429,
            headers={} if wait_s is None else {"Retry-After": str(wait_s)},
        )
    response = _go_on(session, following)
    response.delete_cookie(
        settings.STEP_COOKIE, path="/", secure=True, httponly=True, samesite="strict"
    )
    return response


def first_step(
    services: Services, *, name: str, password: str, visitor: Visitor, following: str = START
) -> NewSession | Response:
    """The session; where the account has a second factor the way to it, half open in this browser.
    Blocks. Raises as `log_on`, but for SecondFactorNeededError."""
    try:
        return log_on(services, name=name, password=password, visitor=visitor)
    except SecondFactorNeededError as needed:
        token = services.accounts.half_open.begin(needed.account_id, proved=needed.proved)
    address = "/login/code?" + urlencode({"next": following})
    response = RedirectResponse(address, status_code=303)
    set_step_cookie(response, token)
    return response


def _go_on(session: NewSession, following: str) -> Response:
    caller = session.caller
    stays = caller.must_set_password or caller.must_add_factor
    wanted = inside(following)
    if stays:
        wanted = "/account"
    elif wanted == START:
        wanted = start_of(caller)
    response = RedirectResponse(wanted, status_code=303)
    set_cookies(response, session)
    return response


@router.post("/logout")
def logout(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.SELF, temporary_password_is_enough=True)],
) -> Response:
    leads_to = "/login/oidc/out" if caller.sso and services.sso else "/login"
    response = RedirectResponse(leads_to, status_code=303)
    end_session(services, request, response, caller)
    return response


def start_of(caller: Caller) -> str:
    return next((page for scope, page in PAGES if caller.may(scope)), "/account")


def inside(address: str) -> str:
    """The address if it is a page of this console, else the start page (no open redirect)."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    if not plain or not address.startswith("/") or address.startswith("//"):
        return START
    return START if address.startswith(("/login", "/logout")) else address
