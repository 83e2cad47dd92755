"""The application over real services, a real control store and an event store in memory.

Argon2 is made cheap here; nothing else is. `Site.client` speaks to the app without a socket.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from reticent_contract.catalog import CATALOG
from reticent_server.approvals.service import ApprovalService
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.audit import AuditService
from reticent_server.audit.trail import checkpoints_of
from reticent_server.audit.watch import AuditWatch
from reticent_server.auth import AccountService, Role
from reticent_server.auth.models import Account
from reticent_server.auth.passkeys import RelyingParty
from reticent_server.auth.passwords import Passwords
from reticent_server.ca.authority import make_root
from reticent_server.config import LoginRules, ServerConfig
from reticent_server.devices.actions import RemoteActions
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.groups import DeviceGroups
from reticent_server.devices.service import DeviceService
from reticent_server.enrolment.service import EnrolmentService
from reticent_server.epochs.files import EpochFiles
from reticent_server.epochs.service import EpochService
from reticent_server.epochs.uses import EpochUses
from reticent_server.erasure.service import ErasureService
from reticent_server.health import Health
from reticent_server.http.app import create_app
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.ingest.service import IngestService
from reticent_server.metrics import Metrics
from reticent_server.policies.service import PolicyService
from reticent_server.retention.cuts import Cuts
from reticent_server.rights.finding import Finder
from reticent_server.rights.service import RightsService
from reticent_server.scim.service import ScimService
from reticent_server.services import Services
from reticent_server.store.control.engine import ControlStore, open_control
from sqlalchemy import select

from support.authorities import self_issuing
from support.console_data import add_devices, group_of, laptop_rows
from support.console_events import MemoryEvents
from support.policies import default_document

ORIGIN = "https://reticent.test"
NOW_S = 1_795_329_125.0  # 2026-11-22, the clock of these tests until they move it
PASSWORD = "seven wet horses run"


class _NoLaptops:
    """Of the telemetry port the application asks one thing."""

    def reached(self) -> dict[tuple[bytes, bytes], int]:
        return {}


class Clock:
    def __init__(self) -> None:
        self.now = NOW_S

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One application. `events` is the store behind `services.events`."""

    app: FastAPI
    services: Services
    events: MemoryEvents
    clock: Clock

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 40_000))
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    def account(self, name: str = "ada", role: str = Role.ADMINISTRATOR) -> int:
        """An account with PASSWORD; returns its number."""
        self.services.accounts.create(name, role=role, password=PASSWORD, must_change=False)
        with self.services.control.read() as session:
            found = session.scalar(select(Account.account_id).where(Account.name == name))
        assert found is not None
        return found

    def token(self, *scopes: str, role: Role = Role.ADMINISTRATOR) -> str:
        """An API token of a new account."""
        number = len(self.services.accounts.list())
        account_id = self.account(f"bot{number}", role)
        made = self.services.accounts.tokens.create(account_id, name="test", scopes=scopes)
        return made.token

    def bearer(self, *scopes: str) -> httpx.AsyncClient:
        return self.client(Authorization=f"Bearer {self.token(*scopes)}")

    async def logged_on(
        self, name: str = "ada", role: str = Role.ADMINISTRATOR
    ) -> httpx.AsyncClient:
        """A client with a session, whose unsafe requests carry the CSRF token."""
        self.account(name, role)
        client = self.client()
        answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
        return client

    def audit(self) -> list[tuple[str, str, str, str]]:
        """(actor, action, object, outcome), oldest first."""
        entries = self.services.audit.page(limit=500).entries
        return [(e.actor, e.action, e.object, e.outcome) for e in reversed(entries)]


@pytest.fixture(scope="session")
def migrated_control(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest schema, to be copied: migrating takes longer than a test."""
    path = tmp_path_factory.mktemp("control") / "control.db"
    open_control(path).close()
    return path


@pytest.fixture(scope="session")
def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="session")
def published_control(
    tmp_path_factory: pytest.TempPathFactory, migrated_control: Path, signing_key: Ed25519PrivateKey
) -> Path:
    """The same with the default policy in force, whose tests take longer than most of ours."""
    path = tmp_path_factory.mktemp("published") / "control.db"
    shutil.copy(migrated_control, path)
    store = open_control(path)
    policies = PolicyService(store, signing_key=signing_key, catalog=CATALOG, clock=Clock())
    policies.publish(default_document(), publisher="init")
    store.close()
    return path


@pytest.fixture
def control(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    path = tmp_path / "control.db"
    template = "published_control" if "site" in request.fixturenames else "migrated_control"
    shutil.copy(request.getfixturevalue(template), path)
    store = open_control(path)
    yield store
    store.close()


@pytest.fixture(scope="session")
def authority_parts() -> Any:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, make_root(key, NOW_S)


@pytest.fixture
def login_rules() -> LoginRules:
    """A test module that wants others has a fixture of this name."""
    return LoginRules()


@pytest.fixture
def site(
    tmp_path: Path,
    control: ControlStore,
    authority_parts: Any,
    signing_key: Ed25519PrivateKey,
    login_rules: LoginRules,
) -> Site:
    clock, events, metrics = Clock(), MemoryEvents(), Metrics()
    key, certificate = authority_parts
    ca = self_issuing(key, certificate, clock=clock)
    audit = AuditService(control, clock=clock)
    EpochFiles(tmp_path).make_first()
    policies = PolicyService(control, signing_key=signing_key, catalog=CATALOG, clock=clock)
    devices = DeviceService(control, clock=clock)
    config, health = ServerConfig(data_dir=tmp_path), Health()
    checkpoints = checkpoints_of(config, control, audit, clock=clock)
    services = Services(
        config=config,
        control=control,
        events=events,
        ca=ca,
        policies=policies,
        epochs=EpochService(
            tmp_path,
            uses=EpochUses(control, policies),
            signing_key=signing_key,
            record=audit.record,
            clock=clock,
        ),
        devices=devices,
        groups=DeviceGroups(control, clock=clock),
        actions=RemoteActions(control, clock=clock),
        enrolment=EnrolmentService(
            control, ca=ca, metrics=metrics, record_with=audit.record_with, clock=clock
        ),
        ingest=cast("IngestService", _NoLaptops()),
        metrics=metrics,
        health=health,
        accounts=AccountService(
            control,
            clock=clock,
            passwords=Passwords(time_cost=1, memory_kib=64),
            rules=login_rules,
            key=bytes(range(32)),
            party=RelyingParty(rp_id="reticent.test", origins=(ORIGIN,)),
        ),
        audit=audit,
        scim=ScimService(control, oidc=None, clock=clock),
        audit_watch=AuditWatch(audit, checkpoints, health=health, metrics=metrics, clock=clock),
        erasures=ErasureService(control, devices, clock=clock),
        cuts=Cuts(control, clock=clock),
        rights=RightsService(control, audit=audit, key=bytes(range(32)), clock=clock),
        finder=Finder(policies, events, tmp_path),
        diagnostics=Diagnostics(control, clock=clock),
        approvals=ApprovalService(
            control, audit=audit, rules=ApprovalRules(), key=bytes(range(32)), clock=clock
        ),
    )
    return Site(app=create_app(services), services=services, events=events, clock=clock)


@pytest.fixture
def fleet(site: Site) -> Site:
    """The site with seven devices, five of which sent rows."""
    now_us = int(NOW_S * 1e6)
    add_devices(site.services.control, 7, now_s=int(NOW_S))
    for number in range(5):
        site.events.append(group_of(number, laptop_rows(number, now_us=now_us), now_us=now_us))
    return site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as made:
        yield made
