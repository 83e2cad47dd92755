"""Rendering: one Jinja2 environment, autoescaping always on, undefined names an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reticent_server import __version__
from reticent_server.auth import Caller, Scope
from reticent_server.auth.sessions import csrf_token
from reticent_server.console import words
from reticent_server.console.assets import asset
from reticent_server.console.values import shown
from reticent_server.http.guard import services_of

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset, version=__version__, Scope=Scope)
    made.filters.update(
        ago=words.ago,
        stamp=words.stamp,
        stamp_us=words.stamp_us,
        iso=words.iso,
        iso_us=words.iso_us,
        number=words.number,
        bytes=words.bytes_of,
        noun=words.noun,
        label=words.label,
        shown=shown,
    )
    return made


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    caller: Caller | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page; `caller` puts the navigation and the CSRF token on it, and what the server wants
    looked at where the caller may see that."""
    secret = caller.csrf_secret if caller else None
    notices: list[str] = []
    if caller is not None and caller.may(Scope.READ_METRICS):
        notices = [told for _, told in sorted(services_of(request).health.notices.items())]
    html = (
        environment()
        .get_template(template)
        .render(
            {
                "path": request.url.path,
                "caller": caller,
                "notices": notices,
                "csrf": csrf_token(secret) if secret else "",
                **context,
            }
        )
    )
    # A page in part must never be taken from a cache for the whole one, or the other way round.
    return HTMLResponse(
        html, status, {"Cache-Control": "no-store", "Vary": "HX-Request", **(headers or {})}
    )


def is_partial(request: Request, target: str) -> bool:
    """True where htmx asks for the element `target` of the page that it has already."""
    return (
        request.headers.get("hx-request") == "true"
        and request.headers.get("hx-history-restore-request") != "true"
        and request.headers.get("hx-target", "").endswith(f"#{target}")
    )
