"""Publishing and moving policies for a request: in the caller's name, refusals as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reticent_contract.policy import PolicyError
from starlette.requests import Request

from reticent_server.approvals.subjects import policy_subject
from reticent_server.auth import Caller, Scope
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.approving import approval_as_problem
from reticent_server.http.guard import address_of
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import extendable
from reticent_server.http.schemas.drafts import FindingOut
from reticent_server.policies.recorded import LintRefusedError, RecordedPolicies
from reticent_server.policies.revealing import Reveal, Storing
from reticent_server.services import Services


def recorded(
    request: Request, services: Services, caller: Caller, scope: Scope
) -> RecordedPolicies:
    """In the caller's name, within what the scope reaches."""

    def leave(reveal: Reveal, reason: str, storing: Storing) -> None:
        services.approvals.use_or_ask(
            policy_subject(reveal),
            reason=reason,
            caller=caller,
            source_address=address_of(request),
            doing=lambda db, _: storing(db),
        )

    return RecordedPolicies(
        policies=services.policies,
        record_with=services.audit.record_with,
        actor=caller.name,
        leave=leave,
        source_address=address_of(request),
        may_extend=lambda group: extendable(caller, scope, group),
    )


@contextmanager
def refused_as_problem() -> Iterator[None]:
    """422 for a document that is no policy or in which lint finds errors, 409 for one that
    contradicts what is stored; and where it reveals more, as `approval_as_problem`."""
    try:
        with approval_as_problem():
            yield
    except PolicyError as error:
        raise ProblemError(422, "policy-refused", str(error)) from error
    except LintRefusedError as error:
        findings = [FindingOut.of(finding).model_dump() for finding in error.findings]
        raise ProblemError(422, "policy-lint", str(error), extra={"findings": findings}) from error
    except (ConflictError, NotFoundError) as error:
        raise ProblemError(409, "policy-conflict", str(error)) from error
