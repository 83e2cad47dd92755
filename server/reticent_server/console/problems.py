"""Problems as a page where a browser asked for one, as problem+json for everybody else.

Whoever is logged on has the navigation on that page too; nobody else has.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.console.pages import render
from reticent_server.http.guard import SAFE_METHODS, find_person
from reticent_server.http.problems import ProblemError, answer_problem, from_http, from_validation
from reticent_server.http.scim import PREFIX, refusal
from reticent_server.scim.errors import ScimError


async def answer_in_html(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(f"{PREFIX}/"):
        return _in_scim(error)
    if not wants_page(request):
        return await answer_problem(request, error)
    if isinstance(error, RequestValidationError):
        error = from_validation(error)
    elif isinstance(error, HTTPException):
        error = from_http(error)
    if not isinstance(error, ProblemError):
        raise error
    if error.name == "not-logged-on":
        return to_login(request)
    if error.name in {"password-is-temporary", "second-factor-missing"}:
        return go(request, "/account")
    # Not a fault: whoever gets this page did all that one person can.
    asked = error.extra["request_id"] if error.name == "approval-needed" else ""
    title = "A second person has to agree" if asked else HTTPStatus(error.status).phrase
    return render(
        request,
        "problem.html",
        {"title": title, "problem": error, "asked": asked},
        caller=await run_in_threadpool(find_person, request),
        status=error.status,
        headers=error.headers,
    )


def _in_scim(error: Exception) -> Response:
    """For a directory, which reads no other form of error."""
    if isinstance(error, ScimError):
        return refusal(error.status, str(error), error.scim_type)
    if isinstance(error, RequestValidationError):
        return refusal(400, from_validation(error).detail, "invalidValue")
    if isinstance(error, HTTPException):
        error = from_http(error)
    if not isinstance(error, ProblemError):
        raise error
    return refusal(error.status, error.detail, headers=error.headers)


def wants_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith(("/api/v1", "/static", "/healthz", "/readyz", "/metrics")):
        return False
    return "text/html" in request.headers.get("accept", "")


def to_login(request: Request) -> Response:
    """The login page, which leads back here afterwards."""
    if request.method not in SAFE_METHODS or request.url.path == "/":
        return go(request, "/login")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(request, "/login?" + urlencode({"next": wanted}))


def go(request: Request, address: str) -> Response:
    """A redirect; htmx would swap the page it leads to into this one, so it is told to leave."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
