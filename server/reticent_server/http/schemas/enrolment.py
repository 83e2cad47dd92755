"""Enrolment tokens."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.enrolment.tokens import TokenView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_TOKEN = {
    "token_id": "0c2f9a64-6a0e-4b6e-9d0b-6a1a6a3e1c55",
    "group": "default",
    "uses_max": 1,
    "used": 0,
    "created_at": "2026-11-22T06:32:05Z",
    "created_by": "admin",
    "expires_at": "2026-11-23T06:32:05Z",
    "revoked_at": None,
    "needs_approval": False,
    "usable": True,
}


class EnrolmentTokenIn(BaseModel):
    model_config = shape({"group": "default", "uses": 1, "hours": 24})

    group: Annotated[str, Field(min_length=1, max_length=64)] = "default"
    uses: Annotated[int, Field(ge=1, le=100_000, description="Laptops it enrols.")] = 1
    hours: Annotated[int, Field(ge=1, le=8_760, description="Until it expires.")] = 24
    needs_approval: Annotated[
        bool, Field(description="Each laptop waits until an administrator has approved it.")
    ] = False


class EnrolmentTokenOut(BaseModel):
    model_config = shape(_TOKEN)

    token_id: str
    group: str
    uses_max: int
    used: int
    created_at: Time
    created_by: str
    expires_at: Time
    revoked_at: Time | None
    needs_approval: bool
    usable: bool

    @classmethod
    def of(cls, view: TokenView, *, now_s: float) -> EnrolmentTokenOut:
        return cls(
            token_id=str(view.token_id),
            group=view.group,
            uses_max=view.uses_max,
            used=view.used,
            created_at=time_of(view.created_s),
            created_by=view.created_by,
            expires_at=time_of(view.expires_s),
            revoked_at=maybe_time(view.revoked_s),
            needs_approval=view.needs_approval,
            usable=view.usable(now_s),
        )


class NewEnrolmentTokenOut(BaseModel):
    model_config = shape({"token": "rtk1_eyJh...", "command": "sudo reticent-agent enrol -"})

    token: str = Field(description="Shown this once; the server keeps only its hash.")
    command: str = Field(description="To be run on the laptop; it reads the token from its input.")


class EnrolmentTokensOut(BaseModel):
    model_config = shape({"tokens": [_TOKEN]})

    tokens: list[EnrolmentTokenOut] = Field(description="Newest first.")
