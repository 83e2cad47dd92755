"""Errors as application/problem+json (RFC 9457), the same for every status.

Must hold: no value that was sent comes back in an error, only the name of where it stood; but what
a policy's author made up for its tests does, where one of them fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:reticent:problem:"


class ProblemError(Exception):
    """Ends a request with this answer."""

    def __init__(
        self,
        status: int,
        name: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.name = name  # last part of `type`: what a program tells problems apart by
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def body(self) -> dict[str, Any]:
        return {
            "type": _TYPE + self.name,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }

    def response(self) -> Response:
        headers = {"Cache-Control": "no-store", **self.headers}
        return JSONResponse(self.body(), self.status, headers, media_type=MEDIA_TYPE)


def not_found(what: str) -> ProblemError:
    return ProblemError(
        404, "not-found", f"there is no such {what}; check the address or list them"
    )


_DETAILS = {
    404: ("not-found", "nothing is at this address; /api/docs lists what there is"),
    405: ("method-not-allowed", "this address does not take that method; see `Allow`"),
    413: ("too-large", "the request's body is too large; nothing was done; send less"),
    415: (
        "media-type",
        "the request's body has a media type that is not taken; nothing was done; send JSON",
    ),
}


def from_http(error: HTTPException) -> ProblemError:
    """One of the framework's own refusals."""
    name, detail = _DETAILS.get(
        error.status_code, ("http-error", HTTPStatus(error.status_code).description or "refused")
    )
    return ProblemError(error.status_code, name, detail, headers=error.headers)


def from_validation(error: RequestValidationError) -> ProblemError:
    """Names each place and what is wrong there; never the value (it may be a person's).

    A body that nobody read, for its media type, is a matter of that alone.
    """
    if isinstance(error.body, bytes) and error.body:
        return from_http(HTTPException(415))
    errors = [
        {"at": ".".join(str(part)[:64] for part in e["loc"][:8]), "problem": _sentence(e)}
        for e in error.errors()[:20]
    ]
    where = ", ".join(e["at"] for e in errors)
    return ProblemError(
        422,
        "invalid-request",
        f"the request was not understood at {where}; nothing was done; correct it and send again",
        extra={"errors": errors},
    )


def _sentence(error: Mapping[str, Any]) -> str:
    if error.get("type") in {"value_error", "assertion_error", "json_invalid"}:
        return "not a valid value"  # these messages may repeat what was sent
    return str(error.get("msg", "not a valid value"))[:200]


def unexpected(incident: str) -> ProblemError:
    """A failure of ours: the client learns only what to quote to whoever reads the log."""
    return ProblemError(
        500,
        "internal",
        "the server failed; what was asked for may not have been done; try again, and if it "
        f"stays so give the incident number {incident} to an administrator",
        extra={"incident": incident},
    )


async def answer_problem(_: Request, error: Exception) -> Response:
    if isinstance(error, ProblemError):
        return error.response()
    if isinstance(error, RequestValidationError):
        return from_validation(error).response()
    if isinstance(error, HTTPException):
        return from_http(error).response()
    raise error
