"""Lints: what is probably not meant in a policy that is valid.

Enters: a policy. Leaves: findings, errors first, each with its place, a sentence and what to do.
Must hold: a lint that is not in `LINTS` does not exist; each has a policy that triggers it and one
that does not in tests/policy/test_lint.py.
"""

from __future__ import annotations

from functools import partial

from reticent_contract.catalog.model import Catalog, FieldClass
from reticent_contract.policy.lint import dead, detectors, duties, exposure, mistaken, unused
from reticent_contract.policy.lint.model import SEVERITIES, Context, Lint, LintFinding, Severity
from reticent_contract.policy.model import Policy

LINTS: tuple[Lint, ...] = (
    Lint(
        code="own-kept",
        severity="error",
        sentence="A scan keeps what the laptop knows of itself.",
        search=exposure.own_kept,
    ),
    Lint(
        code="content-unscanned",
        severity="error",
        sentence="Free text leaves without going through the detectors.",
        search=exposure.unscanned_content,
    ),
    Lint(
        code="identifier-kept",
        severity="error",
        sentence="A field that names a person or a device leaves in the clear.",
        search=partial(exposure.kept_identifiers, of=FieldClass.DIRECT_ID),
    ),
    Lint(
        code="quasi-identifier-kept",
        severity="warning",
        sentence="A field that points at a person together with others leaves in the clear.",
        search=partial(exposure.kept_identifiers, of=FieldClass.QUASI_ID),
    ),
    Lint(
        code="barely-hidden",
        severity="error",
        sentence="So much of an identifier is left that the rest is guessed.",
        search=exposure.barely_hidden,
    ),
    Lint(
        code="kept-beside-hidden",
        severity="error",
        sentence="A field is kept that may hold the value of another one, which is hidden.",
        search=exposure.kept_beside_hidden,
    ),
    Lint(
        code="same-thing-twice",
        severity="error",
        sentence="One thing is pseudonymised in one table and leaves in the clear in another.",
        search=exposure.same_thing_twice,
    ),
    Lint(
        code="scan-keeps-hidden",
        severity="error",
        sentence="A scan keeps findings of a kind that a field's rule pseudonymises.",
        search=exposure.scan_keeps_what_a_field_hides,
    ),
    Lint(
        code="finding-kept",
        severity="error",
        sentence="A scan keeps what a detector finds that names a person or a device.",
        search=partial(detectors.kept_findings, together=False),
    ),
    Lint(
        code="quasi-finding-kept",
        severity="warning",
        sentence="A scan keeps what points at a person together with other things, or what a "
        "detector of the policy's own finds.",
        search=partial(detectors.kept_findings, together=True),
    ),
    Lint(
        code="own-not-learned",
        severity="warning",
        sentence="A scan looks for what the laptop would learn from tables that are not named.",
        search=exposure.own_not_learned,
    ),
    Lint(
        code="no-purpose",
        severity="error",
        sentence="Personal fields leave, and purpose or legal basis do not say why.",
        search=duties.no_purpose,
    ),
    Lint(
        code="no-notice",
        severity="warning",
        sentence="Personal fields leave, and no notice tells the people at the laptops.",
        search=duties.no_notice,
    ),
    Lint(
        code="test-fails",
        severity="error",
        sentence="A test that the policy carries fails.",
        search=duties.failing_tests,
    ),
    Lint(
        code="untested-table",
        severity="warning",
        sentence="No test covers any rule of a table with personal fields.",
        search=duties.untested_tables,
    ),
    Lint(
        code="expired",
        severity="error",
        sentence="The policy's last day is over.",
        search=duties.expired,
    ),
    Lint(
        code="expires-soon",
        severity="warning",
        sentence="The policy's last day is less than 30 days away.",
        search=duties.expires_soon,
    ),
    Lint(
        code="not-yet",
        severity="warning",
        sentence="The policy's first day is still to come.",
        search=duties.not_yet,
    ),
    Lint(
        code="endless-retention",
        severity="warning",
        sentence="Events are kept without an end.",
        search=duties.endless_retention,
    ),
    Lint(
        code="dead-wildcard",
        severity="warning",
        sentence="A wildcard decides over no field.",
        search=dead.dead_wildcards,
    ),
    Lint(
        code="dead-link-member",
        severity="warning",
        sentence="A member of a link group is never pseudonymised.",
        search=dead.dead_link_members,
    ),
    Lint(
        code="lonely-link-group",
        severity="warning",
        sentence="A link group has fewer than two members.",
        search=dead.lonely_link_groups,
    ),
    Lint(
        code="differing-scopes",
        severity="warning",
        sentence="The members of a link group differ in scope, so their pseudonyms never agree.",
        search=dead.differing_scopes,
    ),
    Lint(
        code="tier-cannot-occur",
        severity="warning",
        sentence="A scan tells tiers apart of a detector that has one only.",
        search=dead.tiers_that_cannot_occur,
    ),
    Lint(
        code="dead-detector",
        severity="warning",
        sentence="A detector of the policy's own, and no field that is scanned.",
        search=detectors.dead_detectors,
    ),
    Lint(
        code="dead-checksum",
        severity="warning",
        sentence="A detector whose checksum holds for nothing that its pattern matches.",
        search=detectors.checksums_that_never_hold,
    ),
    Lint(
        code="silent-table",
        severity="warning",
        sentence="A table of which nothing leaves.",
        search=dead.silent_tables,
    ),
    Lint(
        code="unread-table",
        severity="warning",
        sentence="A table whose options have nothing read.",
        search=dead.unread_tables,
    ),
    Lint(
        code="unused-seal-key",
        severity="warning",
        sentence="A key to seal to, and no rule that seals.",
        search=unused.unused_seal_key,
    ),
    Lint(
        code="dead-allow",
        severity="warning",
        sentence="An exception that no detector needs, or that another one covers.",
        search=unused.dead_exceptions,
    ),
    Lint(
        code="no-exact-value",
        severity="warning",
        sentence="An exception that looks like a pattern or a range, and is an exact value.",
        search=mistaken.mistaken_exceptions,
    ),
    Lint(
        code="literal-count",
        severity="warning",
        sentence="A count without its first number in a pattern, which is none.",
        search=mistaken.literal_counts,
    ),
    Lint(
        code="number-for-text",
        severity="warning",
        sentence="A test gives a field of text a number.",
        search=mistaken.numbers_for_text,
    ),
    Lint(
        code="shared-rule-id",
        severity="warning",
        sentence="Two rules that differ have one id.",
        search=dead.shared_rule_ids,
    ),
)


def lint_policy(policy: Policy, catalog: Catalog, *, now_s: int) -> tuple[LintFinding, ...]:
    """What is probably not meant, errors first, then in the order of `LINTS`."""
    context = Context(policy=policy, catalog=catalog, now_s=now_s)
    found = [
        LintFinding(
            code=lint.code,
            severity=lint.severity,
            path=spot.path,
            sentence=spot.sentence,
            advice=spot.advice,
        )
        for lint in LINTS
        for spot in lint.search(context)
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


__all__ = ["LINTS", "Lint", "LintFinding", "Severity", "lint_policy"]
