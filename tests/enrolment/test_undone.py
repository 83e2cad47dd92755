"""A laptop's enrolment or return, and its entry in the audit trail, are stored together or not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from reticent_contract import enrolment_token
from reticent_server.audit import AuditService
from reticent_server.audit.service import AuditError
from reticent_server.data_dir import control_path
from reticent_server.devices import signals
from reticent_server.devices.groups import DeviceGroups
from reticent_server.devices.models import Device
from reticent_server.devices.service import DeviceService
from reticent_server.enrolment.rate import AddressLimits
from reticent_server.enrolment.returning import Returning, ReturnService
from reticent_server.enrolment.service import Enrolment, EnrolmentService
from reticent_server.keys import load_keys
from reticent_server.metrics import Metrics
from reticent_server.store.control import open_control
from support.telemetry_client import make_key, make_request
from support.undone import nothing_stored

DAY_S = 86_400
HARDWARE = {"board": frozenset({"b" * 32}), "disk": frozenset({"d" * 32})}


def test_a_laptop_without_its_entry_is_not_enrolled_and_does_not_return(data_dir: Path) -> None:
    control = open_control(control_path(data_dir))
    ca = load_keys(data_dir, clock=lambda: time.time() - 20 * DAY_S).ca
    audit = AuditService(control)
    parts: dict[str, Any] = {"ca": ca, "metrics": Metrics(), "record_with": audit.record_with}
    service = EnrolmentService(control, **parts)
    text = service.create_token(
        group="default", uses=1, expires_s=int(time.time()) + 60, address="localhost:7442"
    )
    key = make_key()
    wanted = Enrolment(
        secret=enrolment_token.decode(text).secret,
        csr_der=make_request(key),
        agent_version="0.1.0",
        catalog_version=1,
        os_family="linux",
        address="192.0.2.7",
    )
    with nothing_stored(control_path(data_dir)), pytest.raises(AuditError):
        service.enrol(wanted)
    enrolled = service.enrol(wanted)
    device = enrolled.device_id
    with control.session() as db:
        db.get_one(Device, device).machine_signals = signals.to_text(HARDWARE)
    returns = ReturnService(
        devices=DeviceService(control),
        groups=DeviceGroups(control),
        limits=AddressLimits(monotonic=time.monotonic),
        **parts | {"ca": load_keys(data_dir, clock=time.time).ca},
    )
    back = Returning(
        certificate_der=enrolled.certificate.der,
        csr_der=make_request(key),
        shown=HARDWARE,
        address="192.0.2.7",
    )
    with nothing_stored(control_path(data_dir)), pytest.raises(AuditError):
        returns.take_back(back)
    assert returns.take_back(back).expires_s > time.time()
    said = [(e.action, e.object, e.outcome) for e in audit.page(limit=2).entries]
    assert said == [(f"device.{what}", str(device), "done") for what in ("return", "enrol")]
    control.close()
