"""Policies on their way into their groups: how far they have come, wider, stopped, back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import NotFoundError
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.problems import not_found
from reticent_server.http.publishing import recorded, refused_as_problem
from reticent_server.http.reaching import group_in_reach
from reticent_server.http.refusals import refusals
from reticent_server.http.routes.policies import Group, Reader
from reticent_server.http.schemas.policies import PolicyOut
from reticent_server.http.schemas.rollouts import (
    GroupOut,
    GroupsOut,
    ProgressOut,
    RollbackIn,
    RolloutIn,
)
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/policies", tags=["policies"])
Administrator = Annotated[Caller, requires(Scope.ADMIN_ROLLOUTS)]


@router.get("/groups", summary="List the groups that have a policy of their own")
def list_groups(services: ServicesDep, caller: Reader) -> GroupsOut:
    """Any other group's laptops run the default group's policy."""
    policies = services.policies
    mine = [name for name in policies.groups() if caller.reaches(Scope.READ_POLICIES, name)]
    return GroupsOut(groups=[GroupOut.of(name, policies) for name in mine])


@router.get(
    "/rollout/current", summary="Show how far a group's newest version is", responses=refusals(404)
)
def show_rollout(services: ServicesDep, caller: Reader, group: Group = "default") -> ProgressOut:
    """The group's newest version, or the default group's where it has none of its own."""
    group_in_reach(caller, Scope.READ_POLICIES, group)
    try:
        newest = services.policies.newest(group)
    except NotFoundError:
        raise not_found("policy") from None
    # The default group's progress counts laptops of other groups too.
    group_in_reach(caller, Scope.READ_POLICIES, newest.group)
    return ProgressOut.of(services.policies.progress.of(newest))


@router.post("/rollout", summary="Widen or stop a rollout", responses=refusals(404, 409))
def move_rollout(
    body: RolloutIn, request: Request, services: ServicesDep, caller: Administrator
) -> ProgressOut:
    """A share only grows. A stop leaves the version where it is: agents never go back."""
    group_in_reach(caller, Scope.ADMIN_ROLLOUTS, body.group)
    with refused_as_problem():
        policy = recorded(request, services, caller, Scope.ADMIN_ROLLOUTS).move(
            body.group, share=body.share_percent
        )
    return ProgressOut.of(services.policies.progress.of(policy))


@router.post(
    "/rollback",
    status_code=201,
    summary="Publish an older version's text as a new version",
    responses=refusals(404, 409),
)
def roll_back(
    body: RollbackIn, request: Request, services: ServicesDep, caller: Administrator
) -> PolicyOut:
    """The way back: agents only ever go forward. Where it reveals more than what is in force, it
    needs what publishing needs."""
    group_in_reach(caller, Scope.ADMIN_ROLLOUTS, body.group)
    with refused_as_problem():
        version = recorded(request, services, caller, Scope.ADMIN_ROLLOUTS).roll_back(
            body.group, to=body.to, share=body.share_percent, reason=body.reason
        )
    return PolicyOut.of(services.policies.get(body.group, version))
