"""One's own second factor: set up with a QR code, confirmed, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import (
    AccountError,
    NotLoggedOnError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.auth.second_factor import Offer
from reticent_server.console.pages import render
from reticent_server.console.routes.account import account_view
from reticent_server.http.guard import ServicesDep, requires_form
from reticent_server.http.login import Visitor
from reticent_server.http.second_factor import confirm, offer, remove
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(include_in_schema=False, prefix="/account/second-factor")
Holder = Annotated[Caller, requires_form(Scope.OWN_PASSWORD, factor_may_be_missing=True)]
Password = Annotated[str, Form(max_length=1_024)]


@router.post("")
async def set_up(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
    password: Password = "",
) -> Response:
    visitor = Visitor.of(request)

    def work() -> Response:
        try:
            made = offer(services, caller, password=password, visitor=visitor)
        except NotLoggedOnError:
            return account_view(request, services, caller, error="the password is wrong")
        except (AccountError, ThrottledError) as error:
            return account_view(request, services, caller, error=str(error))
        return _page(request, caller, made=made)

    return await threads.run(work)


@router.post("/confirm")
def confirm_it(
    request: Request,
    services: ServicesDep,
    caller: Holder,
    code: Annotated[str, Form(max_length=32)] = "",
    secret: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    try:
        codes = confirm(services, caller, code=code, visitor=Visitor.of(request))
    except (WrongCodeError, ThrottledError) as error:
        factor = services.accounts.second_factor
        made = factor.offered(caller.account_id, caller.name, secret=secret)
        if made is None:
            return RedirectResponse("/account", status_code=303)
        return _page(request, caller, made=made, error=str(error))
    return _page(request, caller, codes=codes)


@router.post("/remove")
async def remove_it(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
    password: Password = "",
) -> Response:
    visitor = Visitor.of(request)

    def work() -> Response:
        try:
            remove(services, caller, password=password, visitor=visitor)
        except NotLoggedOnError:
            return account_view(request, services, caller, error="the password is wrong")
        except ThrottledError as error:
            return account_view(request, services, caller, error=str(error))
        return RedirectResponse("/account", status_code=303)

    return await threads.run(work)


def _page(
    request: Request,
    caller: Caller,
    *,
    made: Offer | None = None,
    codes: Sequence[str] = (),
    error: str = "",
) -> Response:
    context = {
        "error": error,
        "secret": made.secret if made else "",
        "picture": _picture(made.uri) if made else "",
        "codes": codes,
    }
    return render(
        request, "second_factor.html", context, caller=caller, status=422 if error else 200
    )


def _picture(uri: str) -> Markup:
    """Inline SVG, black on white whatever the page's colours are: a camera reads it."""
    code = segno.make(uri, error="m", micro=False)
    return Markup(code.svg_inline(scale=5, light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - of segno, from numbers
