"""From a client certificate to a device that may speak.

TLS has already proved that the certificate is this CA's, valid now, and that the caller has its
key. What is left: the record must name that key, and the device must be in service.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.ca.authority import (
    CertificateAuthority,
    IssuedCertificate,
    public_key_sha256,
)
from reticent_server.ca.requests import check_request
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.devices.view import DeviceView, view
from reticent_server.errors import CertificateError, DeviceRefusedError
from reticent_server.store.control.engine import ControlStore

_ENROL = "delete its identity there and enrol it again with a new token"
_STOPPED = {
    DeviceStatus.CONFLICT: f"two agents used its key at once; {_ENROL}",
    DeviceStatus.REVOKED: f"an administrator revoked it; {_ENROL}, if it may come back",
    DeviceStatus.RETIRED: f"it was taken out of service; {_ENROL}, if it may come back",
}


class DeviceAuthentication:
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: ControlStore,
        ca: CertificateAuthority,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._ca = ca
        self.ca_certificate_der = ca.certificate_der
        self._clock = clock

    def identify(self, certificate_pem: bytes) -> DeviceView:
        """The device that holds this certificate.

        1. the certificate names a device; 2. there is a record of it; 3. the record names this
        key, as the current one or that of a renewal (which its first use makes the current one);
        4. the device is in service. Raises DeviceRefusedError.
        """
        device_id, key_sha256 = _read(certificate_pem)
        with self._control.read() as session:
            device = session.get(Device, device_id)
            renewed = device is not None and device.next_public_key_sha256 == key_sha256
            found = _checked(device, key_sha256)
        if renewed:
            with self._control.session() as session:
                _promote(session, device_id, key_sha256)
        return found

    def renew(self, certificate_pem: bytes, request_der: bytes) -> IssuedCertificate:
        """A certificate for the key in `request_der`, for the device of the current certificate.

        Both keys are good until the new one is first used. Raises DeviceRefusedError,
        CertificateError.
        """
        found = self.identify(certificate_pem)
        issued = self._ca.issue_device(check_request(request_der), found.device_id)
        try:
            with self._control.session() as session:
                device = session.get_one(Device, found.device_id)
                device.next_public_key_sha256 = issued.public_key_sha256
                device.next_certificate_serial = issued.serial
                device.next_certificate_expires_s = issued.expires_s
        except IntegrityError:
            raise CertificateError(
                "the request's key belongs to another device; no certificate was issued; the "
                "current one goes on working; make a new key"
            ) from None
        return issued


def _read(certificate_pem: bytes) -> tuple[UUID, bytes]:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError
        return UUID(str(name.value)), public_key_sha256(key)
    except ValueError:
        raise DeviceRefusedError(
            "not-a-device", f"the certificate is not a device's; nothing was accepted; {_ENROL}"
        ) from None


def _checked(device: Device | None, key_sha256: bytes) -> DeviceView:
    if device is None:
        raise DeviceRefusedError(
            "unknown", f"this server has no record of the device; nothing was accepted; {_ENROL}"
        )
    if key_sha256 not in (device.public_key_sha256, device.next_public_key_sha256):
        raise DeviceRefusedError(
            "other-key", f"the device has a newer key; nothing was accepted; {_ENROL}"
        )
    found = view(device)
    if found.status is not DeviceStatus.ACTIVE:
        raise DeviceRefusedError(
            found.status.value, f"the device may not send: {_STOPPED[found.status]}"
        )
    return found


def _promote(session: Session, device_id: UUID, key_sha256: bytes) -> None:
    device = session.get_one(Device, device_id)
    if (
        device.next_public_key_sha256 != key_sha256
        or device.next_certificate_serial is None
        or device.next_certificate_expires_s is None
    ):
        return  # another connection was first
    device.public_key_sha256 = key_sha256
    device.certificate_serial = device.next_certificate_serial
    device.certificate_expires_s = device.next_certificate_expires_s
    device.next_public_key_sha256 = None
    device.next_certificate_serial = None
    device.next_certificate_expires_s = None
