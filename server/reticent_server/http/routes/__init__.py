"""The API's routes, one module a subject. `ROUTERS` is all of them; a test walks it."""

from reticent_server.http.routes.account import router as account
from reticent_server.http.routes.audit import router as audit
from reticent_server.http.routes.devices import router as devices
from reticent_server.http.routes.enrolment import router as enrolment
from reticent_server.http.routes.events import router as events
from reticent_server.http.routes.policies import router as policies
from reticent_server.http.routes.rollouts import router as rollouts
from reticent_server.http.routes.tokens import router as tokens

# `rollouts` before `policies`, whose last route takes any number after /policies/.
ROUTERS = (account, audit, devices, enrolment, events, rollouts, policies, tokens)

__all__ = ["ROUTERS"]
