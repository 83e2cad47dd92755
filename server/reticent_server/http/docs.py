"""The API's documentation in the browser, from files of this very server: no internet is needed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from reticent_server.http.guard import public
from reticent_server.http.openapi import document_of

router = APIRouter(include_in_schema=False)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reticent API</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/vendor/swagger-ui.css">
<link rel="stylesheet" href="/static/docs.css">
</head>
<body>
<header class="docs-head"><a href="/">Reticent</a> <span>API reference</span></header>
<main id="swagger-ui"><noscript>The description itself is at
<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript></main>
<script src="/static/vendor/swagger-ui-bundle.js" defer></script>
<script src="/static/docs.js" defer></script>
</body>
</html>
"""


@router.get("/api/v1/openapi.json", dependencies=[public("describes the code, holds no data")])
def openapi(request: Request) -> JSONResponse:
    document: dict[str, Any] = document_of(request.app)
    return JSONResponse(document)


@router.get("/api/docs", dependencies=[public("describes the code, holds no data")])
def docs() -> HTMLResponse:
    return HTMLResponse(_PAGE)
