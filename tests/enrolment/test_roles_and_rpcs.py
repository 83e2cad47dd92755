"""Every RPC x every role: what is for laptops is for nobody who brings a person's token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from reticent_contract.v1 import telemetry_pb2
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub
from reticent_server.auth import Role, Scope
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Account
from reticent_server.auth.scopes import NEVER_FOR_TOKENS, scopes_of
from sqlalchemy import select
from support.running import Running, running
from support.telemetry_client import ask, make_key, make_request, pem

PASSWORD = "a long enough password"
pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


def tokens(run: Running, *roles: Role) -> Iterator[str]:
    """API tokens with all that each role may give one, of one account that has it meanwhile."""
    accounts = run.services.accounts
    accounts.create("root", role=Role.ADMINISTRATOR, password=PASSWORD)
    accounts.create("eve", role=Role.ANALYST, password=PASSWORD)
    with run.services.control.read() as db:
        account_id = db.scalars(select(Account.account_id).where(Account.name == "eve")).one()
    for role in roles:
        accounts.roles.assign("eve", [role], by=[Grant(scopes=frozenset(Scope))])
        scopes = scopes_of(role) - NEVER_FOR_TOKENS - {Scope.SELF}
        token = accounts.tokens.create(account_id, name="t", scopes=scopes).token
        assert accounts.tokens.caller(token) is not None  # good for the API
        yield token


async def test_no_roles_token_enrols_a_laptop(data_dir: Path) -> None:
    async with running(data_dir) as run:
        request = make_request(make_key())
        for token in tokens(run, *Role):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await ask(
                    run.server.addresses["enrolment"],
                    ca_certificate_der=run.services.ca.anchor_der,
                    secret=token,
                    csr_der=request,
                )
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert run.services.devices.counts_by_status() == {}


async def test_no_token_stands_for_a_devices_certificate(data_dir: Path) -> None:
    """TLS refuses before anybody looks at a token, so one with every scope is enough to try."""
    async with running(data_dir) as run:
        (token,) = tokens(run, Role.ADMINISTRATOR)
        bearer = {"metadata": (("authorization", f"Bearer {token}"),), "timeout": 10}
        credentials = grpc.ssl_channel_credentials(pem(run.services.ca.anchor_der))
        for ask_for in (
            lambda stub: stub.Renew(telemetry_pb2.RenewRequest(), **bearer),
            lambda stub: stub.Stream(**bearer).read(),
        ):
            address = run.server.addresses["telemetry"]
            async with grpc.aio.secure_channel(address, credentials) as channel:
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await ask_for(TelemetryServiceStub(channel))
                assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
