"""Pseudonym keys: their epochs, never the keys themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.keys import (
    DestroyedOut,
    DestroyIn,
    EpochOut,
    EpochsOut,
    RotatedOut,
)
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/keys", tags=["keys"])
Keeper = Annotated[Caller, requires(Scope.ADMIN_KEYS)]


@router.get("", summary="List pseudonym epochs")
def list_epochs(
    services: ServicesDep, _: Annotated[Caller, requires(Scope.READ_KEYS)]
) -> EpochsOut:
    """Newest first, destroyed ones too."""
    return EpochsOut(epochs=[EpochOut.of(view) for view in services.epochs.list()])


@router.post("/rotate", status_code=201, summary="Make the next epoch", responses=refusals(409))
def rotate(request: Request, services: ServicesDep, caller: Keeper) -> RotatedOut:
    """Connected laptops have its key at once; it is used when a policy names it."""
    try:
        epoch = services.epochs.rotate(actor=caller.name, source_address=address_of(request))
    except ConflictError as error:
        raise ProblemError(409, "keys-conflict", str(error)) from error
    return RotatedOut(epoch=epoch)


@router.post("/destroy", summary="Destroy an epoch's keys", responses=refusals(409))
def destroy(
    body: DestroyIn, request: Request, services: ServicesDep, caller: Keeper
) -> DestroyedOut:
    """For ever: nothing can link its pseudonyms to anything any more. Signs a receipt."""
    try:
        done = services.epochs.destroy(
            body.epoch,
            actor=caller.name,
            reason=body.reason,
            source_address=address_of(request),
        )
    except (NotFoundError, ConflictError) as error:
        raise ProblemError(409, "keys-conflict", str(error)) from error
    return DestroyedOut(receipt=done.receipt.document(), path=str(done.path))
