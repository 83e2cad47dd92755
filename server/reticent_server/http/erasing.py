"""Erasing a device, for the API and the console alike.

Must hold: nobody erases beyond the groups that their `admin:devices` reaches, nor without the ID
said again, nor without the second person where the configuration asks for one; that the device is
erased and what the audit trail says of it are stored together or not at all. Its rows go later, by
the server's own job. All block. Raise ProblemError.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlalchemy.orm import Session

from reticent_server.approvals.request import Request
from reticent_server.approvals.subjects import erase_subject
from reticent_server.audit.service import Entry
from reticent_server.auth import Caller, Scope
from reticent_server.devices.models import DeviceStatus
from reticent_server.erasure.service import ErasureView
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.http.reaching import device_in_reach
from reticent_server.services import Services


def erase(
    services: Services,
    caller: Caller,
    device_id: UUID,
    *,
    confirm: str,
    reason: str,
    source_address: str,
) -> ErasureView:
    """As it stands afterwards; of a device that is erased already, likewise."""
    device = device_in_reach(services, caller, Scope.ADMIN_DEVICES, device_id)
    if confirm.strip().lower() != str(device_id):
        raise ProblemError(
            422,
            "not-confirmed",
            "the device's ID was not said again as it is; nothing was erased; erasing is for good, "
            "so give the ID of the very device",
        )
    if device.status is DeviceStatus.ERASED:
        return services.erasures.get(device_id)

    def erased(db: Session, used: Request) -> Entry:
        services.erasures.ask(db, device_id, asked_by=caller.name)
        return Entry(
            actor=caller.name,
            action="device.erase",
            object=f"device {device_id}, request {used.request_id}",
            reason=used.reason,
            source_address=source_address,
        )

    subject = erase_subject(device_id)
    with suppress(ConflictError):  # somebody else's erasure came in between: as it stands
        use_or_ask(services, caller, subject, reason=reason, address=source_address, doing=erased)
    return services.erasures.get(device_id)


def erasure_in_reach(services: Services, caller: Caller, device_id: UUID) -> ErasureView:
    """Raises ProblemError 404, also where the device is not erased."""
    device_in_reach(services, caller, Scope.READ_DEVICES, device_id)
    try:
        return services.erasures.get(device_id)
    except NotFoundError:
        raise not_found("erasure") from None
