"""Revoking a device or an enrolment token, for the API, the console and the command line alike.

Must hold: whoever revokes, the audit trail says so.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from reticent_server.devices.service import DeviceService
from reticent_server.devices.view import DeviceView
from reticent_server.enrolment.tokens import EnrolmentTokens, TokenView
from reticent_server.recorder import Recorder


def revoke_device(
    devices: DeviceService,
    record: Recorder,
    device_id: UUID,
    *,
    reason: str,
    actor: str,
    source_address: str,
) -> DeviceView:
    """Its key is not trusted from now on. Blocks. Raises NotFoundError."""
    view = devices.revoke(device_id, reason=reason)
    record(
        actor=actor,
        action="device.revoke",
        object=f"device {device_id}",
        reason=reason,
        source_address=source_address,
    )
    return view


def revoke_enrolment_token(
    tokens: EnrolmentTokens,
    record: Recorder,
    token_id: UUID,
    *,
    actor: str,
    source_address: str = "",
    groups: Collection[str] | None = None,
) -> TokenView:
    """No device enrols with it any more; those that did stay. Blocks. Raises NotFoundError, also
    for one of another group than these; None is all."""
    view = tokens.revoke(token_id, groups=groups)
    record(
        actor=actor,
        action="enrolment_token.revoke",
        object=f"enrolment token {token_id}",
        source_address=source_address,
    )
    return view
