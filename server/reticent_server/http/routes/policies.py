"""Policies: which versions there are, and what each says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import NotFoundError
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.problems import not_found
from reticent_server.http.publishing import recorded, refused_as_problem
from reticent_server.http.reaching import every_group, group_in_reach
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.policies import (
    ListedPolicyOut,
    PoliciesOut,
    PolicyDocumentOut,
    PolicyIn,
    PublishedOut,
)
from reticent_server.http.settings import API_PREFIX
from reticent_server.policies.service import PublishedPolicy
from reticent_server.services import Services

router = APIRouter(prefix=API_PREFIX + "/policies", tags=["policies"])
Reader = Annotated[Caller, requires(Scope.READ_POLICIES)]
Group = Annotated[
    str, Query(min_length=1, max_length=64, description="The device group.", examples=["default"])
]
Version = Annotated[int, Path(ge=1, le=(1 << 63) - 1, description="The version.", examples=[1])]


@router.get("", summary="List policy versions", responses=refusals(404))
def list_policies(services: ServicesDep, caller: Reader, group: Group = "default") -> PoliciesOut:
    """Newest first, each with how many laptops run it and why some do not."""
    group_in_reach(caller, Scope.READ_POLICIES, group)
    policies = services.policies
    usage = policies.progress.usage(group)
    return PoliciesOut(
        policies=[
            ListedPolicyOut.listed(policy, usage.get(policy.version), newer_parent=newer)
            for policy, newer in policies.history_with_parents(group)
        ]
    )


@router.get("/current", summary="Show the policy in force", responses=refusals(404))
def current_policy(
    services: ServicesDep, caller: Reader, group: Group = "default"
) -> PolicyDocumentOut:
    """The group's newest version, or the default group's where it has none."""
    group_in_reach(caller, Scope.READ_POLICIES, group)
    try:
        return _whole(services, services.policies.current(group))
    except NotFoundError:
        raise not_found("policy") from None


@router.post("", status_code=201, summary="Sign and publish a policy", responses=refusals(404, 409))
def publish_policy(
    body: PolicyIn,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_POLICIES)],
) -> PublishedOut:
    """Connected laptops in its share get it at once. A refused one changes nothing: a policy that
    lint finds errors in is one, unless `despite_lint` says why it is published all the same.

    One that reveals more than the version in force needs a `reason`, and a second person where the
    configuration says so: 409 `approval-needed` then names the request; once that is approved, send
    the same again."""
    group_in_reach(caller, Scope.ADMIN_POLICIES, body.group)
    if body.with_children:
        every_group(caller, Scope.ADMIN_POLICIES)
    with refused_as_problem():
        publication = recorded(request, services, caller, Scope.ADMIN_POLICIES).publish(
            body.source,
            group=body.group,
            share=body.share_percent,
            with_children=body.with_children,
            despite_lint=body.despite_lint,
            reason=body.reason,
        )
    published = services.policies.get(body.group, publication.version)
    return PublishedOut.published(published, publication)


@router.get("/{version}", summary="Show one policy version", responses=refusals(404))
def get_policy(
    version: Version, services: ServicesDep, caller: Reader, group: Group = "default"
) -> PolicyDocumentOut:
    group_in_reach(caller, Scope.READ_POLICIES, group)
    try:
        return _whole(services, services.policies.get(group, version))
    except NotFoundError:
        raise not_found("policy version") from None


def _whole(services: Services, policy: PublishedPolicy) -> PolicyDocumentOut:
    return PolicyDocumentOut.of(policy, services.policies.text_of(policy))
