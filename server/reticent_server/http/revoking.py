"""Revoking a device or an enrolment token, for the API, the console and the command line alike.

Must hold: whoever revokes, the audit trail says so; both are stored together or not at all.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith, recorded
from reticent_server.devices.service import DeviceService
from reticent_server.devices.view import DeviceView
from reticent_server.enrolment.tokens import EnrolmentTokens, TokenView


def revoke_device(
    devices: DeviceService,
    record_with: RecordWith,
    device_id: UUID,
    *,
    reason: str,
    actor: str,
    source_address: str,
) -> DeviceView:
    """Its key is not trusted from now on. Blocks. Raises NotFoundError."""

    def revoked(db: Session) -> tuple[DeviceView, Entry]:
        return devices.within(db).revoke(device_id, reason=reason), Entry(
            actor=actor,
            action="device.revoke",
            object=f"device {device_id}",
            reason=reason,
            source_address=source_address,
        )

    return recorded(record_with, revoked)


def revoke_enrolment_token(
    tokens: EnrolmentTokens,
    record_with: RecordWith,
    token_id: UUID,
    *,
    actor: str,
    source_address: str = "",
    groups: Collection[str] | None = None,
) -> TokenView:
    """No device enrols with it any more; those that did stay. Blocks. Raises NotFoundError, also
    for one of another group than these; None is all."""

    def revoked(db: Session) -> tuple[TokenView, Entry]:
        return tokens.within(db).revoke(token_id, groups=groups), Entry(
            actor=actor,
            action="enrolment_token.revoke",
            object=f"enrolment token {token_id}",
            source_address=source_address,
        )

    return recorded(record_with, revoked)
