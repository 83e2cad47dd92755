"""SCIM 2.0 for the customer's directory: people and groups, and what this server can.

Not in the OpenAPI document: SCIM describes itself, by /Schemas and /ResourceTypes, and its clients
read nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import Scope
from reticent_server.http.guard import ServicesDep
from reticent_server.http.scim import (
    PREFIX,
    Body,
    Directory,
    ShownDep,
    TokenGuard,
    Version,
    answer,
    entries_of,
    listed,
    refusals_recorded,
)
from reticent_server.http.seldom import note_list
from reticent_server.scim import settings
from reticent_server.scim.applying import Change
from reticent_server.scim.discovery import resource_types, schemas, service_provider
from reticent_server.scim.errors import not_there
from reticent_server.scim.filters import parse_filter
from reticent_server.scim.patch import Operation, operations_of
from reticent_server.scim.people import Done
from reticent_server.scim.service import ScimService

router = APIRouter(prefix=PREFIX, include_in_schema=False)
_GUARDED = Depends(TokenGuard(Scope.ADMIN_SCIM))
ScimId = Annotated[str, Path(max_length=64)]
Filter = Annotated[str, Query(alias="filter", max_length=2 * settings.FILTER_CHARS_MAX)]
Start = Annotated[int, Query(alias="startIndex", le=2**31)]
Count = Annotated[int, Query(le=2**31)]


@router.get("/ServiceProviderConfig", dependencies=[_GUARDED])
def get_service_provider(request: Request) -> Response:
    return answer(request, service_provider())


@router.get("/ResourceTypes", dependencies=[_GUARDED])
def list_resource_types(request: Request) -> Response:
    found = resource_types()
    return listed(request, found, total=len(found))


@router.get("/ResourceTypes/{name}", dependencies=[_GUARDED])
def get_resource_type(request: Request, name: ScimId) -> Response:
    return answer(request, _named(resource_types(), name, "resource type"))


@router.get("/Schemas", dependencies=[_GUARDED])
def list_schemas(request: Request) -> Response:
    found = schemas()
    return listed(request, found, total=len(found))


@router.get("/Schemas/{name}", dependencies=[_GUARDED])
def get_schema(request: Request, name: Annotated[str, Path(max_length=128)]) -> Response:
    return answer(request, _named(schemas(), name, "schema"))


@router.get("/Users")
def find_people(
    request: Request,
    services: ServicesDep,
    caller: Directory,
    shown: ShownDep,
    wanted: Filter = "",
    start: Start = 1,
    count: Count = settings.PAGE_DEFAULT,
) -> Response:
    start, count = max(1, start), max(0, min(count, settings.PAGE_MAX))
    terms = parse_filter(wanted) if wanted else ()
    page = services.scim.people.find(terms, start=start, count=count)
    note_list(request, caller, "scim.read", "people")
    return listed(request, list(map(shown.of, page.resources)), total=page.total, start=start)


@router.get("/Users/{scim_id}")
def get_person(
    request: Request,
    services: ServicesDep,
    caller: Directory,
    scim_id: ScimId,
    shown: ShownDep,
) -> Response:
    resource = services.scim.people.get(scim_id)
    note_list(request, caller, "scim.read", "people")
    return answer(request, shown.of(resource))


@router.get("/Groups")
def find_groups(
    request: Request,
    services: ServicesDep,
    caller: Directory,
    shown: ShownDep,
    wanted: Filter = "",
    start: Start = 1,
    count: Count = settings.PAGE_DEFAULT,
) -> Response:
    start, count = max(1, start), max(0, min(count, settings.PAGE_MAX))
    terms = parse_filter(wanted) if wanted else ()
    page = services.scim.groups.find(terms, start=start, count=count, with_members=shown.members)
    note_list(request, caller, "scim.read", "groups")
    return listed(request, list(map(shown.of, page.resources)), total=page.total, start=start)


@router.get("/Groups/{scim_id}")
def get_group(
    request: Request,
    services: ServicesDep,
    caller: Directory,
    scim_id: ScimId,
    shown: ShownDep,
) -> Response:
    resource = services.scim.groups.get(scim_id, with_members=shown.members)
    note_list(request, caller, "scim.read", "groups")
    return answer(request, shown.of(resource))


class Writable(Protocol):
    """What people and groups have alike."""

    def within(self, db: Session) -> Writable: ...

    def create(self, given: Mapping[str, Any]) -> Done: ...

    def replace(self, scim_id: str, given: Mapping[str, Any], *, version: int | None) -> Done: ...

    def patch(self, scim_id: str, operations: list[Operation], *, version: int | None) -> Done: ...

    def remove(self, scim_id: str, *, version: int | None) -> list[Change]: ...


def _written(path: str, what: str, of: Callable[[ScimService], Writable]) -> None:
    """The routes that make, change and remove: alike for each kind of resource. What is done and
    what the audit trail says of it are stored together or not at all.

    `what`: how the audit trail calls one.
    """

    @router.post(path)
    def create(request: Request, services: ServicesDep, caller: Directory, body: Body) -> Response:
        action = f"scim.{what}.create"

        def created(db: Session) -> tuple[Done, list[Entry]]:
            done = of(services.scim).within(db).create(body)
            which = f"{what} {done.resource['id']}"
            return done, entries_of(request, caller, action, which, done.changes)

        with refusals_recorded(services, request, caller, action, what):
            done = recorded(services.audit.record_with, created)
        return answer(request, done.resource, status=201)

    @router.put(path + "/{scim_id}")
    def replace(
        request: Request,
        services: ServicesDep,
        caller: Directory,
        scim_id: ScimId,
        body: Body,
        version: Version,
    ) -> Response:
        action, which = f"scim.{what}.change", f"{what} {scim_id}"

        def replaced(db: Session) -> tuple[Done, list[Entry]]:
            done = of(services.scim).within(db).replace(scim_id, body, version=version)
            return done, entries_of(request, caller, action, which, done.changes)

        with refusals_recorded(services, request, caller, action, which):
            done = recorded(services.audit.record_with, replaced)
        return answer(request, done.resource)

    @router.patch(path + "/{scim_id}")
    def patch(
        request: Request,
        services: ServicesDep,
        caller: Directory,
        scim_id: ScimId,
        body: Body,
        version: Version,
    ) -> Response:
        action, which = f"scim.{what}.change", f"{what} {scim_id}"

        def patched(db: Session) -> tuple[Done, list[Entry]]:
            operations = operations_of(body)
            done = of(services.scim).within(db).patch(scim_id, operations, version=version)
            return done, entries_of(request, caller, action, which, done.changes)

        with refusals_recorded(services, request, caller, action, which):
            done = recorded(services.audit.record_with, patched)
        return answer(request, done.resource)

    @router.delete(path + "/{scim_id}")
    def remove(
        request: Request,
        services: ServicesDep,
        caller: Directory,
        scim_id: ScimId,
        version: Version,
    ) -> Response:
        action, which = f"scim.{what}.remove", f"{what} {scim_id}"

        def removed(db: Session) -> list[Entry]:
            changes = of(services.scim).within(db).remove(scim_id, version=version)
            return entries_of(request, caller, action, which, changes)

        with refusals_recorded(services, request, caller, action, which):
            services.audit.record_with(removed)
        return answer(request, None)


_written("/Users", "person", lambda scim: scim.people)
_written("/Groups", "group", lambda scim: scim.groups)


def _named(found: list[dict[str, Any]], name: str, what: str) -> dict[str, Any]:
    for one in found:
        if one["id"] == name:
            return one
    raise not_there(what)
