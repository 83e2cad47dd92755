"""Every route of the application, flat, with the guard that it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from reticent_server.http.guard import Public, ScopeGuard


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`guard` is None where the route declares none, or several. `calls`: all it depends on."""

    path: str
    methods: frozenset[str]
    guard: ScopeGuard | Public | None
    endpoint: Callable[..., Any]
    calls: tuple[Callable[..., Any], ...]


def inventory_of(app: FastAPI) -> Iterator[Entry]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            calls = _calls_of(context.dependant)
            yield Entry(
                path=str(context.path_format),
                methods=frozenset(context.methods or ()),
                guard=_guard_of(calls),
                endpoint=context.original_route.endpoint,
                calls=calls,
            )


def _calls_of(dependant: Dependant) -> tuple[Callable[..., Any], ...]:
    return tuple(d.call for d in dependant.dependencies if d.call is not None)


def _guard_of(calls: tuple[Callable[..., Any], ...]) -> ScopeGuard | Public | None:
    found = [call for call in calls if isinstance(call, ScopeGuard | Public)]
    return found[0] if len(found) == 1 else None
