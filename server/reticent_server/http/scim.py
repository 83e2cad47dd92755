"""SCIM over HTTP: who may ask, bodies, answers and refusals in SCIM's own form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.audit.service import Entry
from reticent_server.auth import Caller, Scope
from reticent_server.config import host_port
from reticent_server.http.guard import ScopeGuard, address_of, record_refusal
from reticent_server.http.problems import ProblemError
from reticent_server.scim.applying import Change
from reticent_server.scim.attributes import ENTERPRISE, GROUP, USER, plain_name
from reticent_server.scim.errors import ScimError, error_body
from reticent_server.services import Services

PREFIX = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
_TYPES = frozenset({MEDIA_TYPE, "application/json"})
_VERSION = re.compile(r'(?:W/)?"([0-9]{1,18})"')


class TokenGuard(ScopeGuard):
    """`ScopeGuard` for what programs alone do: a browser's session is refused, whoever it is."""

    def admit(self, request: Request, *, csrf: str | None) -> Caller:
        caller = super().admit(request, csrf=csrf)
        if caller.via != "token":
            record_refusal(request, caller, "is for API tokens alone")
            raise ProblemError(
                403,
                "token-only",
                "this is for API tokens alone; nothing was done; make one with the scope "
                f"{self.scope.value} for your directory",
            )
        return caller


Directory = Annotated[Caller, Depends(TokenGuard(Scope.ADMIN_SCIM))]


async def body_of(request: Request) -> dict[str, Any]:
    """Raises ScimError 400 or 415. The body's size is bounded before."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _TYPES:
        raise ScimError(415, f"send {MEDIA_TYPE}; nothing was done")
    try:
        read = json.loads(await request.body())
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise ScimError(
            400, "the body is no JSON object; nothing was done", scim_type="invalidSyntax"
        )
    return read


Body = Annotated[dict[str, Any], Depends(body_of)]


def version_of(request: Request) -> int | None:
    """Of `If-Match`; None where any will do. Raises ScimError 412 for one that is none of ours."""
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return None
    found = _VERSION.fullmatch(said.strip())
    if found is None:
        raise ScimError(412, "it was changed meanwhile; nothing was changed; read it again")
    return int(found.group(1))


Version = Annotated[int | None, Depends(version_of)]


class Shown:
    """`attributes` and `excludedAttributes` (RFC 7644, section 3.9), of the first level; `id` and
    `schemas` always stay."""

    def __init__(
        self,
        attributes: Annotated[str, Query(max_length=1_000)] = "",
        excluded: Annotated[str, Query(alias="excludedAttributes", max_length=1_000)] = "",
    ) -> None:
        self._only = _names(attributes)
        self._without = _names(excluded)

    @property
    def members(self) -> bool:
        """Entra ID leaves them out where it only asks whether a group is there: they are many."""
        return self._shows("members")

    def of(self, resource: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in resource.items() if self._shows(key)}

    def _shows(self, key: str) -> bool:
        low = key.lower()
        if low in {"id", "schemas"}:
            return True
        return low in self._only if self._only else low not in self._without


def _names(listed: str) -> frozenset[str]:
    """In lower case, without the schema and the part: the first level is all that is chosen by."""
    found = set()
    for name in filter(None, (one.strip() for one in listed.split(","))):
        plain = plain_name(plain_name(name, USER), GROUP)
        inner = ENTERPRISE.lower()
        found.add(inner if plain.startswith(inner) else plain.partition(".")[0])
    return frozenset(found)


ShownDep = Annotated[Shown, Depends()]


def answer(request: Request, body: Mapping[str, Any] | None, *, status: int = 200) -> Response:
    """One resource, with its address and version in headers too; None: no body."""
    if body is None:
        return Response(status_code=204)
    headers = {}
    said = dict(body)
    if "location" in said.get("meta", {}):
        address = base_of(request) + said["meta"]["location"].removeprefix(PREFIX)
        said["meta"] = {**said["meta"], "location": address}
        headers = {"Location": address, "ETag": said["meta"]["version"]}
    return Response(json.dumps(said), status, headers, media_type=MEDIA_TYPE)


def base_of(request: Request) -> str:
    """The operator's name for this server, never the request's."""
    config = request.app.state.services.config
    return f"https://{host_port(config.public_name, config.ports.console)}{PREFIX}"


def listed(
    request: Request, resources: list[dict[str, Any]], *, total: int, start: int = 1
) -> Response:
    base = base_of(request)
    for one in resources:
        location = one.get("meta", {}).get("location")
        if location:
            one["meta"]["location"] = base + location.removeprefix(PREFIX)
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }
    return answer(request, body)


def refusal(
    status: int, detail: str, scim_type: str = "", *, headers: Mapping[str, str] | None = None
) -> Response:
    said = {"Cache-Control": "no-store", **(headers or {})}
    body = json.dumps(error_body(status, detail, scim_type))
    return Response(body, status, said, media_type=MEDIA_TYPE)


def entries_of(
    request: Request, caller: Caller, action: str, what: str, changes: list[Change]
) -> list[Entry]:
    """`what` names a resource by its ID: people's names stay out of the trail."""
    done = Entry(actor=caller.name, action=action, object=what, source_address=address_of(request))
    by_it = [
        replace(done, action="account.roles", object=str(change), reason="by the directory (SCIM)")
        for change in changes
        if change.is_one
    ]
    return [done, *by_it]


@contextmanager
def refusals_recorded(
    services: Services, request: Request, caller: Caller, action: str, what: str
) -> Iterator[None]:
    """A change that is refused is in the trail, without what it said."""
    try:
        yield
    except ScimError as error:
        services.audit.record(
            actor=caller.name,
            action=action,
            object=what,
            outcome="refused",
            reason=error.scim_type or str(error.status),
            source_address=address_of(request),
        )
        raise
