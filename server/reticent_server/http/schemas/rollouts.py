"""How far versions have come, and what moves them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from reticent_server.http.schemas.base import shape
from reticent_server.http.schemas.policies import (
    POLICY,
    REFUSAL,
    PolicyOut,
    RefusalOut,
    RevealReason,
)
from reticent_server.policies.progress import Progress
from reticent_server.policies.service import PolicyService

GroupName = Annotated[str, Field(min_length=1, max_length=64)]


class ProgressOut(BaseModel):
    """One version over the laptops it is for; each of them is in exactly one of the four counts."""

    model_config = shape(
        {
            "policy": {**POLICY, "state": "rolling", "share_percent": 30},
            "devices": 200,
            "in_share": 61,
            "on_new": 55,
            "on_old": 130,
            "refused": 3,
            "silent": 12,
            "refusals": [REFUSAL],
        }
    )

    policy: PolicyOut
    devices: int = Field(description="Laptops in service that the version is, or will be, for.")
    in_share: int = Field(description="How many of them the share covers as it stands.")
    on_new: int
    on_old: int
    refused: int
    silent: int = Field(description="Not heard of for ten minutes, and not on it when they were.")
    refusals: list[RefusalOut]

    @classmethod
    def of(cls, progress: Progress) -> ProgressOut:
        return cls(
            policy=PolicyOut.of(progress.policy),
            devices=progress.devices,
            in_share=progress.in_share,
            on_new=progress.on_new,
            on_old=progress.on_old,
            refused=progress.refused,
            silent=progress.silent,
            refusals=[RefusalOut.of(refusal) for refusal in progress.refusals],
        )


class RolloutIn(BaseModel):
    """A larger share, or a stop."""

    model_config = shape({"group": "default", "share_percent": 50, "stop": False})

    group: GroupName = "default"
    share_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    stop: bool = False

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.stop == (self.share_percent is not None):
            raise ValueError("give either share_percent or stop")
        return self


class RollbackIn(BaseModel):
    """The text of version `to`, as a new version."""

    model_config = shape({"group": "default", "to": 3, "share_percent": 100, "reason": ""})

    group: GroupName = "default"
    to: Annotated[int, Field(ge=1, le=(1 << 63) - 1)]
    share_percent: Annotated[int, Field(ge=1, le=100)] = 100
    reason: RevealReason = ""


_GROUP = {"group": "lab", "current": POLICY, "newest": POLICY, "newer_parent": None}


class GroupOut(BaseModel):
    """A device group that has a policy of its own."""

    model_config = shape(_GROUP)

    group: str
    current: PolicyOut = Field(description="What its laptops run that no share covers.")
    newest: PolicyOut = Field(description="Its newest version, for however many laptops.")
    newer_parent: int | None = Field(
        description="A newer version of what its newest one extends; publish it again to take "
        "that over."
    )

    @classmethod
    def of(cls, name: str, policies: PolicyService) -> GroupOut:
        """Blocks. `name` has a policy of its own."""
        newest = policies.newest(name)
        return cls(
            group=name,
            current=PolicyOut.of(policies.current(name)),
            newest=PolicyOut.of(newest),
            newer_parent=policies.newer_parent(newest),
        )


class GroupsOut(BaseModel):
    model_config = shape({"groups": [_GROUP]})

    groups: list[GroupOut]
