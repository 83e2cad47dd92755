"""Whether some laptop pins this server's CA, or is about to by a token that was given out."""

from __future__ import annotations

from sqlalchemy import func, select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.store.control.engine import ControlStore

_GONE = (DeviceStatus.REVOKED, DeviceStatus.RETIRED, DeviceStatus.ERASED)


def nobody_pins(control: ControlStore, *, now_s: float) -> bool:
    """True while no device is in service and no token enrols one."""
    laptops = select(func.count()).where(Device.status.not_in(_GONE))
    tokens = select(func.count()).where(
        EnrolmentTokenRecord.revoked_s.is_(None),
        EnrolmentTokenRecord.expires_s > int(now_s),
        EnrolmentTokenRecord.used < EnrolmentTokenRecord.uses_max,
    )
    with control.read() as session:
        return not session.scalar(laptops) and not session.scalar(tokens)
