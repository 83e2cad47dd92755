"""The console's pages, one module a subject."""

from reticent_server.console.routes.access import router as access
from reticent_server.console.routes.account import router as account
from reticent_server.console.routes.approvals import router as approvals
from reticent_server.console.routes.audit import router as audit
from reticent_server.console.routes.device_life import router as device_life
from reticent_server.console.routes.devices import router as devices
from reticent_server.console.routes.enrolment import router as enrolment
from reticent_server.console.routes.erasure import router as erasure
from reticent_server.console.routes.events import router as events
from reticent_server.console.routes.first import router as first
from reticent_server.console.routes.login import router as login
from reticent_server.console.routes.passkeys import router as passkeys
from reticent_server.console.routes.people import router as people
from reticent_server.console.routes.policies import router as policies
from reticent_server.console.routes.policy_draft import router as policy_draft
from reticent_server.console.routes.rights import router as rights
from reticent_server.console.routes.roles import router as roles
from reticent_server.console.routes.same import router as same
from reticent_server.console.routes.second_factor import router as second_factor
from reticent_server.console.routes.sso import router as sso
from reticent_server.console.routes.support import router as support

CONSOLE_ROUTERS = (
    access,
    account,
    approvals,
    audit,
    device_life,
    devices,
    enrolment,
    erasure,
    events,
    first,
    login,
    passkeys,
    people,
    policy_draft,  # before `policies`, which would take its address for a version
    policies,
    rights,
    roles,
    same,
    second_factor,
    sso,
    support,
)

__all__ = ["CONSOLE_ROUTERS"]
