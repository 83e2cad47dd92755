"""Policies before they go live: lint, test, diff, explain and try, as on the command line.

Nothing here is stored, signed or sent to a laptop. Comparing and explaining is reading; the rest is
for whoever writes policies.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Annotated, Any

from fastapi import APIRouter, Query
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, PolicyError, canonical_document, verify_signed
from reticent_contract.policy.canonical import INTEGER_MAX
from reticent_contract.policy.diff import Comparison, compare
from reticent_contract.policy.explain import UnknownFieldError, explain_field
from reticent_contract.policy.schema import TITLE, policy_schema
from reticent_contract.policy.trace import trace_tests
from reticent_contract.v1.policy_pb2 import SignedPolicy
from starlette.concurrency import run_in_threadpool

from reticent_server.auth import Caller, Scope
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.http.drafting import draft_of, parent_of, policy_refused
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.policy_reach import (
    USERS,
    policy_reach,
    policy_reach_if_known,
    shows_users,
)
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import (
    every_group,
    group_in_reach,
    masked_column,
)
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.drafts import (
    CanonicalOut,
    CarriedTestOut,
    CarriedTestsOut,
    DiffIn,
    DiffOut,
    DraftIn,
    ExplainedOut,
    ExplainIn,
    ExplainOut,
    FindingOut,
    LintIn,
    LintOut,
    ReachOut,
    SideIn,
    VerifyIn,
    VerifyOut,
)
from reticent_server.http.schemas.trying import TriedOut, TriedRowOut, TryIn, TryOut
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.policies.drafts import lint_text, read_draft
from reticent_server.policies.reach import DEFAULT_GROUP
from reticent_server.policies.row_lines import NoRowError
from reticent_server.policies.trying import DEFAULT_FIELD, RowTrial, Trial, learned_from
from reticent_server.services import Services

router = APIRouter(prefix=API_PREFIX + "/policies", tags=["policies"])
Reader = Annotated[Caller, requires(Scope.READ_POLICIES)]
Editor = Annotated[Caller, requires(Scope.EDIT_POLICIES)]


@router.post("/lint", summary="Find what is wrong with a policy", responses=refusals(404))
def lint(body: LintIn, services: ServicesDep, caller: Editor) -> LintOut:
    """What is dead, contradictory or gives somebody away. A refused policy is a finding too."""
    if body.group is not None:
        group_in_reach(caller, Scope.EDIT_POLICIES, body.group)
    parent = parent_of(services, caller, Scope.EDIT_POLICIES, child=body.group)
    findings = lint_text(body.yaml, CATALOG, now_s=int(time.time()), parent_of=parent)
    ok = all(finding.severity != "error" for finding in findings)
    return LintOut(ok=ok, findings=[FindingOut.of(finding) for finding in findings])


@router.post("/test", summary="Run the tests that a policy carries")
def run_tests(body: DraftIn, services: ServicesDep, caller: Editor) -> CarriedTestsOut:
    """As a laptop runs them before it accepts the policy, with the rules that decided."""
    tests = trace_tests(draft_of(services, caller, Scope.EDIT_POLICIES, body.yaml).policy, CATALOG)
    passed = not any(test.problems for test in tests)
    return CarriedTestsOut(passed=passed, tests=[CarriedTestOut.of(test) for test in tests])


@router.post(
    "/diff", summary="Say what one policy reveals that another does not", responses=refusals(404)
)
async def diff(
    body: DiffIn, services: ServicesDep, threads: StoreThreadsDep, caller: Reader
) -> DiffOut:
    """One that is looser than what it extends is compared too, although nobody may publish it."""

    def compared() -> Comparison:
        before = _side(services, caller, Scope.READ_POLICIES, body.before, is_strict=False)
        after = _side(services, caller, Scope.READ_POLICIES, body.after, is_strict=False)
        return compare(before, after, CATALOG)

    comparison = await run_in_threadpool(compared)  # whoever publishes waits for no search
    reach = await policy_reach_if_known(services, threads, caller, body.before.group)
    return DiffOut.of(comparison, reach)


@router.post("/explain", summary="Say which rule decides over a field, and why")
def explain(body: ExplainIn, services: ServicesDep, caller: Reader) -> ExplainOut:
    found: list[ExplainedOut] = []
    try:
        if body.yaml is not None:
            draft = draft_of(services, caller, Scope.READ_POLICIES, body.yaml)
            explanation = explain_field(draft.policy, CATALOG, body.field)
            path = explanation.path
            line = None if path is None or draft.is_taken_over(path) else draft.line_of(path)
            found.append(ExplainedOut.of(explanation, line=line))
        else:
            for group in services.policies.groups():
                if not caller.reaches(Scope.READ_POLICIES, group):
                    continue
                published = services.policies.current(group)
                policy = services.policies.parsed(published)
                explanation = explain_field(policy, CATALOG, body.field)
                version = published.version
                found.append(ExplainedOut.of(explanation, group=group, version=version))
    except UnknownFieldError as error:
        raise _no_field(error) from error
    table, _dot, name = body.field.partition(".")
    sentence = CATALOG.tables[table].by_name[name].sentence if found else ""
    return ExplainOut(field=body.field, sentence=sentence, explanations=found)


@router.post("/try", summary="Redact lines or rows by a policy")
def try_out(body: TryIn, services: ServicesDep, caller: Editor) -> TryOut:
    """What would leave of each line, and what was found in it by which detector and tier; or the
    same of each row. One that is no row of the catalog has a problem, without its values."""
    policy = _side(services, caller, Scope.EDIT_POLICIES, SideIn(yaml=body.yaml))
    try:
        own = learned_from(body.learned, CATALOG)
        trial = Trial(policy, CATALOG, body.field or DEFAULT_FIELD, own=own)
    except NoRowError as error:
        raise ProblemError(422, "no-row", f"{error}; nothing was tried") from error
    except ServerError as error:
        raise _no_field(error) from error
    rows = RowTrial(policy, CATALOG, own=own)
    return TryOut(
        lines=[TriedOut.of(trial.one(line), trial.found(line)) for line in body.lines],
        rows=[TriedRowOut.of(rows.document(row), rows.found_in(row)) for row in body.rows],
    )


@router.post("/canonical", summary="Give the bytes of a policy that are signed")
def canonical(body: DraftIn, _: Editor) -> CanonicalOut:
    """For a signer that holds the key elsewhere. Publishing signs with the server's own key."""
    try:
        return CanonicalOut.of(read_draft(body.yaml, CATALOG).policy)
    except PolicyError as error:
        raise policy_refused(error) from error


