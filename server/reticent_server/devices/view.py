"""A device as other parts see it: a value, apart from the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reticent_contract.kept import Kept

from reticent_server.devices import signals
from reticent_server.devices.models import Device, DeviceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """Times are seconds since 1970-01-01 UTC. `policy_version` 0: the laptop has no policy.

    `…_kept`: how its keys lie on the laptop, None where it has not said. `enrolled_from`: the
    network that it enrolled from. `key_sha256`: of its public key, as the laptop's status shows it.
    """

    device_id: UUID
    group: str
    status: DeviceStatus
    status_reason: str
    status_changed_s: int
    created_s: int
    last_seen_s: int | None
    clock_offset_us: int | None
    agent_version: str
    catalog_version: int
    os_family: str
    certificate_serial: str
    certificate_expires_s: int
    policy_version: int
    policy_sha256: bytes | None
    policy_refused_version: int | None
    policy_refusal: str
    device_key_kept: Kept | None
    pseudonym_keys_kept: Kept | None
    machine_signals: signals.Signals
    enrolled_from: str
    key_sha256: bytes

    @property
    def heard_s(self) -> int:
        """When it was last heard of: its last frame, else its enrolment."""
        return self.last_seen_s or self.created_s


def version_text(said: str) -> str:
    """An agent's version as it is kept and shown: it stands in reasons, on pages, on terminals."""
    return "".join(c for c in said[:256] if c.isascii() and (c.isalnum() or c in ".-+"))[:64]


@dataclass(frozen=True, slots=True)
class DevicePage:
    """`next_cursor` is opaque; None at the end."""

    devices: list[DeviceView]
    next_cursor: str | None


def view(device: Device) -> DeviceView:
    return DeviceView(
        device_id=device.device_id,
        group=device.group_name,
        status=DeviceStatus(device.status),
        status_reason=device.status_reason,
        status_changed_s=device.status_changed_s,
        created_s=device.created_s,
        last_seen_s=device.last_seen_s,
        clock_offset_us=device.clock_offset_us,
        agent_version=device.agent_version,
        catalog_version=device.catalog_version,
        os_family=device.os_family,
        certificate_serial=device.certificate_serial,
        certificate_expires_s=device.certificate_expires_s,
        policy_version=device.policy_version,
        policy_sha256=device.policy_sha256,
        policy_refused_version=device.policy_refused_version,
        policy_refusal=device.policy_refusal,
        device_key_kept=Kept(device.device_key_kept) if device.device_key_kept else None,
        pseudonym_keys_kept=(
            Kept(device.pseudonym_keys_kept) if device.pseudonym_keys_kept else None
        ),
        machine_signals=signals.of_text(device.machine_signals),
        enrolled_from=device.enrolled_from,
        key_sha256=device.public_key_sha256,
    )
