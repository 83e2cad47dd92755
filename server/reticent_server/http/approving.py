"""The second person for a request: refusals as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reticent_server.approvals.errors import (
    ApprovalError,
    ApprovalNeededError,
    DecisionError,
    ReasonMissingError,
    StateError,
    UnknownRequestError,
)
from reticent_server.approvals.request import Doing, Request, Subject
from reticent_server.auth import Caller
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.services import Services


@contextmanager
def approval_as_problem() -> Iterator[None]:
    """409 where somebody else must agree first: not a 2xx, which a program would take for done."""
    try:
        yield
    except ApprovalNeededError as error:
        asked = {"request_id": str(error.request.request_id), "kind": error.request.kind.value}
        raise ProblemError(409, "approval-needed", str(error), extra=asked) from error
    except ReasonMissingError as error:
        raise ProblemError(422, "reason-missing", str(error)) from error
    except UnknownRequestError as error:
        raise not_found("request") from error
    except DecisionError as error:
        raise ProblemError(403, "not-the-second-person", str(error)) from error
    except StateError as error:
        raise ProblemError(409, "request-is-over", str(error)) from error
    except ApprovalError as error:
        raise ProblemError(409, "not-asked", str(error)) from error


def use_or_ask(
    services: Services,
    caller: Caller,
    subject: Subject,
    *,
    reason: str,
    address: str,
    doing: Doing | None = None,
) -> Request:
    """Returns where the caller may do it now, once, or has by `doing`. Blocks. Raises ProblemError,
    and what `doing` raises."""
    with approval_as_problem():
        return services.approvals.use_or_ask(
            subject, reason=reason, caller=caller, source_address=address, doing=doing
        )
