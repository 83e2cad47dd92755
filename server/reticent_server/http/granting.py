"""Acting on roles and accounts for a request: in the caller's name, refusals as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from reticent_server.auth import Caller
from reticent_server.auth.errors import AccountError, BeyondError, UnknownError
from reticent_server.auth.recorded_roles import RecordedRoles
from reticent_server.http.guard import address_of
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.services import Services


def recorded_roles(request: Request, services: Services, caller: Caller) -> RecordedRoles:
    return RecordedRoles(
        roles=services.accounts.roles,
        record_with=services.audit.record_with,
        actor=caller.name,
        grants=caller.grants,
        source_address=address_of(request),
    )


@contextmanager
def role_refused_as_problem() -> Iterator[None]:
    """403 for more than the caller holds, 404 for what is not there, 422 for what cannot be."""
    try:
        yield
    except BeyondError as error:
        raise ProblemError(403, "beyond-own", str(error)) from error
    except UnknownError as error:
        raise not_found(error.what) from error
    except AccountError as error:
        raise ProblemError(422, "role-refused", str(error)) from error


@contextmanager
def beyond_as_problem(
    request: Request, services: Services, caller: Caller, *, action: str, about: str
) -> Iterator[None]:
    """403, recorded, where the account gives more than the caller holds."""
    try:
        yield
    except BeyondError as error:
        services.audit.record(
            actor=caller.name,
            action=action,
            object=about,
            outcome="refused",
            reason="more than the one who asks holds",
            source_address=address_of(request),
        )
        raise ProblemError(403, "beyond-own", str(error)) from error
