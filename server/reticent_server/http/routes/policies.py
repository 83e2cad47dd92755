"""Policies: which versions there are, and what each says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from reticent_server.auth import Caller, Scope
from reticent_server.errors import NotFoundError
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.problems import not_found
from reticent_server.http.schemas.policies import PoliciesOut, PolicyDocumentOut, PolicyOut

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


@router.get("/current", summary="Show the policy in force")
def current_policy(services: ServicesDep, _: Reader, group: Group = "default") -> PolicyDocumentOut:
    """The group's newest version, or the default group's where it has none."""
    try:
        return PolicyDocumentOut.of(services.policies.current(group))
    except NotFoundError:
        raise not_found("policy") from None


@router.get("/{version}", summary="Show one policy version")
def get_policy(
    version: Version, services: ServicesDep, _: Reader, group: Group = "default"
) -> PolicyDocumentOut:
    try:
        return PolicyDocumentOut.of(services.policies.get(group, version))
    except NotFoundError:
        raise not_found("policy version") from None
