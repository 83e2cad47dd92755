"""The states by which lists of devices are narrowed: those of the record, and `silent`."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from fastapi import Query
from reticent_contract.limits import NAME_CHARS_MAX

from reticent_server.devices.models import DeviceStatus

# silent: in service, and not heard of for as long as its group says
DeviceState = Literal["active", "silent", "waiting", "conflict", "revoked", "retired", "erased"]


class Narrowed(TypedDict, total=False):
    """Arguments of `DeviceService.list`."""

    status: DeviceStatus
    silent: bool


State = Annotated[
    DeviceState | None, Query(description="Only devices in this state.", examples=["silent"])
]
Group = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=NAME_CHARS_MAX,
        description="Only devices of this group.",
        examples=["lab"],
    ),
]


def narrowed_by(state: DeviceState | None) -> Narrowed:
    if state is None:
        return {}
    return {"silent": True} if state == "silent" else {"status": DeviceStatus(state)}
