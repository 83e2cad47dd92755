"""The policies' page: what a group runs, how far a newer version is, its history, each text."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import urlencode

import yaml
from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.errors import NotFoundError
from reticent_server.http.guard import ServicesDep, requires, requires_form
from reticent_server.http.problems import not_found
from reticent_server.http.publishing import recorded, refused_as_problem
from reticent_server.http.reaching import group_in_reach, own_group
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.services import Services
from reticent_server.store.control.base import INTEGER_MAX

router = APIRouter(include_in_schema=False, prefix="/policies")
Administrator = Annotated[Caller, requires_form(Scope.ADMIN_ROLLOUTS)]
GroupField = Annotated[str, Form(min_length=1, max_length=64)]


@router.get("")
def policies_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.READ_POLICIES)],
    group: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
) -> Response:
    group = own_group(caller, Scope.READ_POLICIES, group)
    policies = services.policies
    history = policies.history_with_parents(group)
    return render(
        request,
        "policies.html",
        {
            "group": group,
            "groups": [g for g in policies.groups() if caller.reaches(Scope.READ_POLICIES, g)],
            "history": history,
            "usage": policies.progress.usage(group),
            "progress": _progress(services, caller, group),
            "behind": [
                policy
                for policy in policies.behind(group)
                if caller.reaches(Scope.READ_POLICIES, policy.group)
            ],
        },
        caller=caller,
    )


@router.get("/{version}")
def version_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.READ_POLICIES)],
    version: Annotated[int, Path(ge=1, le=INTEGER_MAX)],
    group: Annotated[str, Query(min_length=1, max_length=64)] = DEFAULT_GROUP,
    *,
    signed: bool = False,
) -> Response:
    """As its author wrote it, comments and all; as it was signed where that is asked for."""
    group_in_reach(caller, Scope.READ_POLICIES, group)
    policies = services.policies
    try:
        policy = policies.get(group, version)
    except NotFoundError:
        raise not_found("policy version") from None
    shown = policies.text_of(policy)
    document = json.loads(policy.canonical_json)
    return render(
        request,
        "policy.html",
        {
            "policy": policy,
            "text": None if signed else shown.text,
            "why": shown.why,
            "signed": signed,
            "document": yaml.safe_dump(document, sort_keys=False, allow_unicode=True),
            "findings": policies.lint_published(policy),
        },
        caller=caller,
    )


@router.post("/widen")
def widen(
    request: Request,
    services: ServicesDep,
    caller: Administrator,
    group: GroupField,
    share: Annotated[int, Form(ge=1, le=100)],
) -> Response:
    group_in_reach(caller, Scope.ADMIN_ROLLOUTS, group)
    with refused_as_problem():
        recorded(request, services, caller, Scope.ADMIN_ROLLOUTS).move(group, share=share)
    return back_to(group)


@router.post("/stop")
def stop(
    request: Request, services: ServicesDep, caller: Administrator, group: GroupField
) -> Response:
    group_in_reach(caller, Scope.ADMIN_ROLLOUTS, group)
    with refused_as_problem():
        recorded(request, services, caller, Scope.ADMIN_ROLLOUTS).move(group, share=None)
    return back_to(group)


def _progress(services: Services, caller: Caller, group: str) -> object:
    """Of the version that the group's laptops are going to; None where there is none at all, or
    where it is the default group's and counts laptops that the caller may not see."""
    try:
        newest = services.policies.newest(group)
    except NotFoundError:
        return None
    if not caller.reaches(Scope.READ_POLICIES, newest.group):
        return None
    return services.policies.progress.of(newest)


def back_to(group: str) -> Response:
    return RedirectResponse("/policies?" + urlencode({"group": group}), status_code=303)
