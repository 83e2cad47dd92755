"""Enrolment tokens: made, listed, revoked."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import NotFoundError
from reticent_server.http.enrolling import ENROL_COMMAND, make_token
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.problems import not_found
from reticent_server.http.refusals import refusals
from reticent_server.http.revoking import revoke_enrolment_token
from reticent_server.http.schemas.enrolment import (
    EnrolmentTokenIn,
    EnrolmentTokenOut,
    EnrolmentTokensOut,
    NewEnrolmentTokenOut,
)
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/enrolment-tokens", tags=["enrolment"])
Enroller = Annotated[Caller, requires(Scope.ADMIN_ENROLMENT)]
TokenId = Annotated[
    UUID, Path(description="The token.", examples=["0c2f9a64-6a0e-4b6e-9d0b-6a1a6a3e1c55"])
]


@router.get("", summary="List enrolment tokens")
def list_tokens(
    services: ServicesDep, caller: Annotated[Caller, requires(Scope.READ_ENROLMENT)]
) -> EnrolmentTokensOut:
    """Newest first. Their text is never shown again."""
    now = time.time()
    views = services.enrolment.list(groups=caller.groups(Scope.READ_ENROLMENT))
    return EnrolmentTokensOut(tokens=[EnrolmentTokenOut.of(view, now_s=now) for view in views])


@router.post("", status_code=201, summary="Make an enrolment token", responses=refusals(404))
def create_token(
    body: EnrolmentTokenIn, request: Request, services: ServicesDep, caller: Enroller
) -> NewEnrolmentTokenOut:
    """One string with everything a laptop needs: address, CA certificate, secret, expiry."""
    token = make_token(
        services,
        caller,
        group=body.group,
        uses=body.uses,
        hours=body.hours,
        needs_approval=body.needs_approval,
        source_address=address_of(request),
    )
    return NewEnrolmentTokenOut(token=token, command=ENROL_COMMAND)


@router.delete(
    "/{token_id}",
    status_code=204,
    summary="Revoke an enrolment token",
    responses=refusals(404),
)
def revoke_token(
    token_id: TokenId, request: Request, services: ServicesDep, caller: Enroller
) -> None:
    """No device enrols with it any more; those that did stay."""
    try:
        revoke_enrolment_token(
            services.enrolment,
            services.audit.record_with,
            token_id,
            actor=caller.name,
            source_address=address_of(request),
            groups=caller.groups(Scope.ADMIN_ENROLMENT),
        )
    except NotFoundError:
        raise not_found("enrolment token") from None
