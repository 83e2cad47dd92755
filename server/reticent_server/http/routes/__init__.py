"""The API's routes, one module a subject. `ROUTERS` is all of them; a test walks it."""

from reticent_server.http.routes.access import router as access
from reticent_server.http.routes.account import router as account
from reticent_server.http.routes.approvals import router as approvals
from reticent_server.http.routes.audit import router as audit
from reticent_server.http.routes.device_life import router as device_life
from reticent_server.http.routes.devices import router as devices
from reticent_server.http.routes.drafts import router as drafts
from reticent_server.http.routes.enrolment import router as enrolment
from reticent_server.http.routes.erasure import router as erasure
from reticent_server.http.routes.events import router as events
from reticent_server.http.routes.keys import router as keys
from reticent_server.http.routes.notices import router as notices
from reticent_server.http.routes.openings import router as openings
from reticent_server.http.routes.passkeys import router as passkeys
from reticent_server.http.routes.people import router as people
from reticent_server.http.routes.policies import router as policies
from reticent_server.http.routes.records import router as records
from reticent_server.http.routes.rights import router as rights
from reticent_server.http.routes.roles import router as roles
from reticent_server.http.routes.rollouts import router as rollouts
from reticent_server.http.routes.sealed import router as sealed
from reticent_server.http.routes.second_factor import router as second_factor
from reticent_server.http.routes.sessions import router as sessions
from reticent_server.http.routes.tokens import router as tokens

# `drafts` and `rollouts` before `policies`, whose /policies/{version} would take their addresses.
ROUTERS = (
    access,
    account,
    approvals,
    audit,
    device_life,
    devices,
    drafts,
    enrolment,
    erasure,
    events,
    keys,
    notices,
    rollouts,
    policies,
    openings,
    passkeys,
    people,
    records,
    rights,
    roles,
    sealed,
    second_factor,
    sessions,
    tokens,
)

__all__ = ["ROUTERS"]
