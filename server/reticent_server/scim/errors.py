"""Refusals in SCIM's own words (RFC 7644, section 3.12). No value that was sent is in one."""

from __future__ import annotations

from reticent_server.errors import ServerError

ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(ServerError):
    def __init__(self, status: int, detail: str, *, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.scim_type = scim_type


def error_body(status: int, detail: str, scim_type: str = "") -> dict[str, object]:
    body: dict[str, object] = {"schemas": [ERROR_SCHEMA], "status": str(status), "detail": detail}
    return body | ({"scimType": scim_type} if scim_type else {})


def invalid_value(what: str) -> ScimError:
    return ScimError(400, f"{what}; nothing was changed", scim_type="invalidValue")


def invalid_path() -> ScimError:
    return ScimError(400, "a path is not understood; nothing was changed", scim_type="invalidPath")


def not_there(what: str) -> ScimError:
    return ScimError(404, f"there is no such {what}")


def taken(what: str) -> ScimError:
    return ScimError(409, f"{what} is taken; nothing was changed", scim_type="uniqueness")
