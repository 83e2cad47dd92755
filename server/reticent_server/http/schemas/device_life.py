"""What becomes of devices, and what is asked of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from reticent_contract.limits import NAME_CHARS_MAX

from reticent_server.devices.actions import ActionView
from reticent_server.devices.diagnostics import DiagnosticsView
from reticent_server.devices.groups import GroupSettings
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

Reason = Annotated[
    str, Field(min_length=1, max_length=500, description="Shown to the laptop's owner.")
]
_ACTION = {
    "action_id": "0c2f9a64-6a0e-4b6e-9d0b-6a1a6a3e1c55",
    "action": "pause",
    "reason": "exam week, ticket 4711",
    "asked_by": "admin",
    "asked_at": "2026-11-22T06:32:05Z",
    "until": "2026-11-22T07:32:05Z",
    "delivered_at": "2026-11-22T06:32:05Z",
    "begun_at": None,
    "answered_at": "2026-11-22T06:32:06Z",
    "done": True,
    "detail": "",
}
_GROUP = {"group": "default", "silent_after_hours": 336, "return_within_days": 30, "silent": 0}


class ReasonIn(BaseModel):
    model_config = shape({"reason": "sold, ticket 4711"})

    reason: Reason


class ActionIn(BaseModel):
    model_config = shape({"action": "pause", "reason": "exam week", "minutes": 60})

    action: Literal["new-key", "pause", "resume", "diagnostics", "uninstall"]
    reason: Reason
    minutes: Annotated[
        int | None, Field(ge=1, le=43_200, description="How long a pause lasts; of a pause only.")
    ] = None


class ActionOut(BaseModel):
    """What was asked of a laptop, and what it answered."""

    model_config = shape(_ACTION)

    action_id: str
    action: str
    reason: str
    asked_by: str
    asked_at: Time
    until: Time | None = Field(description="End of a pause.")
    delivered_at: Time | None
    begun_at: Time | None = Field(description="Of an uninstallation, which then ends by itself.")
    answered_at: Time | None
    done: bool | None = Field(description="null: the laptop has not answered yet.")
    detail: str = Field(description="Why it was not done, or what stayed, as the laptop says.")

    @classmethod
    def of(cls, view: ActionView) -> ActionOut:
        return cls(
            action_id=str(view.action_id),
            action=view.action.value,
            reason=view.reason,
            asked_by=view.asked_by,
            asked_at=time_of(view.asked_s),
            until=maybe_time(view.until_s),
            delivered_at=maybe_time(view.delivered_s),
            begun_at=maybe_time(view.begun_s),
            answered_at=maybe_time(view.answered_s),
            done=view.done,
            detail=view.detail,
        )


class ActionsOut(BaseModel):
    model_config = shape({"actions": [_ACTION]})

    actions: list[ActionOut] = Field(description="Newest first.")


class DiagnosticsOut(BaseModel):
    """What a laptop last answered: versions, states, counts, durations, of a fixed list."""

    model_config = shape(
        {
            "received_at": "2026-11-22T06:32:05Z",
            "deleted_at": "2026-12-22T06:32:05Z",
            "facts": {"agent.version": "0.1.0", "check.spool": "ok", "rows.acked": 1842},
        }
    )

    received_at: Time
    deleted_at: Time = Field(description="When it is deleted here.")
    facts: dict[str, str | int]

    @classmethod
    def of(cls, view: DiagnosticsView) -> DiagnosticsOut:
        return cls(
            received_at=time_of(view.received_s),
            deleted_at=time_of(view.until_s),
            facts=dict(view.facts),
        )


class GroupIn(BaseModel):
    model_config = shape({"group": "lab", "silent_after_hours": 336, "return_within_days": 30})

    group: Annotated[str, Field(min_length=1, max_length=NAME_CHARS_MAX)]
    silent_after_hours: Annotated[
        int, Field(ge=1, le=8_784, description="Without a word for so long, a device is silent.")
    ]
    return_within_days: Annotated[
        int,
        Field(
            ge=0,
            le=366,
            description="For so long after its certificate expired, a laptop comes back by its old "
            "key and matching hardware; 0: it always needs a token.",
        ),
    ]


class GroupOut(GroupIn):
    model_config = shape(_GROUP)

    silent: int = Field(description="Devices in service that are silent now.")

    @classmethod
    def of(cls, settings: GroupSettings, *, silent: int) -> GroupOut:
        return cls(
            group=settings.group,
            silent_after_hours=settings.silent_after_s // 3_600,
            return_within_days=settings.return_within_s // 86_400,
            silent=silent,
        )


class GroupsOut(BaseModel):
    model_config = shape({"groups": [_GROUP]})

    groups: list[GroupOut] = Field(description="Those that have devices or settings, by name.")
