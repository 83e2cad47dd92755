"""From a client certificate to a device that may speak.

TLS has already proved that the certificate is this CA's, valid now, and that the caller has its
key. What is left: the record must name that key, and the device must be in service.

A key that a renewal has replaced must not come again: either the laptop's identity was copied
before, or a thief renewed it and this is the laptop. Nobody can tell which, so neither is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
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
REPLACED = "a key that a renewal had replaced was used again: two agents have this identity"
_STOPPED = {
    DeviceStatus.CONFLICT: f"two agents used its key at once; {_ENROL}",
    DeviceStatus.REVOKED: f"an administrator revoked it; {_ENROL}, if it may come back",
    DeviceStatus.WAITING: "an administrator has to approve it first; it comes back by itself",
    DeviceStatus.ERASED: f"its record was erased; {_ENROL}, if it may come back",
    DeviceStatus.RETIRED: f"it was taken out of service; {_ENROL}, if it may come back",
}


@dataclass(frozen=True, slots=True)
class Identified:
    """`renewed_key_sha256`: the key that was used, where the laptop has not confirmed it yet."""

    device: DeviceView
    renewed_key_sha256: bytes | None


class ReplacedKeyError(DeviceRefusedError):
    """A key that a renewal has replaced was used again: the caller must record the conflict."""

    def __init__(self, device_id: UUID) -> None:
        super().__init__(DeviceStatus.CONFLICT.value, f"{REPLACED}; nothing was accepted; {_ENROL}")
        self.device_id = device_id


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
        self._clock = clock

    @property
    def ca_certificates_der(self) -> list[bytes]:
        """What laptops are to trust, of now: asked for after `renew`, all that the certificate's
        issuer is below."""
        return self._ca.roots_der

    @property
    def ca_links_der(self) -> list[bytes]:
        return self._ca.links_der

    def identify(self, certificate_pem: bytes) -> Identified:
        """The device that holds this certificate.

        1. the certificate names a device; 2. there is a record of it; 3. the device is in service;
        4. the record names this key, as the current one or that of a renewal.
        Raises DeviceRefusedError; ReplacedKeyError where the key is older than the current one.
        """
        shown = read_certificate(certificate_pem)
        with self._control.read() as session:
            device = session.get(Device, shown.device_id)
            found = checked(device, shown)
            renewed = device is not None and device.public_key_sha256 != shown.key_sha256
        return Identified(found, shown.key_sha256 if renewed else None)

    def confirm(self, device_id: UUID, key_sha256: bytes) -> None:
        """The laptop has a renewal's key for good: the one before it is good no longer.

        Raises ReplacedKeyError where another renewal has taken this one's place meanwhile.
        """
        with self._control.session() as session:
            _promote(session, device_id, key_sha256)

    def renew(self, certificate_pem: bytes, request_der: bytes) -> IssuedCertificate:
        """A certificate for the key in `request_der`, for the device of the current certificate.

        Both keys are good until the laptop has confirmed the new one. Raises DeviceRefusedError,
        CertificateError.
        """
        identified = self.identify(certificate_pem)
        device_id = identified.device.device_id
        issued = self._ca.issue_device(check_request(request_der), device_id)
        try:
            with self._control.session() as session:
                if identified.renewed_key_sha256 is not None:  # it must not be forgotten
                    _promote(session, device_id, identified.renewed_key_sha256)
                device = session.get_one(Device, device_id)
                device.next_public_key_sha256 = issued.public_key_sha256
                device.next_certificate_serial = issued.serial
                device.next_certificate_expires_s = issued.expires_s
        except IntegrityError:
            raise CertificateError(
                "the request's key belongs to another device; no certificate was issued; the "
                "current one goes on working; make a new key"
            ) from None
        return issued


@dataclass(frozen=True, slots=True)
class Shown:
    """`expires_s`: seconds since 1970-01-01 UTC."""

    device_id: UUID
    key_sha256: bytes
    expires_s: int


def read_certificate(certificate_pem: bytes) -> Shown:
    """What a device's certificate says. Raises DeviceRefusedError."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError
        expires_s = int(certificate.not_valid_after_utc.timestamp())
        return Shown(UUID(str(name.value)), public_key_sha256(key), expires_s)
    except ValueError:
        raise DeviceRefusedError(
            "not-a-device", f"the certificate is not a device's; nothing was accepted; {_ENROL}"
        ) from None


def checked(device: Device | None, shown: Shown) -> DeviceView:
    """The device, where it is in service and its record names the key.

    Raises DeviceRefusedError; ReplacedKeyError where the key is older than the current one.
    """
    device = in_service(device)
    check_key(device, shown)
    return view(device)


def in_service(device: Device | None) -> Device:
    """Raises DeviceRefusedError where there is no record, or it may not send."""
    if device is None:
        raise DeviceRefusedError(
            "unknown", f"this server has no record of the device; nothing was accepted; {_ENROL}"
        )
    status = DeviceStatus(device.status)
    if status is not DeviceStatus.ACTIVE:
        raise DeviceRefusedError(status.value, f"the device may not send: {_STOPPED[status]}")
    return device


def check_key(device: Device, shown: Shown) -> None:
    """Raises DeviceRefusedError where the record names another key, ReplacedKeyError where that
    came after this one."""
    if shown.key_sha256 in (device.public_key_sha256, device.next_public_key_sha256):
        return
    # Only one key before is kept; older ones show themselves by the age of their certificate.
    if (
        shown.key_sha256 == device.previous_public_key_sha256
        or shown.expires_s <= device.certificate_expires_s
    ):
        raise ReplacedKeyError(device.device_id)
    raise DeviceRefusedError(
        "other-key", f"the device has another key; nothing was accepted; {_ENROL}"
    )


def _promote(session: Session, device_id: UUID, key_sha256: bytes) -> None:
    device = session.get_one(Device, device_id)
    if device.public_key_sha256 == key_sha256:
        return  # another connection was first
    if (
        device.next_public_key_sha256 != key_sha256
        or device.next_certificate_serial is None
        or device.next_certificate_expires_s is None
    ):
        raise ReplacedKeyError(device_id)
    device.previous_public_key_sha256 = device.public_key_sha256
    device.public_key_sha256 = key_sha256
    device.certificate_serial = device.next_certificate_serial
    device.certificate_expires_s = device.next_certificate_expires_s
    device.next_public_key_sha256 = None
    device.next_certificate_serial = None
    device.next_certificate_expires_s = None
