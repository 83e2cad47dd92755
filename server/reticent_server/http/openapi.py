"""The OpenAPI document: what FastAPI derives, completed from the guards and the schemas.

Adds to every operation the scope it needs, the way to authenticate, an example of each answer, and
the problems that its guard, its input and its threads bring about; the others stand at the route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from reticent_server.http import settings
from reticent_server.http.guard import ScopeGuard
from reticent_server.http.inventory import Entry, inventory_of
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.base import ProblemOut
from reticent_server.http.threads import login_threads_of, store_threads_of

DESCRIPTION = """\
What laptops sent under the customer's policy, and how they are enrolled and watched.

Programs authenticate with an API token (`Authorization: Bearer rtat_...`). Errors are
`application/problem+json` (RFC 9457). Lists are paged by `next_cursor`.
"""
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE,
        "description": f"The console's session. Changes also need {settings.CSRF_HEADER}.",
    },
}
_ALWAYS = (413, 500)  # `BodyLimit` and `CatchFailures` stand before every route
_BRINGS: Mapping[Callable[..., Any], int] = {store_threads_of: 503, login_threads_of: 503}


def document_of(app: FastAPI) -> dict[str, Any]:
    """Made once, then kept: it depends on the code alone."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=DESCRIPTION,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        _complete(app, document)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(app: FastAPI, document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    schemas["ProblemOut"] = ProblemOut.model_json_schema()
    components["securitySchemes"] = SECURITY_SCHEMES
    entries = {
        (entry.path, method.lower()): entry
        for entry in inventory_of(app)
        for method in entry.methods
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            entry = entries[path, method]
            operation["security"] = []
            if isinstance(entry.guard, ScopeGuard):
                by_token: list[dict[str, list[str]]] = (
                    [{"token": []}] if entry.guard.takes_tokens else []
                )
                operation["security"] = [*by_token, {"session": []}]
                operation["x-required-scope"] = entry.guard.scope.value
            responses = operation["responses"]
            for status, answer in refusals(*_implied(entry, operation)).items():
                responses[str(status)] = answer
            operation["responses"] = dict(sorted(responses.items()))
            _add_examples(operation, schemas)


def _implied(entry: Entry, operation: dict[str, Any]) -> Iterator[int]:
    """The refusals that the route does not name because something before it sends them."""
    yield from _ALWAYS
    if isinstance(entry.guard, ScopeGuard):
        yield from (401, 403)
    if "422" in operation["responses"]:  # it takes input; FastAPI's own shape of it is never sent
        yield 422
    if "requestBody" in operation:
        yield from (400, 415)  # a body that is no text, or not JSON
    yield from (_BRINGS[call] for call in entry.calls if call in _BRINGS)


def _add_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for carrier in (*bodies, *operation["responses"].values()):
        for content in carrier.get("content", {}).values():
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            if name and "example" not in content:
                content["example"] = schemas[name]["examples"][0]
