"""Where a one-time link leads: the person sets a password that nobody else has seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth.errors import (
    AccountError,
    LinkError,
    NotLoggedOnError,
    ThrottledError,
)
from reticent_server.auth.links import PATH
from reticent_server.console.pages import render
from reticent_server.console.routes.login import first_step, login_view
from reticent_server.http.guard import ServicesDep, address_of, check_origin, public
from reticent_server.http.login import Visitor, set_cookies, set_first_password
from reticent_server.http.threads import LoginThreadsDep
from reticent_server.services import Services

router = APIRouter(include_in_schema=False)
_WHY = "the link is the proof"
Secret = Annotated[str, Path(max_length=64)]


@router.get(PATH + "/{secret}", dependencies=[public(_WHY)])
def first_page(request: Request, services: ServicesDep, secret: Secret) -> Response:
    try:
        name = services.accounts.links.name_of(secret)
    except LinkError as error:
        return _page(request, services, error=str(error), status=404)
    return _page(request, services, name=name)


@router.post(PATH + "/{secret}", dependencies=[public(_WHY)])
async def set_first(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    secret: Secret,
    new: Annotated[str, Form(max_length=1_024)] = "",
    again: Annotated[str, Form(max_length=1_024)] = "",
    end_all: Annotated[bool, Form()] = False,
) -> Response:
    check_origin(request)
    address = address_of(request)

    def use() -> Response:
        name = ""
        try:
            name = services.accounts.links.name_of(secret)
            if new != again:
                raise AccountError("the two passwords differ; nothing changed; type them again")
            set_first_password(services, secret, new, end_all=end_all, address=address)
        except LinkError as error:
            return _page(request, services, error=str(error), status=404)
        except AccountError as error:
            return _page(request, services, name=name, error=str(error), status=422)
        try:
            session = first_step(services, name=name, password=new, visitor=Visitor.of(request))
        except NotLoggedOnError as error:  # it is set, but this way of logging on is not theirs
            return login_view(request, name=name, error=str(error), status=401)
        except ThrottledError:  # somebody guessed at this name; the new password waits for that
            return RedirectResponse("/login", status_code=303)
        if isinstance(session, Response):
            return session
        response = RedirectResponse("/", status_code=303)
        set_cookies(response, session)
        return response

    return await threads.run(use)


def _page(
    request: Request, services: Services, *, name: str = "", error: str = "", status: int = 200
) -> Response:
    """Without a name it says what is wrong and nothing else."""
    openings = None
    if name:
        openings = services.accounts.openings.of(services.accounts.number_of(name))
    context = {"name": name, "error": error, "openings": openings}
    return render(request, "first.html", context, status=status)
