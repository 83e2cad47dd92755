"""The ASGI application: API, console, documentation, static files, and what surrounds them.

From the outside in: security headers, the last net for failures, the methods that an address
takes, the body's limit, the routes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from reticent_server import __version__
from reticent_server.auth.local_access import close_local_access, open_local_access
from reticent_server.console import CONSOLE_ROUTERS, StaticAssets, answer_in_html
from reticent_server.http import docs, settings
from reticent_server.http.body_limit import BodyLimit
from reticent_server.http.failures import CatchFailures
from reticent_server.http.headers import SecurityHeaders
from reticent_server.http.inventory import inventory_of
from reticent_server.http.methods import KnownMethods, Methods
from reticent_server.http.problems import ProblemError
from reticent_server.http.refused import NoteRefused
from reticent_server.http.routes import ROUTERS, health, scim
from reticent_server.http.seldom import VIEW_EVERY_S, Seldom
from reticent_server.http.threads import BoundedThreads
from reticent_server.http.token_uses import TokenUses
from reticent_server.scim.errors import ScimError
from reticent_server.services import Services


def create_app(services: Services) -> FastAPI:
    """The application over these services, which it neither opens nor closes.

    While it is served (ASGI lifespan) the command line of this machine can reach it.
    """
    app = FastAPI(
        title="Reticent",
        version=__version__,
        openapi_url=None,  # served by `docs`, which completes it
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_local_access,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(NoteRefused),
            Middleware(CatchFailures),
            Middleware(KnownMethods),
            Middleware(BodyLimit),
        ],
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.services = services
    app.state.store_threads = BoundedThreads(
        at_once=settings.STORE_CALLS_AT_ONCE, waiting_max=settings.STORE_CALLS_WAITING_MAX
    )
    app.state.login_threads = BoundedThreads(
        at_once=settings.LOGINS_AT_ONCE, waiting_max=settings.LOGINS_WAITING_MAX
    )
    app.state.token_uses = TokenUses(services.audit)
    app.state.views = Seldom(VIEW_EVERY_S)
    for error in (ProblemError, RequestValidationError, HTTPException, ScimError):
        app.add_exception_handler(error, answer_in_html)
    for router in (*ROUTERS, health.router, scim.router, docs.router, *CONSOLE_ROUTERS):
        app.router.routes += router.routes  # an include would have each route analysed again
    entries = tuple(inventory_of(app))
    app.state.route_paths = {entry.endpoint: entry.path for entry in entries}
    app.state.methods = Methods(entries)
    app.mount("/static", StaticAssets(), name="static")
    return app


@asynccontextmanager
async def _local_access(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await anyio.to_thread.run_sync(open_local_access, services)
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(close_local_access, services)
