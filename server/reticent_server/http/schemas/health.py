"""Health and readiness."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from reticent_server.http.schemas.base import shape


class HealthOut(BaseModel):
    model_config = shape({"status": "ready", "parts": [], "notices": []})

    status: Literal["alive", "ready", "not ready"]
    parts: list[str] = Field(description="The parts that do not work now.")
    notices: list[str] = Field(description="The parts that work and need somebody to look at.")


class NoticeOut(BaseModel):
    model_config = shape(
        {"part": "retention", "sentence": "from about 2026-11-23 02:00 UTC on retention deletes …"}
    )

    part: str = Field(description="Of the server.")
    sentence: str = Field(description="What there is to look at. It holds no collected value.")


class NoticesOut(BaseModel):
    model_config = shape({"notices": []})

    notices: list[NoticeOut]
