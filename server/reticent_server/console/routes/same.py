"""From a pseudonym to every event with the same one: a redirect to the query for it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pseudonyms import query_for
from reticent_server.errors import NotFoundError
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.problems import ProblemError
from reticent_server.services import Services

router = APIRouter(include_in_schema=False)


@router.get("/same")
def same(
    services: ServicesDep,
    _: Annotated[Caller, requires(Scope.READ_EVENTS)],
    value: Annotated[str, Query(max_length=256)],
    field: Annotated[str, Query(max_length=64)] = "message",
) -> Response:
    try:
        query = query_for(value, field=field, link_groups=_link_groups(services))
    except ValueError:
        raise ProblemError(
            422, "invalid-request", "that is not a pseudonym; nothing was searched"
        ) from None
    return RedirectResponse("/events?" + urlencode({"q": query, "range": "all"}), status_code=303)


def _link_groups(services: Services) -> dict[str, set[str]]:
    """The members of each link group, over the policies in force of all device groups."""
    found: dict[str, set[str]] = {}
    for group in services.policies.groups():
        try:
            policy = services.policies.parsed(services.policies.current(group))
        except NotFoundError:
            continue
        for name, members in policy.link_groups.items():
            found.setdefault(name, set()).update(members)
    return found
