"""Devices as the server knows them: identity, certificate, what they last said about themselves."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class DeviceStatus(StrEnum):
    ACTIVE = "active"
    CONFLICT = "conflict"  # two agents spoke with its key: it must make a new one and enrol again
    REVOKED = "revoked"  # its key is not trusted any more
    RETIRED = "retired"  # it left service
    ERASED = "erased"  # what it sent and said was deleted; its keys are known, to be refused
    WAITING = "waiting"  # enrolled with a token that needs approval, and not approved yet


class Device(Base):
    """One laptop. `device_id` is random, made here, and bound to a key pair made there.

    `next_*` is the certificate of a renewal that the laptop has not confirmed yet: until then both
    keys are good, because the answer to the renewal may have been lost on its way. `previous_*` is
    the key that the last renewal replaced: who still uses it is not the laptop, or the renewal was
    not the laptop's.
    """

    __tablename__ = "device"

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_name: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(16), default=DeviceStatus.ACTIVE, index=True)
    status_reason: Mapped[str] = mapped_column(String(512), default="")
    status_changed_s: Mapped[int] = mapped_column(BigInteger)
    token_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment_token.token_id"))
    public_key_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    certificate_serial: Mapped[str] = mapped_column(String(40))  # hexadecimal
    certificate_expires_s: Mapped[int] = mapped_column(BigInteger)
    previous_public_key_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    next_public_key_sha256: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), default=None, unique=True
    )
    next_certificate_serial: Mapped[str | None] = mapped_column(String(40), default=None)
    next_certificate_expires_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    created_s: Mapped[int] = mapped_column(BigInteger, index=True)
    last_seen_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    clock_offset_us: Mapped[int | None] = mapped_column(BigInteger, default=None)  # laptop - server
    agent_version: Mapped[str] = mapped_column(String(64), default="")
    catalog_version: Mapped[int] = mapped_column(BigInteger, default=0)
    os_family: Mapped[str] = mapped_column(String(16), default="")
    instance_id: Mapped[bytes | None] = mapped_column(LargeBinary(16), default=None)
    policy_version: Mapped[int] = mapped_column(BigInteger, default=0)  # in force there; 0 = none
    policy_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    policy_refused_version: Mapped[int | None] = mapped_column(BigInteger, default=None)
    policy_refusal: Mapped[str] = mapped_column(String(1_024), default="")
    # Words of reticent_contract.kept, as the laptop says; empty: it has not said.
    device_key_kept: Mapped[str] = mapped_column(String(16), default="", server_default="")
    pseudonym_keys_kept: Mapped[str] = mapped_column(String(16), default="", server_default="")
    # SHA-256 of each CA certificate that the laptop trusts, as it says: hexadecimal, with spaces.
    trusted_cas: Mapped[str] = mapped_column(String(640), default="", server_default="")
    # `devices.signals`: compared with what the laptop shows next; empty: it has shown none.
    machine_signals: Mapped[str] = mapped_column(String(1_024), default="", server_default="")
    enrolled_from: Mapped[str] = mapped_column(String(64), default="", server_default="")  # network


class DeviceGroup(Base):
    """What a group of devices says beside its policy. A group without a row has the defaults."""

    __tablename__ = "device_group"

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    silent_after_s: Mapped[int] = mapped_column(BigInteger)
    return_within_s: Mapped[int] = mapped_column(BigInteger)  # 0: whoever was off needs a token


class DeviceDiagnostics(Base):
    """What a laptop answered when it was last asked for diagnostics: facts of a fixed list."""

    __tablename__ = "device_diagnostics"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.device_id"), primary_key=True)
    received_s: Mapped[int] = mapped_column(BigInteger, index=True)
    facts_json: Mapped[str] = mapped_column(Text)  # {name: whole number, version or word}


class DeviceAction(Base):
    """What an administrator asked of a laptop, until it has answered."""

    __tablename__ = "device_action"

    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.device_id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(512))
    asked_by: Mapped[str] = mapped_column(String(128))
    asked_s: Mapped[int] = mapped_column(BigInteger)
    until_s: Mapped[int | None] = mapped_column(BigInteger, default=None)  # of a pause
    delivered_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    begun_s: Mapped[int | None] = mapped_column(BigInteger, default=None)  # of an uninstallation
    answered_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    done: Mapped[bool | None] = mapped_column(default=None)  # None: not answered
    detail: Mapped[str] = mapped_column(String(512), default="")
