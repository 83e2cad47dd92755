"""What the parts of one running server share. Made once by `app.Server`, then never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reticent_server.config import ServerConfig
from reticent_server.metrics import Metrics
from reticent_server.records.guesses import Guesses
from reticent_server.store.control.engine import ControlStore

if TYPE_CHECKING:  # the domains import each other's services through here, so not at run time
    from reticent_server.approvals.service import ApprovalService
    from reticent_server.audit import AuditService
    from reticent_server.audit.watch import AuditWatch
    from reticent_server.auth import AccountService
    from reticent_server.ca.authority import CertificateAuthority
    from reticent_server.devices.actions import RemoteActions
    from reticent_server.devices.diagnostics import Diagnostics
    from reticent_server.devices.groups import DeviceGroups
    from reticent_server.devices.service import DeviceService
    from reticent_server.enrolment.service import EnrolmentService
    from reticent_server.epochs.service import EpochService
    from reticent_server.erasure.service import ErasureService
    from reticent_server.health import Health
    from reticent_server.ingest.service import IngestService
    from reticent_server.policies.service import PolicyService
    from reticent_server.retention.cuts import Cuts
    from reticent_server.rights.finding import Finder
    from reticent_server.rights.service import RightsService
    from reticent_server.scim.service import ScimService
    from reticent_server.sso.service import SingleSignOn
    from reticent_server.store.events import EventStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`config.ports` are the ports in use, also where 0 was asked for."""

    config: ServerConfig
    control: ControlStore
    events: EventStore
    ca: CertificateAuthority
    policies: PolicyService
    epochs: EpochService
    devices: DeviceService
    groups: DeviceGroups
    actions: RemoteActions
    enrolment: EnrolmentService
    ingest: IngestService
    metrics: Metrics
    health: Health
    accounts: AccountService
    audit: AuditService
    audit_watch: AuditWatch
    erasures: ErasureService
    cuts: Cuts
    diagnostics: Diagnostics
    approvals: ApprovalService
    rights: RightsService
    finder: Finder
    scim: ScimService
    sso: SingleSignOn | None = None
    guesses: Guesses = field(default_factory=Guesses)
