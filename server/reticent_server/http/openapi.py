"""The OpenAPI document: what FastAPI derives, completed from the guards and the schemas.

Adds to every operation the scope it needs, the way to authenticate, an example of each answer, and
the problems it may answer with.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from reticent_server.http import settings
from reticent_server.http.guard import ScopeGuard
from reticent_server.http.inventory import inventory_of
from reticent_server.http.problems import MEDIA_TYPE
from reticent_server.http.schemas.base import PROBLEM_EXAMPLE, ProblemOut

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
_PROBLEMS = {
    "401": "Nobody is logged on.",
    "403": "The caller may not do this.",
    "422": "The request was not understood.",
    "500": "The server failed.",
}


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
    guards = {
        (entry.path, method.lower()): entry.guard
        for entry in inventory_of(app)
        for method in entry.methods
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            guard = guards[path, method]
            if isinstance(guard, ScopeGuard):
                operation["security"] = [{"token": []}, {"session": []}]
                operation["x-required-scope"] = guard.scope.value
                problems = dict(_PROBLEMS)
            else:
                operation["security"] = []
                problems = {"500": _PROBLEMS["500"]}
            _add_problems(operation["responses"], problems)
            _add_examples(operation, schemas)


def _add_problems(responses: dict[str, Any], problems: dict[str, str]) -> None:
    responses.pop("422", None)  # FastAPI's own shape of it, which is never sent
    for status, description in problems.items():
        responses[status] = {
            "description": description,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemOut"},
                    "example": PROBLEM_EXAMPLE | {"status": int(status)},
                }
            },
        }


def _add_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for carrier in (*bodies, *operation["responses"].values()):
        for content in carrier.get("content", {}).values():
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            if name and "example" not in content:
                content["example"] = schemas[name]["examples"][0]
