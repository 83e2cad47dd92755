"""Publishing anew what extends a policy that has a newer version.

Must hold: a version that was published never changes; whoever extends a policy takes its newer
version over only by a new version of their own, and each is told what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from reticent_contract.policy import PolicyError

from reticent_server.approvals.errors import ApprovalError
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.policies.published import PublishedPolicy, StageState
from reticent_server.policies.publishing import Ready
from reticent_server.policies.service import PolicyService


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What became of one group that extends. `version` None: nothing, and `problem` says why."""

    group: str
    version: int | None
    problem: str


def republish_children(
    policies: PolicyService,
    group: str,
    *,
    despite_lint: bool,
    store: Callable[[Ready, str], int],
) -> list[Child]:
    """New versions for the groups that extend this one's, then for those that extend them.

    One that cannot be published, such as because it has become looser than what it extends, stays
    as it is; so do those below it. `despite_lint`: also where lint finds an error in it. `store`
    gives the new version, and raises ApprovalError where somebody has to agree to it first.
    """
    done: list[Child] = []
    waiting, seen = [group], {group}
    while waiting:
        for policy in policies.behind(waiting.pop(0)):
            if policy.group in seen:
                continue
            seen.add(policy.group)
            child = _republish(policies, policy, despite_lint=despite_lint, store=store)
            done.append(child)
            if child.version is not None:
                waiting.append(child.group)
    return done


def _republish(
    policies: PolicyService,
    policy: PublishedPolicy,
    *,
    despite_lint: bool,
    store: Callable[[Ready, str], int],
) -> Child:
    if policy.extends is None:
        raise ValueError(policy.group)
    if policy.stage.state is StageState.ROLLING:
        problem = (
            f"version {policy.version} is still being rolled out; bring that to 100 % or stop it, "
            "then publish its document again"
        )
        return Child(group=policy.group, version=None, problem=problem)
    try:
        document = json.loads(policy.extends.source_json)
        text = policies.text_of(policy).text
        ready = policies.ready(document, group=policy.group, text=text)
        wrong = [
            finding for finding in policies.lint(ready, policy.group) if finding.severity == "error"
        ]
        if wrong and not despite_lint:
            problem = "; ".join(f"{finding.place}: {finding.sentence}" for finding in wrong[:3])
            return Child(group=policy.group, version=None, problem=f"lint finds {problem}")
        version = store(ready, policy.group)
    except (PolicyError, ConflictError, NotFoundError, ApprovalError) as error:
        return Child(group=policy.group, version=None, problem=str(error))
    return Child(group=policy.group, version=version, problem="")
