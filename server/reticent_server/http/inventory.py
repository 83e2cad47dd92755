"""Every route of the application, flat, with the guard that it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from reticent_server.http.guard import Public, ScopeGuard


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`guard` is None where the route declares none, or several."""

    path: str
    methods: frozenset[str]
    guard: ScopeGuard | Public | None
    endpoint: Callable[..., Any]


def inventory_of(app: FastAPI) -> Iterator[Entry]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield Entry(
                path=str(context.path_format),
                methods=frozenset(context.methods or ()),
                guard=_guard_of(context.dependant),
                endpoint=context.original_route.endpoint,
            )


def others_of(app: FastAPI) -> list[BaseRoute]:
    """What is not one of our routes: mounts. They cannot declare a scope, so they are few."""
    return [
        context.original_route
        for context in iter_route_contexts(app.routes)
        if not isinstance(context.original_route, APIRoute)
    ]


def _guard_of(dependant: Dependant) -> ScopeGuard | Public | None:
    calls = [dependency.call for dependency in dependant.dependencies]
    found = [call for call in calls if isinstance(call, ScopeGuard | Public)]
    return found[0] if len(found) == 1 else None
