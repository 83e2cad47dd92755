"""Sealed values that are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.http import settings
from reticent_server.http.schemas.base import shape
from reticent_server.http.schemas.events import EVENT, EventOut
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, SEALED_ROWS_MAX
from reticent_server.store.events.model import Event

_SEALED = {**EVENT, "table": "disk", "event": "snapshot", "kind": "disk.snapshot"}
_SEALED["fields"] = {"serial": "sealed:disk.serial:5d41402abc4b2a76:q83vEjRWeJCrze8S..."}


class SealedIn(BaseModel):
    """Whose sealed values: a query, and how many events at most."""

    model_config = shape(
        {
            "query": "table:disk device:6f9619ff-8b86-4d01-b42d-00cf4fc964ff since:1d",
            "limit": 1,
            "reason": "found at the station, case 41",
        }
    )

    query: Annotated[str, Field(min_length=1, max_length=settings.QUERY_CHARS_MAX)]
    limit: Annotated[int, Field(ge=1, le=SEALED_ROWS_MAX)] = 1
    reason: Annotated[str, Field(max_length=APPROVAL_REASON_CHARS_MAX)] = Field(
        default="", description="Why; the second person and the audit trail have it."
    )


class SealedOut(BaseModel):
    model_config = shape({"events": [_SEALED]})

    events: list[EventOut] = Field(description="Those with sealed values, newest first.")

    @classmethod
    def of(cls, rows: Sequence[Event]) -> SealedOut:
        return cls(events=[EventOut.of(row) for row in rows])
