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
