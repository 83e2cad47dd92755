"""Enrolment against a server in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import grpc
import pytest
from reticent_agent.errors import EnrolmentError
from reticent_agent.identity import IdentityStore
from reticent_agent.identity.enrol import Enrolled, enrol, enrol_patiently, read_token
from reticent_agent.identity.keys import certificate_pem
from reticent_agent.identity.returning import come_back
from reticent_contract.enrolment_token import EnrolmentToken
from support.fake_telemetry import FakeCa, FakeServer

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    await fake.start()
    yield fake
    await fake.stop()


def _token(server: FakeServer, *, ca: FakeCa | None = None, address: str = "") -> EnrolmentToken:
    return EnrolmentToken(
        address=address or server.enrolment_address,
        ca_certificate_der=(ca or server.ca).der,
        secret="s" * 32,
        expires_s=int(time.time()) + 60,
        uses=1,
        group="default",
    )


async def _enrol(token: EnrolmentToken, folder: Path) -> Enrolled:
    return await enrol(token, store=IdentityStore(folder), catalog_version=1, proxy="none")


async def test_a_token_becomes_an_identity_on_disk(server: FakeServer, tmp_path: Path) -> None:
    enrolled = await _enrol(_token(server), tmp_path)
    assert IdentityStore(tmp_path).load() == enrolled.identity
    assert enrolled.identity.telemetry_address == server.address
    assert [enrolled.identity.device_id] == list(server.enrolled.values())


@pytest.mark.parametrize(("said", "kept"), [("", "default"), ("lab", "lab")])
async def test_the_group_is_the_servers_where_it_names_one(
    server: FakeServer, tmp_path: Path, said: str, kept: str
) -> None:
    server.group = said
    enrolled = await _enrol(_token(server), tmp_path)
    assert enrolled.identity.group == kept


@pytest.mark.parametrize("group", ["x" * 65, "a\nb"])
async def test_a_group_that_is_no_name_is_a_bad_answer(
    server: FakeServer, tmp_path: Path, group: str
) -> None:
    server.group = group
    with pytest.raises(EnrolmentError, match="the group in it is no name"):
        await _enrol(_token(server), tmp_path)


async def test_a_lost_answer_makes_no_second_device(server: FakeServer, tmp_path: Path) -> None:
    first = await _enrol(_token(server), tmp_path)
    (tmp_path / "device.json").unlink()  # the answer came, the power went
    again = await _enrol(_token(server), tmp_path)
    assert again.identity.device_id == first.identity.device_id
    assert len(server.enrolled) == 1


async def test_a_token_of_another_ca_reaches_nobody(server: FakeServer, tmp_path: Path) -> None:
    with pytest.raises(EnrolmentError, match="came from this server") as caught:
        await _enrol(_token(server, ca=FakeCa()), tmp_path)
    assert not caught.value.permanent
    assert server.enrolled == {}
    assert IdentityStore(tmp_path).load() is None


async def test_a_laptop_that_returns_to_a_server_of_another_ca_is_told_what_to_do(
    server: FakeServer, tmp_path: Path
) -> None:
    identity = (await _enrol(_token(server), tmp_path)).identity
    other = replace(identity, ca=certificate_pem(FakeCa().der))
    with pytest.raises(EnrolmentError, match="`reticent-agent enrol --replace`") as caught:
        await come_back(other, store=IdentityStore(tmp_path), signals=(), proxy="none")
    assert not caught.value.permanent  # somebody may only be in the way
    assert IdentityStore(tmp_path).load() == identity


async def test_a_used_up_token_is_final_and_says_what_to_do(
    server: FakeServer, tmp_path: Path
) -> None:
    server.enrol_error = (grpc.StatusCode.UNAUTHENTICATED, "the token is used up")
    with pytest.raises(EnrolmentError, match="ask the administrator") as caught:
        await _enrol(_token(server), tmp_path)
    assert caught.value.permanent
    assert "s" * 32 not in str(caught.value)


async def test_a_server_that_is_down_is_waited_for(server: FakeServer, tmp_path: Path) -> None:
    server.enrol_error = (grpc.StatusCode.UNAVAILABLE, "starting")
    waits: list[float] = []

    def waiting(error: EnrolmentError, delay_s: float) -> None:
        waits.append(delay_s)
        if len(waits) == 3:
            server.enrol_error = None

    enrolled = await asyncio.wait_for(
        enrol_patiently(
            _token(server),
            store=IdentityStore(tmp_path),
            catalog_version=1,
            proxy="none",
            chance=lambda: 0.01,
            waiting=waiting,
        ),
        10,
    )
    assert len(waits) == 3
    assert waits == sorted(waits)
    assert IdentityStore(tmp_path).load() == enrolled.identity


async def test_an_answer_for_another_key_is_not_taken(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FakeServer(ca=server.ca)
    real = server.ca.device
    from reticent_agent.identity import keys

    def for_another(_csr_der: bytes, device_id: UUID, **_: float) -> bytes:
        return real(keys.request_der(keys.new_key_pem()), device_id)

    monkeypatch.setattr(server.ca, "device", for_another)
    with pytest.raises(EnrolmentError, match="another key"):
        await _enrol(_token(server), tmp_path)
    assert other.enrolled == {}
    assert IdentityStore(tmp_path).load() is None


def test_what_is_no_token_is_refused_without_repeating_it() -> None:
    with pytest.raises(EnrolmentError) as caught:
        read_token("rtk1_made-up-nonsense")
    assert caught.value.permanent
    assert "nonsense" not in str(caught.value)
