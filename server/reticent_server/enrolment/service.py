"""From a token and a key to a device: idempotent, so that a lost answer makes no second device."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from reticent_contract import limits
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith, recorded
from reticent_server.ca.authority import (
    CertificateAuthority,
    IssuedCertificate,
    public_key_sha256,
)
from reticent_server.ca.requests import check_request
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.devices.view import version_text
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.enrolment.rate import AddressLimits, RateLimit
from reticent_server.enrolment.tokens import EnrolmentTokens, find_token, use_token
from reticent_server.errors import CertificateError, EnrolmentError
from reticent_server.metrics import Metrics
from reticent_server.peer import network_of
from reticent_server.store.control.engine import ControlStore

OS_FAMILIES = ("linux", "windows", "macos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    device_id: UUID
    group: str
    certificate: IssuedCertificate
    again: bool  # the same key with a good token: no new device, no use counted
    policy_sha256: bytes | None  # what it last said it runs
    waiting: bool  # until an administrator has approved it


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a laptop asks with. `address` is where it asked from, without the port."""

    secret: str
    csr_der: bytes
    agent_version: str
    catalog_version: int
    os_family: str
    address: str


class EnrolmentService(EnrolmentTokens):
    """Tokens and what they are used for. Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: ControlStore,
        *,
        ca: CertificateAuthority,
        metrics: Metrics,
        record_with: RecordWith,
        address_limits: AddressLimits | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(control, ca_certificate_der=lambda: ca.anchor_der, clock=clock)
        self._ca = ca
        self._metrics = metrics
        self._record_with = record_with
        self._limits = address_limits or AddressLimits(monotonic=monotonic)
        self._token_tries = RateLimit(
            at_once=limits.ENROLMENT_TRIES_PER_TOKEN,
            per_s=limits.ENROLMENT_TRIES_PER_TOKEN_PER_S,
            addresses_max=limits.ENROLMENT_ADDRESSES_MAX,
            monotonic=monotonic,
        )

    def enrol(self, wanted: Enrolment) -> Enrolled:
        """A device for the key in the request, or the one that this key already has.

        1. the address has not tried or failed too often; 2. the token is this server's, neither
        revoked nor expired, and not used too fast; 3. the request is a proper one on P-256 and
        signed by its key; 4. a key that is known gets its device again, if that is in service or
        waits; 5. else one use of the token is counted and a device made, both or neither.
        Raises EnrolmentError.
        """
        if not self._limits.let_try(wanted.address):
            self._metrics.enrolments.labels("rate-limited").inc()
            raise EnrolmentError(
                "rate-limited",
                "too many enrolments from this address; nothing was checked; try again in a minute",
                permanent=False,
            )
        try:  # the same key at the same moment: it is asked again, and then it is known
            enrolled = recorded(self._record_with, lambda db: self._enrol(db, wanted))
        except EnrolmentError as error:
            self._limits.failed(wanted.address)
            self._metrics.enrolments.labels(error.reason).inc()
            refusal = Entry(
                actor="laptop",
                action="device.enrol",
                outcome="refused",
                reason=error.reason,
                source_address=wanted.address,
            )
            self._record_with(lambda _: refusal)
            raise
        self._metrics.enrolments.labels("again" if enrolled.again else "enrolled").inc()
        return enrolled

    def _enrol(self, session: Session, wanted: Enrolment) -> tuple[Enrolled, Entry]:
        enrolled = self._enrolled(session, wanted)
        return enrolled, Entry(
            actor="laptop",
            action="device.enrol",
            object=str(enrolled.device_id),
            reason=_told(enrolled),
            source_address=wanted.address,
        )

    def _enrolled(self, session: Session, wanted: Enrolment) -> Enrolled:
        now_s = int(self._clock())
        token = find_token(session, wanted.secret, now_s=now_s)
        if not self._token_tries.take(token.token_id.hex):
            raise EnrolmentError(
                "rate-limited",
                "too many enrolments with this token; nothing was done; try again in a minute",
                permanent=False,
            )
        try:
            key = check_request(wanted.csr_der)
        except CertificateError as error:
            raise EnrolmentError("request-bad", str(error)) from error
        key_sha256 = public_key_sha256(key)
        device = session.scalar(
            select(Device).where(
                or_(
                    Device.public_key_sha256 == key_sha256,
                    Device.next_public_key_sha256 == key_sha256,
                )
            )
        )
        again = device is not None
        if device is None or device.token_id != token.token_id:
            # A key that comes with another token shows a new right to enrol: that counts.
            use_token(session, token.token_id)
        if device is None:
            device = _new_device(token, key_sha256, now_s=now_s)
            device.enrolled_from = network_of(wanted.address)
        _refuse_out_of_service(device)
        issued = self._ca.issue_device(key, device.device_id)
        _keep(session, device, issued, wanted)
        return Enrolled(
            device_id=device.device_id,
            group=device.group_name,
            certificate=issued,
            again=again,
            policy_sha256=device.policy_sha256,
            waiting=device.status == DeviceStatus.WAITING,
        )


def _new_device(token: EnrolmentTokenRecord, key_sha256: bytes, *, now_s: int) -> Device:
    return Device(
        device_id=uuid.uuid4(),
        group_name=token.group_name,
        status=DeviceStatus.WAITING if token.needs_approval else DeviceStatus.ACTIVE,
        status_changed_s=now_s,
        token_id=token.token_id,
        public_key_sha256=key_sha256,
        created_s=now_s,
    )


def _refuse_out_of_service(device: Device) -> None:
    if device.status not in (DeviceStatus.ACTIVE, DeviceStatus.WAITING):
        raise EnrolmentError(
            "device-" + device.status,
            f"this key belongs to a device that is {device.status}; no certificate was issued; "
            "delete the agent's device.key, so that it makes a new one, and enrol again",
        )


def _keep(session: Session, device: Device, issued: IssuedCertificate, wanted: Enrolment) -> None:
    if device.public_key_sha256 != issued.public_key_sha256:  # the key of a renewal, lost since
        device.public_key_sha256 = issued.public_key_sha256
        device.next_public_key_sha256 = None
        device.next_certificate_serial = None
        device.next_certificate_expires_s = None
    # A renewal's key else stays good: a request that somebody sends again must not undo it.
    device.certificate_serial = issued.serial
    device.certificate_expires_s = issued.expires_s
    device.agent_version = version_text(wanted.agent_version)
    device.catalog_version = wanted.catalog_version
    device.os_family = wanted.os_family if wanted.os_family in OS_FAMILIES else "other"
    session.add(device)


def _told(enrolled: Enrolled) -> str:
    told = "again with the same key" if enrolled.again else f"group {enrolled.group}"
    return told + ("; waits for approval" if enrolled.waiting else "")
