"""Static files: the console's own and, under vendor/, what the build copied from npm."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_CACHE = "public, max-age=3600"


class StaticAssets(StaticFiles):
    """Files that hold no data, so they may be cached."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in {200, 304}:
            response.headers["Cache-Control"] = _CACHE
        return response


@cache
def asset(path: str) -> str:
    """The address of a file with a mark of its content, so that an update is seen at once."""
    file = FOLDER / path
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "missing"
    return f"/static/{path}?v={mark}"
