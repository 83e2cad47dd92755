"""Every route of the application, flat, with the guard that it declares."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute

from reticent_server.http.guard import Public, ScopeGuard


def routes_of(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield route.path_format, route


def guard_of(route: APIRoute) -> ScopeGuard | Public | None:
    """The one guard among the route's dependencies; None where it has none or several."""
    found = [
        d.call for d in route.dependant.dependencies if isinstance(d.call, ScopeGuard | Public)
    ]
    return found[0] if len(found) == 1 else None
