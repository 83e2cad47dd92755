"""Who pins this server's CA: laptops, and whoever was given a token to enrol one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from sqlalchemy import ColumnElement, func, select

from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.store.control.engine import ControlStore

_GONE = (DeviceStatus.REVOKED, DeviceStatus.RETIRED, DeviceStatus.ERASED)
_GOES_ON = (DeviceStatus.ACTIVE, DeviceStatus.WAITING)  # one in conflict enrols again anyway
TAKEN_OVER_S = 120  # by when a running server puts what a command changed into new tokens


def nobody_pins(control: ControlStore, *, now_s: float) -> bool:
    """True while no device is in service and no token enrols one."""
    laptops = select(func.count()).where(Device.status.not_in(_GONE))
    tokens = select(func.count()).where(*_good(now_s))
    with control.read() as session:
        return not session.scalar(laptops) and not session.scalar(tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Who would be left behind by the end of the former root, of `laptops` that are to go on."""

    laptops: int
    device_ids: tuple[UUID, ...]  # have not said that they trust the new root
    tokens: int  # still enrol, and pin the former root

    @property
    def anybody(self) -> bool:
        return bool(self.device_ids or self.tokens)


def left_behind(
    control: ControlStore, root: x509.Certificate, *, begun_s: float, now_s: float
) -> Behind:
    """Who is not known to trust `root`, whose exchange began at `begun_s`."""
    goes_on = Device.status.in_(_GOES_ON)
    knows = Device.trusted_cas.contains(root.fingerprint(hashes.SHA256()).hex())
    laptops = select(func.count()).where(goes_on)
    behind = select(Device.device_id).where(goes_on, ~knows).order_by(Device.device_id)
    tokens = select(func.count()).where(
        *_good(now_s), EnrolmentTokenRecord.created_s < begun_s + TAKEN_OVER_S
    )
    with control.read() as session:
        return Behind(
            laptops=session.scalar(laptops) or 0,
            device_ids=tuple(session.scalars(behind)),
            tokens=session.scalar(tokens) or 0,
        )


def _good(now_s: float) -> tuple[ColumnElement[bool], ...]:
    return (
        EnrolmentTokenRecord.revoked_s.is_(None),
        EnrolmentTokenRecord.expires_s > int(now_s),
        EnrolmentTokenRecord.used < EnrolmentTokenRecord.uses_max,
    )
