"""The problems that a route may answer with, as the OpenAPI document shows them.

A route names those that only it knows of (`responses=refusals(404)`); what its guard, its input and
its threads bring about is added by `http.openapi`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from reticent_server.http.problems import MEDIA_TYPE, ProblemError, from_http, not_found, unexpected

_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}
_HEADERS: Mapping[int, Mapping[str, Any]] = {429: _RETRY_AFTER, 503: _RETRY_AFTER}
_DESCRIPTIONS: Mapping[int, str] = {
    400: "The query, the cursor or the body cannot be read.",
    401: "Nobody is logged on.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    409: "It contradicts what is stored.",
    413: "The request's body is too large.",
    415: "The request's body is not JSON.",
    422: "The request was not understood, or asks for what is not allowed.",
    429: "Too many failed log-ins.",
    500: "The server failed.",
    503: "Too many ask for the same already.",
}
_EXAMPLES: Mapping[int, ProblemError] = {
    400: ProblemError(
        400,
        "bad-cursor",
        "the cursor is not one that this list gave; nothing was read; start again without it",
    ),
    401: ProblemError(
        401, "not-logged-on", "nobody is logged on; nothing was done; send an API token or log on"
    ),
    403: ProblemError(
        403,
        "missing-scope",
        "this needs the scope read:events, which kiran does not hold here; nothing was done; ask "
        "an administrator, or use another token",
        extra={"scope": "read:events"},
    ),
    404: not_found("device"),
    409: ProblemError(
        409,
        "policy-conflict",
        "version 3 is not newer than version 3, which is published; nothing was published; raise "
        "the version",
    ),
    413: from_http(HTTPException(413)),
    415: from_http(HTTPException(415)),
    422: ProblemError(
        422,
        "invalid-request",
        "the request was not understood at query.limit; nothing was done; correct it and send "
        "again",
        extra={
            "errors": [
                {"at": "query.limit", "problem": "Input should be greater than or equal to 1"}
            ]
        },
    ),
    429: ProblemError(
        429, "throttled", "too many log-ins failed; nothing was checked; try again in 300 s"
    ),
    500: unexpected("5f0c9a71d2e4"),
    503: ProblemError(
        503, "busy", "too many ask for the same already; nothing was done; try again shortly"
    ),
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route."""
    return {status: _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": _DESCRIPTIONS[status],
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/ProblemOut"},
                "example": _EXAMPLES[status].body(),
            }
        },
    }
    if status in _HEADERS:
        answer["headers"] = dict(_HEADERS[status])
    return answer
