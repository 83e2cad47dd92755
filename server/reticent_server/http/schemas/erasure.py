"""Erasing a device, and how far that is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.erasure.service import BACKUPS, ErasureView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_DEVICE = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


class EraseIn(BaseModel):
    model_config = shape({"reason": "request 4711", "confirm": _DEVICE})

    reason: Annotated[
        str,
        Field(
            min_length=1,
            max_length=400,
            description="The second person reads it and the audit trail keeps it: name a ticket, "
            "not a person.",
        ),
    ]
    confirm: Annotated[
        str, Field(max_length=64, description="The device's ID again: erasing is for good.")
    ]


class ErasureOut(BaseModel):
    """First no question finds a row any more, then no file holds one either."""

    model_config = shape(
        {
            "device_id": _DEVICE,
            "asked_by": "admin",
            "asked_at": "2026-11-22T06:32:05Z",
            "deleted_at": "2026-11-22T06:32:06Z",
            "done_at": "2026-11-22T06:32:20Z",
            "rows": 1842,
            "backups": BACKUPS,
        }
    )

    device_id: str
    asked_by: str
    asked_at: Time
    deleted_at: Time | None = Field(description="Since then no question finds a row of it.")
    done_at: Time | None = Field(description="Since then no file of the stores holds one either.")
    rows: int = Field(description="How many were deleted.")
    backups: str = Field(description="What erasing does not reach.")

    @classmethod
    def of(cls, view: ErasureView) -> ErasureOut:
        return cls(
            device_id=str(view.device_id),
            asked_by=view.asked_by,
            asked_at=time_of(view.asked_s),
            deleted_at=maybe_time(view.deleted_s),
            done_at=maybe_time(view.done_s),
            rows=view.rows,
            backups=BACKUPS,
        )
