"""What a draft of a policy would do, for the page on which it is written.

Enters: YAML text, and lines. Leaves: findings of lint, carried tests, what it reveals beside the
policy in force, what would leave of the lines. Must hold: nothing is stored.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, PolicyError
from reticent_contract.policy.diff import Direction, Told, compare, told
from reticent_contract.policy.trace import TracedTest, trace_tests
from starlette.concurrency import run_in_threadpool

from reticent_server.auth import Caller, Scope
from reticent_server.errors import ServerError
from reticent_server.http.drafting import parent_of
from reticent_server.http.policy_reach import policy_reach_if_known
from reticent_server.http.threads import BoundedThreads
from reticent_server.policies.drafts import LineFinding, lint_text, read_draft
from reticent_server.policies.reach import Reach
from reticent_server.policies.trying import Trial, Tried, field_of
from reticent_server.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """`verdict` is None where the draft is refused, or what is in force is not to be shown.
    `reach`: whom it concerns, None where the reader may not know. `no_trial`: why no line could be
    tried."""

    findings: Sequence[LineFinding]
    tests: Sequence[TracedTest] = ()
    verdict: Direction | None = None
    changes: Sequence[Told] = ()
    reach: Reach | None = None
    tried: Sequence[Tried] = ()
    no_trial: str = ""

    @property
    def is_refused(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def failed(self) -> Sequence[TracedTest]:
        return [test for test in self.tests if test.problems]

    def said(self, change: Told) -> str:
        return change.sentence if self.reach is None else self.reach.beside(change)


async def look_at(
    services: Services,
    threads: BoundedThreads,
    caller: Caller,
    group: str,
    text: str,
    *,
    field: str,
    lines: Sequence[str],
) -> Drafted:
    """Raises nothing for whatever is in the text. People are counted in the event store's threads
    alone: a slow store must not take those of the other pages."""
    looked = await run_in_threadpool(
        _looked, services, caller, group, text, field=field, lines=lines
    )
    if looked.verdict is None:
        return looked
    return replace(looked, reach=await policy_reach_if_known(services, threads, caller, group))


def _looked(
    services: Services, caller: Caller, group: str, text: str, *, field: str, lines: Sequence[str]
) -> Drafted:
    parent = parent_of(services, caller, Scope.EDIT_POLICIES, child=group)
    findings = lint_text(text, CATALOG, now_s=int(time.time()), parent_of=parent)
    try:
        policy = read_draft(text, CATALOG, parent_of=parent).policy
    except PolicyError:
        return Drafted(findings=findings)  # which say so
    comparison = None
    if caller.reaches(Scope.READ_POLICIES, group):
        in_force = services.policies.parsed(services.policies.current(group))
        comparison = compare(in_force, policy, CATALOG)
    tried, no_trial = _tried(policy, field, lines)
    return Drafted(
        findings=findings,
        tests=trace_tests(policy, CATALOG),
        verdict=None if comparison is None else comparison.verdict,
        changes=() if comparison is None else told(comparison),
        tried=tried,
        no_trial=no_trial,
    )


def _tried(policy: Policy, field: str, lines: Sequence[str]) -> tuple[Sequence[Tried], str]:
    try:
        field_of(CATALOG, field)  # a field that does not exist is told before there are lines
        trial = Trial(policy, CATALOG, field) if lines else None
    except ServerError as error:
        return (), str(error)
    return [trial.one(line) for line in lines] if trial else (), ""
