"""Drafts of policies for a request: read in the caller's reach, refusals as problems."""

from __future__ import annotations

from collections.abc import Mapping

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError

from reticent_server.auth import Caller, Scope
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import extendable
from reticent_server.policies.drafts import Draft, ParentOf, read_draft
from reticent_server.policies.publishing import no_parent
from reticent_server.services import Services


def parent_of(
    services: Services, caller: Caller, scope: Scope, *, child: str | None = None
) -> ParentOf:
    """What a draft may be laid over, without showing a policy that the caller may not see.

    `child`: the group that the draft is for, where that is known; it must not come round to itself.
    """

    def parent(group: str) -> Mapping[str, object]:
        if not extendable(caller, scope, group):
            raise no_parent(group)
        if child is not None:
            services.policies.check_extends(child, group)
        return services.policies.extended(group)

    return parent


def draft_of(
    services: Services, caller: Caller, scope: Scope, text: str, *, is_strict: bool = True
) -> Draft:
    """What it extends is the group's policy in force, as for publishing. Raises ProblemError.

    Not `is_strict`: also where it is looser than that and does not say so.
    """
    try:
        parent = parent_of(services, caller, scope)
        return read_draft(text, CATALOG, parent_of=parent, is_strict=is_strict)
    except PolicyError as error:
        raise policy_refused(error) from error


def policy_refused(error: PolicyError) -> ProblemError:
    detail = f"the policy was refused: {error.told}; nothing was done; correct it and send it again"
    return ProblemError(422, "policy-refused", detail)
