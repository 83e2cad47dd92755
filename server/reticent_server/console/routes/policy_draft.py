"""A policy that is being written: its text, what is wrong with it and what it reveals, what would
leave of lines, and its publication.

Must hold: looking stores, signs and sends nothing; nothing is published but what was looked at;
whatever a publication is refused for, or waits for, all that was written stays in the form.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Annotated

import yaml
from fastapi import APIRouter, Form, Query
from reticent_contract.limits import POLICY_BYTES_MAX
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.drafted import Drafted, look_at
from reticent_server.console.pages import render
from reticent_server.console.routes.policies import GroupField, back_to
from reticent_server.http.guard import ServicesDep, requires, requires_form
from reticent_server.http.problems import ProblemError
from reticent_server.http.publishing import recorded, refused_as_problem
from reticent_server.http.reaching import group_in_reach
from reticent_server.http.threads import BoundedThreads, StoreThreadsDep
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
Lines = Annotated[str, Form(max_length=LINES_CHARS_MAX)]
FieldName = Annotated[str, Form(min_length=1, max_length=160)]
Share = Annotated[int, Form(ge=1, le=100)]
Reason = Annotated[str, Form(max_length=APPROVAL_REASON_CHARS_MAX)]
_VERSION = re.compile(r"^version: *\d+", re.M)
_CHANGED = ProblemError(
    409,
    "policy-changed",
    "the text was changed after it was looked at; nothing was published; read below what it means "
    "now, and publish it then",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What somebody wrote into the form."""

    text: str
    lines: str = ""
    field: str = DEFAULT_FIELD
    share: int = 100
    reason: str = ""


@router.get("")
def draft_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.EDIT_POLICIES)],
    group: Annotated[str, Query(min_length=1, max_length=64)] = DEFAULT_GROUP,
) -> Response:
    """With what is in force, to be changed."""
    group_in_reach(caller, Scope.EDIT_POLICIES, group)
    return _page(request, caller, group, _Kept(text=_begun(services, caller, group)))


@router.post("")
async def look(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Editor,
    group: GroupField,
    text: Text = "",
    lines: Lines = "",
    field: FieldName = DEFAULT_FIELD,
    share: Share = 100,
    reason: Reason = "",
) -> Response:
    group_in_reach(caller, Scope.EDIT_POLICIES, group)
    text = _lines_of_unix(text)
    kept = _Kept(text=text, lines=lines, field=field, share=share, reason=reason)
    return await _looked_page(request, services, threads, caller, group, kept)


@router.post("/publish")
async def publish(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Publisher,
    group: GroupField,
    share: Share,
    text: Text = "",
    reason: Reason = "",
    looked_at: Annotated[str, Form(max_length=64)] = "",
    lines: Lines = "",
    field: FieldName = DEFAULT_FIELD,
) -> Response:
    """`looked_at`: the digest of the text that the page judged; empty from whoever has no page."""
    group_in_reach(caller, Scope.ADMIN_POLICIES, group)
    text = _lines_of_unix(text)
    kept = _Kept(text=text, lines=lines, field=field, share=share, reason=reason)
    if looked_at not in {"", _digest(text)}:
        group_in_reach(caller, Scope.EDIT_POLICIES, group)
        return await _looked_page(request, services, threads, caller, group, kept, problem=_CHANGED)

    def published() -> None:
        with refused_as_problem():
            recorded(request, services, caller, Scope.ADMIN_POLICIES).publish(
                text, group=group, share=share, reason=reason
            )

    try:
        await run_in_threadpool(published)
    except ProblemError as problem:
        return await run_in_threadpool(_page, request, caller, group, kept, problem=problem)
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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def _looked_page(
    request: Request,
    services: Services,
    threads: BoundedThreads,
    caller: Caller,
    group: str,
    kept: _Kept,
    *,
    problem: ProblemError | None = None,
) -> Response:
    looked = await look_at(
        services,
        threads,
        caller,
        group,
        kept.text,
        field=kept.field,
        lines=kept.lines.splitlines(),
    )
    return await run_in_threadpool(
        _page, request, caller, group, kept, looked=looked, problem=problem
    )


def _page(
    request: Request,
    caller: Caller,
    group: str,
    kept: _Kept,
    *,
    looked: Drafted | None = None,
    problem: ProblemError | None = None,
) -> Response:
    context = {
        "group": group,
        **asdict(kept),
        "digest": _digest(kept.text),
        "looked": looked,
        "problem": problem,
    }
    status = 200 if problem is None else problem.status
    return render(request, "policy_draft.html", context, caller=caller, status=status)
