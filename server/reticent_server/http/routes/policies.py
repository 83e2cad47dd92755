"""Policies: which versions there are, and what each says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from reticent_contract.policy import PolicyError
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.policies import (
    PoliciesOut,
    PolicyDocumentOut,
    PolicyIn,
    PolicyOut,
)

router = APIRouter(prefix="/policies", tags=["policies"])
Reader = Annotated[Caller, requires(Scope.READ_POLICIES)]
Group = Annotated[
    str, Query(min_length=1, max_length=64, description="The device group.", examples=["default"])
]
Version = Annotated[int, Path(ge=1, le=(1 << 63) - 1, description="The version.", examples=[1])]


@router.get("", summary="List policy versions")
def list_policies(services: ServicesDep, _: Reader, group: Group = "default") -> PoliciesOut:
    """Newest first."""
    history = services.policies.history(group)
    return PoliciesOut(policies=[PolicyOut.of(policy) for policy in history])


@router.get("/current", summary="Show the policy in force", responses=refusals(404))
def current_policy(services: ServicesDep, _: Reader, group: Group = "default") -> PolicyDocumentOut:
    """The group's newest version, or the default group's where it has none."""
    try:
        return PolicyDocumentOut.of(services.policies.current(group))
    except NotFoundError:
        raise not_found("policy") from None


@router.post("", status_code=201, summary="Sign and publish a policy", responses=refusals(409))
def publish_policy(
    body: PolicyIn,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_POLICIES)],
) -> PolicyOut:
    """Connected laptops of the group get it at once. A refused one changes nothing."""
    try:
        version = services.policies.publish(body.document, group=body.group, publisher=caller.name)
    except PolicyError as error:
        raise ProblemError(422, "policy-refused", str(error)) from error
    except ConflictError as error:
        raise ProblemError(409, "policy-conflict", str(error)) from error
    services.audit.record(
        actor=caller.name,
        action="policy.publish",
        object=f"policy {body.group} {version}",
        source_address=address_of(request),
    )
    return PolicyOut.of(services.policies.get(body.group, version))


@router.get("/{version}", summary="Show one policy version", responses=refusals(404))
def get_policy(
    version: Version, services: ServicesDep, _: Reader, group: Group = "default"
) -> PolicyDocumentOut:
    try:
        return PolicyDocumentOut.of(services.policies.get(group, version))
    except NotFoundError:
        raise not_found("policy version") from None
