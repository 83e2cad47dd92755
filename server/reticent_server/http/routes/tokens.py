"""One's own API tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import AccountError
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.own_tokens import make_own, revoke_own
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.account import (
    ApiTokenIn,
    ApiTokenOut,
    ApiTokensOut,
    NewApiTokenOut,
)
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/api-tokens", tags=["API tokens"])
Owner = Annotated[Caller, requires(Scope.OWN_TOKENS)]
TokenId = Annotated[
    str, Path(pattern=r"^[0-9a-f]{16}$", examples=["5e1f0a7c9b3d2e48"], description="The token.")
]


@router.get("", summary="List one's API tokens")
def list_tokens(services: ServicesDep, caller: Owner) -> ApiTokensOut:
    """Newest first, expired and revoked ones included. Their text is never shown again."""
    views = services.accounts.tokens.list(caller.account_id)
    return ApiTokensOut(tokens=[ApiTokenOut.of(view) for view in views])


@router.post("", status_code=201, summary="Make an API token")
def create_token(
    body: ApiTokenIn, request: Request, services: ServicesDep, caller: Owner
) -> NewApiTokenOut:
    """It holds at most the scopes of the account, `admin:*` standing for all that begin so."""
    try:
        new = make_own(
            services,
            caller,
            name=body.name,
            scopes=body.scopes,
            days=body.days,
            source_address=address_of(request),
        )
    except AccountError as error:
        raise ProblemError(422, "token-refused", str(error)) from error
    return NewApiTokenOut.of(new)


@router.delete(
    "/{token_id}", status_code=204, summary="Revoke an API token", responses=refusals(404)
)
def revoke_token(token_id: TokenId, request: Request, services: ServicesDep, caller: Owner) -> None:
    """It is useless from the next request on."""
    revoke_own(services, caller, token_id, source_address=address_of(request))
