"""Parameters that several routes take."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from reticent_server.http import settings

Cursor = Annotated[
    str | None,
    Query(
        max_length=settings.CURSOR_CHARS_MAX,
        description="`next_cursor` of the page before; leave out for the first.",
        examples=["WyJhdWRpdCIsMTJd"],
    ),
]
QueryText = Annotated[
    str,
    Query(
        max_length=settings.QUERY_CHARS_MAX,
        description="The query language: `kind:session.logon since:7d`; `*` matches everything.",
        examples=["kind:session.logon since:7d"],
    ),
]
DeviceId = Annotated[
    UUID, Path(description="The device.", examples=["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"])
]
AccountName = Annotated[
    str, Path(max_length=64, description="The account's name.", examples=["kiran"])
]
SessionId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{16}$", description="The session.", examples=["5e1f0a7c9b3d2e48"]),
]
