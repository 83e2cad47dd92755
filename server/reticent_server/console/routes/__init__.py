"""The console's pages, one module a subject."""

from reticent_server.console.routes.account import router as account
from reticent_server.console.routes.audit import router as audit
from reticent_server.console.routes.devices import router as devices
from reticent_server.console.routes.enrolment import router as enrolment
from reticent_server.console.routes.events import router as events
from reticent_server.console.routes.login import router as login
from reticent_server.console.routes.policies import router as policies
from reticent_server.console.routes.roles import router as roles
from reticent_server.console.routes.same import router as same

CONSOLE_ROUTERS = (account, audit, devices, enrolment, events, login, policies, roles, same)

__all__ = ["CONSOLE_ROUTERS"]