@router.post("/verify", summary="Check a signed policy as a laptop does")
def verify(body: VerifyIn, services: ServicesDep, _: Reader) -> VerifyOut:
    """By this server's key: signature, canonical bytes, language, dates and carried tests."""
    try:
        content = base64.b64decode(body.canonical_json, validate=True)
        signature = base64.b64decode(body.signature, validate=True)
        version = canonical_document(content).get("version")
        number = version if isinstance(version, int) and 0 < version <= INTEGER_MAX else 1
        verify_signed(
            SignedPolicy(
                canonical_json=content,
                signature=signature,
                sha256=hashlib.sha256(content).digest(),
                version=number,
            ),
            public_key=services.policies.public_key,
            now_s=int(time.time()),
            version_in_force=number - 1,
            catalog=CATALOG,
        )
    except PolicyError as error:
        return VerifyOut(good=False, problem=str(error))
    except ValueError:
        return VerifyOut(good=False, problem="policy or signature is no base64; send them as such")
    return VerifyOut(good=True, problem=None)


@router.get(
    "/schema",
    summary="The JSON Schema of the policy language",
    responses={200: {"content": {"application/json": {"example": {"title": TITLE}}}}},
)
def schema(_: Reader) -> dict[str, Any]:
    """Draft 2020-12, for editors: words, sentences and bounds."""
    return policy_schema(CATALOG)


@router.get("/reach", summary="Say whom a group's policy concerns", responses=refusals(404))
async def reach(
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    group: Annotated[
        str, Query(min_length=1, max_length=64, description="The group.", examples=["default"])
    ] = "default",
) -> ReachOut:
    """Active devices, and about how many people, as far as their pseudonyms tell."""

    group_in_reach(caller, Scope.READ_POLICIES, group)

    def read() -> ReachOut:
        found = policy_reach(services, caller, group)
        if found is not None:
            return ReachOut.of(found)
        if group == DEFAULT_GROUP and shows_users(services, caller):
            every_group(caller, Scope.READ_POLICIES)
        raise masked_column(USERS)

    return await threads.run(read)


def _side(
    services: Services, caller: Caller, scope: Scope, side: SideIn, *, is_strict: bool = True
) -> Policy:
    """The YAML that was sent, the version that was named, or what is in force."""
    if side.yaml is not None:
        return draft_of(services, caller, scope, side.yaml, is_strict=is_strict).policy
    group_in_reach(caller, scope, side.group)
    try:
        published = (
            services.policies.current(side.group)
            if side.version is None
            else services.policies.get(side.group, side.version)
        )
    except NotFoundError:
        raise ProblemError(
            422,
            "no-such-version",
            "the group has no such policy version; nothing was compared; list the versions",
        ) from None
    return services.policies.parsed(published)


def _no_field(error: Exception) -> ProblemError:
    return ProblemError(422, "unknown-field", str(error))
