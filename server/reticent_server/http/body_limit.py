"""No request's body is read beyond its bound, whether its length is declared or not.

A browser is told so by a page, a directory in SCIM's own form, everybody else as problem+json.
"""

from __future__ import annotations

from reticent_contract.limits import POLICY_BYTES_MAX
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reticent_server.console.problems import answer_in_html
from reticent_server.http import settings
from reticent_server.http.scim import PREFIX
from reticent_server.limits import RECORD_FILE_BYTES_MAX
from reticent_server.scim.settings import BODY_BYTES_MAX as SCIM_BYTES_MAX

# Policies and files of records are the large things that are sent here. As JSON a policy may take
# more than as YAML.
_POLICIES = "/api/v1/policies"
LARGER = {
    _POLICIES: 2 * POLICY_BYTES_MAX,
    **dict.fromkeys(
        (
            f"{_POLICIES}/{what}"
            for what in ("lint", "test", "explain", "try", "canonical", "verify")
        ),
        2 * POLICY_BYTES_MAX,
    ),
    f"{_POLICIES}/diff": 4 * POLICY_BYTES_MAX,
    # A form's text has up to three bytes for one.
    **dict.fromkeys(("/policies/draft", "/policies/draft/publish"), 3 * POLICY_BYTES_MAX),
    "/api/v1/devices/import": 2 * RECORD_FILE_BYTES_MAX,  # as JSON
}


class BodyLimit:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = LARGER.get(scope["path"], settings.BODY_BYTES_MAX)
        if scope["path"].startswith(f"{PREFIX}/"):
            bytes_max = SCIM_BYTES_MAX
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 15 or int(declared) > bytes_max:
            # Here no handler of the application sees it: it is answered as they would.
            answer = await answer_in_html(Request(scope), HTTPException(413))
            await answer(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > bytes_max:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded, send)
