"""A token is used no faster from many addresses than from one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from reticent_contract import enrolment_token, limits
from reticent_server.audit import AuditService
from reticent_server.enrolment.service import Enrolment, EnrolmentService
from reticent_server.errors import EnrolmentError
from reticent_server.keys import load_keys
from reticent_server.metrics import Metrics
from reticent_server.store.control import open_control
from support.telemetry_client import make_key, make_request


def test_one_token_is_limited_over_all_addresses_and_another_is_not(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENROLMENT_TRIES_PER_TOKEN", 3)
    now = [0.0]
    control = open_control(data_dir / "control.db")
    service = EnrolmentService(
        control,
        ca=load_keys(data_dir, clock=time.time).ca,
        metrics=Metrics(),
        record_with=AuditService(control).record_with,
        monotonic=lambda: now[0],
    )
    csr = make_request(make_key())

    def token() -> str:
        text = service.create_token(
            group="default", uses=9, expires_s=int(time.time()) + 60, address="localhost:7442"
        )
        return enrolment_token.decode(text).secret

    def enrol(secret: str, number: int) -> None:
        service.enrol(
            Enrolment(
                secret=secret,
                csr_der=csr,
                agent_version="0.1.0",
                catalog_version=1,
                os_family="linux",
                address=f"192.0.2.{number}",
            )
        )

    first, other = token(), token()
    for number in range(3):
        enrol(first, number)
    with pytest.raises(EnrolmentError, match="too many enrolments with this token") as caught:
        enrol(first, 4)
    assert (caught.value.reason, caught.value.permanent) == ("rate-limited", False)
    enrol(other, 5)
    now[0] += 1.0  # a moment later there is room again
    enrol(first, 6)
    control.close()
