"""Getting sealed values, to open them offline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.sealed import SealedIn, SealedOut
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.http.unsealing import hand_out

router = APIRouter(prefix=API_PREFIX + "/events", tags=["events"])


@router.post("/sealed", summary="Get sealed values", responses=refusals(400, 409))
async def get_sealed(
    body: SealedIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.UNSEAL_VALUES)],
) -> SealedOut:
    """The ciphertexts that a search withholds. `reticent-server unseal` opens them where the
    privacy officer's key is; this server cannot.

    Needs a reason and, as a rule, a second person: 409 `approval-needed` names the request; once
    that is approved, ask for just the same again."""
    rows = await threads.run(
        hand_out,
        services,
        caller=caller,
        text=body.query,
        limit=body.limit,
        reason=body.reason,
        address=address_of(request),
    )
    return SealedOut.of(rows)
