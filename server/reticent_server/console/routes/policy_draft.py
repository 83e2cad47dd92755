"""A policy that is being written: its text, what is wrong with it and what it reveals, what would
leave of lines, and its publication.

Must hold: looking stores, signs and sends nothing; whatever a publication is refused for, the text
stays in the form.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Form, Query
from reticent_contract.limits import POLICY_BYTES_MAX
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.drafted import look_at
from reticent_server.console.pages import render
from reticent_server.console.routes.policies import GroupField, back_to
from reticent_server.http.guard import ServicesDep, requires, requires_form
from reticent_server.http.problems import ProblemError
from reticent_server.http.publishing import recorded, refused_as_problem
from reticent_server.http.reaching import group_in_reach
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.policies.trying import DEFAULT_FIELD
from reticent_server.services import Services

PATH = "/policies/draft"
LINES_CHARS_MAX = 16 << 10
router = APIRouter(include_in_schema=False, prefix=PATH)
Editor = Annotated[Caller, requires_form(Scope.EDIT_POLICIES)]
Publisher = Annotated[Caller, requires_form(Scope.ADMIN_POLICIES)]
# None at all is told on the page, like everything else that is no policy.
Text = Annotated[str, Form(max_length=POLICY_BYTES_MAX)]
_VERSION = re.compile(r"^version: *\d+", re.M)


@router.get("")
def draft_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.EDIT_POLICIES)],
    group: Annotated[str, Query(min_length=1, max_length=64)] = DEFAULT_GROUP,
) -> Response:
    """With what is in force, to be changed."""
    group_in_reach(caller, Scope.EDIT_POLICIES, group)
    return _page(request, caller, group, text=_begun(services, caller, group))


@router.post("")
def look(
    request: Request,
    services: ServicesDep,
    caller: Editor,
    group: GroupField,
    text: Text = "",
    lines: Annotated[str, Form(max_length=LINES_CHARS_MAX)] = "",
    field: Annotated[str, Form(min_length=1, max_length=160)] = DEFAULT_FIELD,
) -> Response:
    group_in_reach(caller, Scope.EDIT_POLICIES, group)
    text = _lines_of_unix(text)
    looked = look_at(services, caller, group, text, field=field, lines=lines.splitlines())
    return _page(request, caller, group, text=text, lines=lines, field=field, looked=looked)


@router.post("/publish")
def publish(
    request: Request,
    services: ServicesDep,
    caller: Publisher,
    group: GroupField,
    share: Annotated[int, Form(ge=1, le=100)],
    text: Text = "",
    reason: Annotated[str, Form(max_length=APPROVAL_REASON_CHARS_MAX)] = "",
) -> Response:
    group_in_reach(caller, Scope.ADMIN_POLICIES, group)
    text = _lines_of_unix(text)
    try:
        with refused_as_problem():
            recorded(request, services, caller, Scope.ADMIN_POLICIES).publish(
                text, group=group, share=share, reason=reason
            )
    except ProblemError as problem:
        kept = {"text": text, "share": share, "reason": reason}
        return _page(request, caller, group, problem=problem, status=problem.status, **kept)
    return back_to(group)


def _begun(services: Services, caller: Caller, group: str) -> str:
    """The text in force under its next version; of a group without its own what would extend it."""
    policy = services.policies.current(group)
    if policy.group != group:
        return f"# Only what differs from the policy of {policy.group}.\nextends: {policy.group}\n"
    if not caller.reaches(Scope.READ_POLICIES, group):
        return ""
    shown = services.policies.text_of(policy).text
    document = services.policies.parsed(policy).document
    text = shown.text if shown else yaml.safe_dump(dict(document), sort_keys=False)
    newest = services.policies.newest(group).version
    return _VERSION.sub(f"version: {newest + 1}", text, count=1)


def _lines_of_unix(text: str) -> str:
    """A browser ends the lines of a form in two characters."""
    return text.replace("\r\n", "\n")


def _page(
    request: Request, caller: Caller, group: str, *, status: int = 200, **context: Any
) -> Response:
    empty = {"lines": "", "field": DEFAULT_FIELD, "share": 100, "reason": ""}
    nothing = {"looked": None, "problem": None}
    return render(
        request,
        "policy_draft.html",
        {"group": group, **empty, **nothing, **context},
        caller=caller,
        status=status,
    )
