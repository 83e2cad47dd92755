"""Renaming and removing one's own passkeys; adding one needs the script `passkeys.js`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import NotLoggedOnError, ThrottledError
from reticent_server.console.routes.account import account_view
from reticent_server.http.guard import ServicesDep, requires_form
from reticent_server.http.login import Visitor
from reticent_server.http.passkeys import remove_passkey, rename_passkey
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(include_in_schema=False, prefix="/account/passkeys")
Holder = Annotated[Caller, requires_form(Scope.OWN_PASSWORD, factor_may_be_missing=True)]
PasskeyId = Annotated[str, Form(max_length=16)]


@router.post("/rename")
def rename(
    request: Request,
    services: ServicesDep,
    caller: Holder,
    passkey_id: PasskeyId = "",
    name: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    rename_passkey(services, caller, passkey_id, name=name, visitor=Visitor.of(request))
    return RedirectResponse("/account", status_code=303)


@router.post("/remove")
async def remove(
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
    passkey_id: PasskeyId = "",
    password: Annotated[str, Form(max_length=1_024)] = "",
) -> Response:
    visitor = Visitor.of(request)

    def work() -> Response:
        try:
            remove_passkey(services, caller, passkey_id, password=password, visitor=visitor)
        except NotLoggedOnError:
            return account_view(request, services, caller, error="the password is wrong")
        except ThrottledError as error:
            return account_view(request, services, caller, error=str(error))
        return RedirectResponse("/account", status_code=303)

    return await threads.run(work)
