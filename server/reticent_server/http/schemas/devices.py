"""Devices and what they say about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field
from reticent_contract.kept import Kept

from reticent_server.devices.view import DeviceView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of, time_of_us
from reticent_server.query.reach import masked_in
from reticent_server.store.events.model import DeviceSummary

_DEVICE = {
    "device_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "group": "default",
    "status": "active",
    "status_reason": "",
    "enrolled_from": "192.0.2.0/24",
    "key_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "enrolled_at": "2026-11-22T06:00:00Z",
    "last_seen_at": "2026-11-22T06:32:05Z",
    "clock_offset_us": -1200,
    "agent_version": "0.1.0",
    "os_family": "linux",
    "certificate_expires_at": "2026-12-22T06:00:00Z",
    "policy_version": 1,
    "policy_sha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "policy_refused_version": None,
    "policy_refusal": "",
    "device_key_kept": "tpm",
    "pseudonym_keys_kept": "tpm-sealed",
    "host_name": "pn:host.host_name:1:q83vEjRWeJCrze8SNFZ4kA",
    "os_name": "Debian GNU/Linux",
    "os_version": "12",
    "rows": 1842,
    "last_row_at": "2026-11-22T06:32:05.001200Z",
    "masked": {},
}


class DeviceOut(BaseModel):
    """One laptop. `host_name` and the OS are as the policy left them."""

    model_config = shape(_DEVICE)

    device_id: str
    group: str
    status: str = Field(
        description="active, waiting (for approval), conflict, revoked, retired or erased."
    )
    status_reason: str
    enrolled_from: str = Field(description="The network that it enrolled from; empty: not known.")
    key_sha256: str = Field(description="Of its public key; `reticent-agent status` shows it too.")
    enrolled_at: Time
    last_seen_at: Time | None
    clock_offset_us: int | None = Field(description="Laptop's clock minus the server's.")
    agent_version: str
    os_family: str
    certificate_expires_at: Time
    policy_version: int = Field(description="In force on the laptop; 0 for none.")
    policy_sha256: str | None
    policy_refused_version: int | None = Field(
        description="A version it refused, or has and cannot run."
    )
    policy_refusal: str = Field(description="Why the laptop refused a newer policy.")
    device_key_kept: str | None = Field(
        description="How the laptop says its private key lies there: "
        + ", ".join(Kept)
        + "; null: it has not said."
    )
    pseudonym_keys_kept: str | None = Field(description="How its pseudonym keys lie, likewise.")
    host_name: str | None
    os_name: str | None
    os_version: str | None
    rows: int = Field(description="Rows stored of this device, of the tables that one may see.")
    last_row_at: Time | None
    masked: dict[str, str] = Field(description="Which of these are hidden, and why.")

    @classmethod
    def of(cls, view: DeviceView, summary: DeviceSummary | None) -> DeviceOut:
        return cls(
            device_id=str(view.device_id),
            group=view.group,
            status=view.status.value,
            status_reason=view.status_reason,
            enrolled_from=view.enrolled_from,
            key_sha256=view.key_sha256.hex(),
            enrolled_at=time_of(view.created_s),
            last_seen_at=maybe_time(view.last_seen_s),
            clock_offset_us=view.clock_offset_us,
            agent_version=view.agent_version,
            os_family=view.os_family,
            certificate_expires_at=time_of(view.certificate_expires_s),
            policy_version=view.policy_version,
            policy_sha256=view.policy_sha256.hex() if view.policy_sha256 else None,
            policy_refused_version=view.policy_refused_version,
            policy_refusal=view.policy_refusal,
            device_key_kept=view.device_key_kept,
            pseudonym_keys_kept=view.pseudonym_keys_kept,
            host_name=summary.host_name if summary else None,
            os_name=summary.os_name if summary else None,
            os_version=summary.os_version if summary else None,
            rows=summary.rows if summary else 0,
            last_row_at=time_of_us(summary.last_received_at_us) if summary else None,
            masked=masked_in(
                {
                    **(asdict(summary) if summary else {}),
                    "enrolled_from": view.enrolled_from,
                    "status_reason": view.status_reason,
                }
            ),
        )


class DevicesOut(BaseModel):
    model_config = shape({"devices": [_DEVICE], "next_cursor": None})

    devices: list[DeviceOut] = Field(description="Newest enrolment first.")
    next_cursor: str | None


FieldValueOut = str | int | float | bool | list[str]


class FactsOut(BaseModel):
    """What each state table says now, and what the policy kept on the laptop."""

    model_config = shape(
        {
            "device_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
            "tables": {"os": [{"name": "Debian GNU/Linux", "version": "12"}]},
            "dropped": {"board.serial": 3},
            "masked": {},
        }
    )

    device_id: str
    tables: dict[str, list[dict[str, FieldValueOut]]]
    dropped: dict[str, int] = Field(description="Values that never left the laptop, by field.")
    masked: dict[str, str] = Field(
        description="Columns (`table.field`) that are hidden in some row, and why."
    )

    @staticmethod
    def hidden(tables: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, str]:
        return {
            f"{table}.{name}": why
            for table, rows in tables.items()
            for row in rows
            for name, why in masked_in(row).items()
        }


class RevokeIn(BaseModel):
    model_config = shape({"reason": "stolen, ticket 4711"})

    reason: Annotated[str, Field(min_length=1, max_length=500)]
