"""A laptop that was off for too long gets a certificate again, for the key that it has.

Verification, in this order:
 1. the address has not tried or failed too often;
 2. the certificate is of this server's CA and names a device;
 3. the request is a proper one, signed with the very key of that certificate;
 4. there is a record of the device, and it is in service;
 5. the hardware is what the record says: every part of the record is shown and as it was, and the
    disk is not the only one;
 6. the certificate has expired, and not for longer than the device's group says;
 7. the record names this key. One that a renewal replaced is a conflict, and comes last: an old key
    alone must not take a laptop out of service.

The key stays, and so a replayed request gives whoever sent it a certificate that they cannot use.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from reticent_contract.limits import CERTIFICATE_BYTES_MAX
from sqlalchemy.orm import Session

from reticent_server.audit.filters import Outcome
from reticent_server.audit.service import Entry, RecordWith, recorded
from reticent_server.ca.authority import CertificateAuthority, IssuedCertificate, public_key_sha256
from reticent_server.ca.requests import check_request
from reticent_server.devices import signals
from reticent_server.devices.authentication import (
    REPLACED,
    ReplacedKeyError,
    check_key,
    in_service,
    read_certificate,
)
from reticent_server.devices.groups import DeviceGroups
from reticent_server.devices.models import Device
from reticent_server.devices.service import DeviceService
from reticent_server.enrolment.rate import AddressLimits
from reticent_server.errors import CertificateError, DeviceRefusedError, EnrolmentError
from reticent_server.metrics import Metrics

_NEXT = "no certificate was issued; enrol this laptop again with a new token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """What a laptop asks with. `address` is where it asked from, without the port."""

    certificate_der: bytes
    csr_der: bytes
    shown: signals.Signals
    address: str


class ReturnService:
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        *,
        ca: CertificateAuthority,
        devices: DeviceService,
        groups: DeviceGroups,
        metrics: Metrics,
        limits: AddressLimits,
        record_with: RecordWith,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ca = ca
        self._devices = devices
        self._groups = groups
        self._metrics = metrics
        self._limits = limits
        self._record_with = record_with
        self._clock = clock

    def take_back(self, wanted: Returning) -> IssuedCertificate:
        """A certificate for the key that the laptop has. Raises EnrolmentError."""
        if not self._limits.let_try(wanted.address):
            self._metrics.enrolments.labels("rate-limited").inc()
            raise EnrolmentError(
                "rate-limited",
                "too many enrolments from this address; nothing was checked; try again in a minute",
                permanent=False,
            )
        try:
            issued = self._take_back(wanted)
        except EnrolmentError as error:
            self._limits.failed(wanted.address)
            self._metrics.enrolments.labels(error.reason).inc()
            refusal = _entry(wanted, outcome="refused", reason=error.reason)
            self._record_with(lambda _: refusal)
            raise
        self._metrics.enrolments.labels("returned").inc()
        return issued

    def _take_back(self, wanted: Returning) -> IssuedCertificate:
        certificate = self._certificate(wanted.certificate_der)
        try:
            shown = read_certificate(certificate.public_bytes(serialization.Encoding.PEM))
            key = check_request(wanted.csr_der)
        except (DeviceRefusedError, CertificateError) as error:
            raise EnrolmentError("request-bad", str(error)) from error
        if public_key_sha256(key) != shown.key_sha256:
            raise EnrolmentError(
                "request-bad", f"the request is signed with another key than it says; {_NEXT}"
            )

        def taken_back(session: Session) -> tuple[IssuedCertificate, Entry]:
            device = session.get(Device, shown.device_id)
            device = in_service(device)
            self._check_hardware(device, wanted.shown)
            self._check_time(device, shown.expires_s)
            check_key(device, shown)
            if shown.key_sha256 != device.public_key_sha256:
                # A renewal that was never confirmed, from before the laptop was off.
                raise EnrolmentError(
                    "return-other-key", f"the device's record names another key; {_NEXT}"
                )
            issued = self._ca.issue_device(key, device.device_id)
            _keep(session, device, issued)
            said = "by its old key and matching hardware"
            return issued, _entry(wanted, device=str(shown.device_id), reason=said)

        try:
            return recorded(self._record_with, taken_back)
        except DeviceRefusedError as error:
            if isinstance(error, ReplacedKeyError):
                self._devices.mark_conflict(error.device_id, reason=REPLACED)
            raise EnrolmentError("return-" + error.reason, str(error)) from error

    def _certificate(self, der: bytes) -> x509.Certificate:
        try:
            if not 0 < len(der) <= CERTIFICATE_BYTES_MAX:
                raise ValueError
            certificate = x509.load_der_x509_certificate(der)
            if not self._ca.has_issued(certificate):
                raise ValueError
        except ValueError:
            raise EnrolmentError(
                "request-bad", f"the certificate is not one of this server's CA; {_NEXT}"
            ) from None
        return certificate

    def _check_hardware(self, device: Device, shown: signals.Signals) -> None:
        compared = signals.compare(signals.of_text(device.machine_signals), shown)
        if not compared.the_same_machine:
            raise EnrolmentError(
                "return-other-hardware",
                "the laptop's hardware cannot be compared with its record, or is not what it was "
                f"({compared.sentence}); {_NEXT}",
            )

    def _check_time(self, device: Device, expired_s: int) -> None:
        now_s = self._clock()
        if now_s <= expired_s:
            raise EnrolmentError(
                "return-not-expired",
                "the certificate has not expired by this server's clock; no other was issued; "
                "connect with it, and correct the laptop's clock",
            )
        within_s = self._groups.get(device.group_name).return_within_s
        if not within_s:
            raise EnrolmentError(
                "return-too-late", f"this laptop's group lets none return without a token; {_NEXT}"
            )
        if now_s > expired_s + within_s:
            raise EnrolmentError(
                "return-too-late",
                f"the certificate expired more than {within_s // 86_400} days ago, which is as "
                f"long as this laptop's group lets one return without a token; {_NEXT}",
            )


def _entry(wanted: Returning, *, reason: str, device: str = "", outcome: Outcome = "done") -> Entry:
    return Entry(
        actor="laptop",
        action="device.return",
        object=device,
        outcome=outcome,
        reason=reason,
        source_address=wanted.address,
    )


def _keep(session: Session, device: Device, issued: IssuedCertificate) -> None:
    device.certificate_serial = issued.serial
    device.certificate_expires_s = issued.expires_s
    device.next_public_key_sha256 = None
    device.next_certificate_serial = None
    device.next_certificate_expires_s = None
    session.add(device)
