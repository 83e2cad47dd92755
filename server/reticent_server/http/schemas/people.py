"""Look-ups of named persons."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.http import settings
from reticent_server.http.looking_up import Found
from reticent_server.http.schemas.base import shape
from reticent_server.http.schemas.events import EVENT, EventOut
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX


class LookUpIn(BaseModel):
    """A query of the search language with at least one `person:`."""

    model_config = shape(
        {
            "query": "person:alice@example.com since:7d",
            "reason": "her request of 12 May about her own data",
            "limit": 100,
        }
    )

    query: Annotated[str, Field(min_length=1, max_length=settings.QUERY_CHARS_MAX)]
    reason: Annotated[str, Field(max_length=APPROVAL_REASON_CHARS_MAX)] = Field(
        default="", description="Why; the second person and the audit trail have it."
    )
    limit: Annotated[int, Field(ge=1, le=settings.EVENTS_LIMIT_MAX)] = settings.EVENTS_LIMIT_DEFAULT


class LookedUpOut(BaseModel):
    model_config = shape(
        {
            "events": [EVENT],
            "more": False,
            "pseudonyms": ["pn:session.user_name:1:q83vEjRWeJCrze8SNFZ4kA"],
            "epochs": [1],
            "unread": 0,
        }
    )

    events: list[EventOut] = Field(description="The newest, within the caller's roles.")
    more: bool = Field(description="Whether there are older ones; search by the pseudonyms.")
    pseudonyms: list[str] = Field(description="The person's, that stand in these events.")
    epochs: list[int] = Field(
        description="By whose keys it was looked. Pseudonyms of destroyed epochs, and those of "
        "scope `device`, nobody can find."
    )
    unread: int = Field(
        description="Versions of policies that were not read, of which there are too many or which "
        "this server does not understand. What only they linked or had scanned is not found, so "
        "where this is not 0 the answer may be incomplete."
    )

    @classmethod
    def of(cls, found: Found) -> LookedUpOut:
        return cls(
            events=[EventOut.of(event) for event in found.rows],
            more=found.more,
            pseudonyms=found.pseudonyms,
            epochs=found.epochs,
            unread=found.unread,
        )
