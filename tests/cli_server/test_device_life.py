"""`reticent-server device list|approve|retire|pause|asked|group`, against a running server."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, get_args

import pytest
from reticent_server.commands import device_life
from reticent_server.data_dir import control_path
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.http.device_states import DeviceState
from reticent_server.store.control import open_control
from support.console_site import cli
from support.served import served

pytestmark = pytest.mark.enable_socket
FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)


def add_devices(data_dir: Path) -> None:
    control = open_control(control_path(data_dir))
    with control.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=FIRST,
                secret_sha256=b"s" * 32,
                group_name="lab",
                uses_max=9,
                created_s=0,
                expires_s=9,
            )
        )
        session.flush()
        for number, status in ((FIRST, DeviceStatus.WAITING), (SECOND, DeviceStatus.ACTIVE)):
            session.add(
                Device(
                    device_id=number,
                    group_name="lab",
                    status=status,
                    status_changed_s=0,
                    token_id=FIRST,
                    public_key_sha256=number.bytes * 2,
                    certificate_serial="1",
                    certificate_expires_s=9,
                    created_s=number.int,
                    last_seen_s=60,
                )
            )
    control.close()


def test_the_command_knows_the_states_of_the_api() -> None:
    assert set(device_life.STATES) == set(get_args(DeviceState))


def test_the_life_of_devices_from_the_command_line(data_dir: Path) -> None:
    add_devices(data_dir)

    def device(*arguments: Any) -> Any:
        done = cli("device", *arguments, "--data", data_dir, "--json")
        assert done.code == 0, done.err
        return done.json

    with served(data_dir):
        waiting = device("list", "--state", "waiting")
        assert [one["device_id"] for one in waiting] == [str(FIRST)]
        assert device("approve", str(FIRST), "--reason", "ours")["status"] == "active"
        again = cli("device", "approve", str(FIRST), "--reason", "ours", "--data", data_dir)
        assert (again.code, "not waiting" in again.err) == (1, True)
        listed = cli("device", "list", "--data", data_dir).out
        assert "  1970-01-01 00:01  " in listed  # as in every other list: the head says UTC
        pause = device("pause", SECOND, "--reason", "exam week", "--minutes", "60")
        assert pause["done"] is None
        assert [one["action"] for one in device("asked", SECOND)] == ["pause"]
        assert device("retire", SECOND, "--reason", "sold")["status"] == "retired"
        (group,) = device("group", "lab", "--silent-after-hours", "1")
        assert (group["silent_after_hours"], group["return_within_days"]) == (1, 30)
        assert group["silent"] == 1  # the one in service was never heard of
        assert [one["device_id"] for one in device("list", "--state", "silent")] == [str(FIRST)]
        doctor = cli("doctor", "--data", data_dir)
        assert "silent for longer than their groups say: 1 of group lab" in doctor.out
        shown = cli("device", "list", "--data", data_dir)
        assert str(FIRST) in shown.out
