"""Epochs of the pseudonym keys."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field
from reticent_contract.limits import REASON_CHARS_MAX

from reticent_server.epochs.service import EpochView
from reticent_server.http.schemas.base import Time, shape, time_of

_EPOCH = {
    "epoch": 2,
    "made_at": "2026-11-22T06:00:00Z",
    "fleet_key": "5d41402abc4b2a76b9719d911017c592",
    "server_key": "7d793037a0760186574b0282f2f435e7",
    "groups": ["default"],
    "laptops": 0,
    "destroyed_at": None,
}
_RECEIPT = {
    "kind": "reticent-key-destruction",
    "format": 1,
    "epoch": 1,
    "destroyed_at": "2026-11-22T06:00:00Z",
    "actor": "ada",
    "reason": "retention is over",
    "fleet_key": "5d41402abc4b2a76b9719d911017c592",
    "server_key": "7d793037a0760186574b0282f2f435e7",
}


class EpochOut(BaseModel):
    model_config = shape(_EPOCH)

    epoch: int
    made_at: Time | None
    fleet_key: str = Field(description="A fingerprint; it tells nothing about the key.")
    server_key: str = Field(description="As fleet_key, of the half that only the server has.")
    groups: list[str] = Field(description="Groups whose newest policy names the epoch.")
    laptops: int = Field(description="Laptops in service that run a policy that names it.")
    destroyed_at: str | None

    @classmethod
    def of(cls, view: EpochView) -> EpochOut:
        return cls(
            epoch=view.epoch,
            made_at=None if view.made_s is None else time_of(view.made_s),
            fleet_key=view.fleet_key,
            server_key=view.server_key,
            groups=list(view.groups),
            laptops=view.laptops,
            destroyed_at=view.destroyed_at,
        )


class EpochsOut(BaseModel):
    model_config = shape({"epochs": [_EPOCH]})

    epochs: list[EpochOut] = Field(description="Newest first.")


class RotatedOut(BaseModel):
    model_config = shape({"epoch": 2})

    epoch: int = Field(description="What a policy names to use the new keys.")


class DestroyIn(BaseModel):
    model_config = shape({"epoch": 1, "reason": "retention is over"})

    epoch: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARS_MAX)]


class DestroyedOut(BaseModel):
    model_config = shape(
        {"receipt": _RECEIPT, "path": "/var/lib/reticent-server/receipts/epoch-1.json"}
    )

    receipt: dict[str, Any]
    path: str = Field(description="The signed receipt, on the server.")
