"""The application of `support.console_app`, as fixtures; its answers are held to the document."""

from __future__ import annotations

import re
from typing import Any

import pytest
from reticent_server.http.openapi import document_of
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.console_app import Site
from support.console_fixtures import *  # noqa: F403 - the folder's fixtures

API = ("/api/v1/", "/healthz", "/readyz", "/metrics")
THE_DOCUMENT_ITSELF = "/api/v1/openapi.json"


class Described:
    """Fails where an answer of the API has a status or a media type that the document lacks."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        starts: list[Message] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                starts.append(message)
            await send(message)

        await self._app(scope, receive, watch)
        for start in starts:  # here and not in `watch`, whose failures the application catches
            media = dict(start["headers"]).get(b"content-type", b"").decode()
            self._check(scope["method"], scope["path"], start["status"], media)

    def _check(self, method: str, path: str, status: int, media: str) -> None:
        if not path.startswith(API) or path == THE_DOCUMENT_ITSELF:
            return
        paths = document_of(self._site.app)["paths"]
        template = template_of(path, paths)
        operation = paths.get(template, {}).get(method.lower())
        if operation is None:
            assert status in {404, 405}, f"{method} {path} is not described"
            return
        name = f"{method} {template}"
        answer = operation["responses"].get(str(status))
        assert answer is not None, f"{name}: {status} is not described"
        if media and status != 204:  # FastAPI names one there too, of no body
            assert media.partition(";")[0] in answer.get("content", {}), f"{name}: {status} {media}"


def template_of(path: str, paths: dict[str, Any]) -> str | None:
    """The described path that this one is of; a literal goes before a parameter."""
    for template in sorted(paths, key=lambda template: template.count("{")):
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return template
    return None


@pytest.fixture(scope="session")
def documents() -> list[dict[str, Any]]:
    """The one of the first application: it depends on the code alone."""
    return []


@pytest.fixture(autouse=True)
def _every_answer_is_described(site: Site, documents: list[dict[str, Any]]) -> None:
    if not documents:
        documents.append(document_of(site.app))
    site.app.openapi_schema = documents[0]
    site.app.add_middleware(Described, site=site)
