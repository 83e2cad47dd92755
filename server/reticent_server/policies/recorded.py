"""Publishing and moving policies in somebody's name: each change is recorded, in the transaction
that makes it.

The API, the console and the command line without a server all go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reticent_contract.policy import PolicyError
from reticent_contract.reading import Path
from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith
from reticent_server.errors import ConflictError
from reticent_server.policies.children import Child, republish_children
from reticent_server.policies.drafts import LineFinding
from reticent_server.policies.published import SHARE_WHOLE, AuthorText, PublishedPolicy
from reticent_server.policies.publishing import Ready, no_parent
from reticent_server.policies.revealing import Leave, Reveal, reveal_of
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml_lines, with_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The new version, what lint says of it, and what became of the groups that extend it.

    `unchanged`: `version` was in force already and says just this; nothing was published.
    `to_nobody`: no laptop, token or policy named the group before.
    """

    version: int
    unchanged: bool
    to_nobody: bool
    findings: tuple[LineFinding, ...]
    children: tuple[Child, ...]


class LintRefusedError(ConflictError):
    """Lint finds errors, and nobody said why it is published all the same."""

    def __init__(self, findings: Sequence[LineFinding]) -> None:
        errors = sum(finding.severity == "error" for finding in findings)
        super().__init__(
            f"lint finds {errors} error{'s' * (errors != 1)} in the policy; nothing was published; "
            "correct it, or publish it despite lint and say why"
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPolicies:
    """`actor` does it, from `source_address`. Raises what `PolicyService` does, and `leave`.

    `leave` is asked for whatever reveals more than what is in force, and has it stored.
    """

    policies: PolicyService
    record_with: RecordWith
    actor: str
    leave: Leave
    source_address: str = ""
    may_extend: Callable[[str], bool] = lambda _group: True

    def publish(
        self,
        document: Mapping[str, object] | str,
        *,
        group: str,
        share: int = SHARE_WHOLE,
        with_children: bool = False,
        despite_lint: str | None = None,
        reason: str = "",
    ) -> Publication:
        """`document` may be YAML text: then a PolicyError names lines, and the text is kept.

        Children only follow a version that is for the whole group: a share may be stopped.
        `reason`: why it reveals more than what is in force, where it does.
        `despite_lint`: why it is published although lint finds errors; the audit trail has it.
        Raises LintRefusedError where there are some and it is None.
        """
        if with_children and share < SHARE_WHOLE:
            raise ConflictError(
                "a version for a share of its group cannot take along what extends it; nothing was "
                "published; publish it for all, or without those"
            )
        lines: Mapping[Path, int] | None = None
        text: AuthorText | None = None
        if isinstance(document, str):
            text = AuthorText(text=document, author=self.actor)
            document, lines = load_yaml_lines(document)
        parent = document.get("extends")
        if isinstance(parent, str) and not self.may_extend(parent):
            raise no_parent(parent)
        to_nobody = not self.policies.progress.is_named(group)
        findings: list[LineFinding] = []
        reveal: Reveal | None = None
        try:
            ready = self.policies.ready(document, group=group, text=text, lines=lines)
            same = self.policies.in_force_already(ready, group)
            if same is not None:
                version = same.version
            else:
                findings = self.policies.lint(ready, group)
                despite = _despite(findings, despite_lint)
                reveal = reveal_of(self.policies, ready, group, with_children=with_children)
                said = f"for {share} % of the group{despite}"
                version = self._store(ready, group, share, reveal, reason, said=said)
        except PolicyError as error:
            raise error if lines is None else with_lines(error, lines) from None
        children = self._take_along(group, despite_lint, reveal, reason) if with_children else []
        return Publication(
            version=version,
            unchanged=same is not None,
            to_nobody=to_nobody,
            findings=tuple(findings),
            children=tuple(children),
        )

    def _store(
        self,
        ready: Ready,
        group: str,
        share: int,
        reveal: Reveal | None,
        reason: str,
        *,
        said: str,
        action: str = "policy.publish",
    ) -> int:
        """The new version. `reveal`, `reason`: what more it reveals, and why; None for nothing that
        needs leave. `said`: for the audit trail."""
        stored: int | None = None

        def storing(db: Session) -> Entry:
            nonlocal stored
            stored = self.policies.store_in(
                db, ready, group=group, publisher=self.actor, share=share
            )
            return self._entry(action, group, stored, said)

        if reveal is None:
            self.record_with(storing)
        else:
            self.policies.check(ready, group)  # nobody is asked to agree to what is refused then
            self.leave(reveal, reason, storing)
        if stored is None:
            raise RuntimeError("nothing was stored, so nothing was published")
        return stored

    def _take_along(
        self, group: str, despite_lint: str | None, reveal: Reveal | None, reason: str
    ) -> list[Child]:
        covered = set(() if reveal is None else reveal.sentences)
        despite = "" if despite_lint is None else f"; despite lint: {despite_lint}"
        said = f"with that of {group}{despite}"

        def store(ready: Ready, child: str) -> int:
            found = reveal_of(self.policies, ready, child)
            if found is not None and covered.issuperset(found.sentences):
                found = None
            return self._store(ready, child, SHARE_WHOLE, found, reason, said=said)

        return republish_children(
            self.policies, group, despite_lint=despite_lint is not None, store=store
        )

    def roll_back(self, group: str, *, to: int, share: int = SHARE_WHOLE, reason: str = "") -> int:
        """The text of the group's version `to` as its next version, which is returned.

        Agents never go back; this is the way back all the same. It may reveal more too; `reason`
        then says why.
        """
        ready = self.policies.older(group, to)
        reveal, said = reveal_of(self.policies, ready, group), f"the text of version {to}"
        return self._store(ready, group, share, reveal, reason, said=said, action="policy.rollback")

    def move(self, group: str, *, share: int | None) -> PublishedPolicy:
        """Widens to `share` percent; stops where it is None."""
        rollouts, moved = self.policies.rollouts, list[PublishedPolicy]()

        def moving(db: Session) -> Entry:
            if share is None:
                policy, said = rollouts.stop_in(db, group, by=self.actor), "stopped"
            else:
                policy = rollouts.widen_in(db, group, share=share, by=self.actor)
                said = f"to {share} % of the group"
            moved[:] = [policy]
            return self._entry("policy.rollout", group, policy.version, said)

        self.record_with(moving)
        return moved[0]

    def _entry(self, action: str, group: str, version: int, said: str) -> Entry:
        return Entry(
            actor=self.actor,
            action=action,
            object=f"policy {group} {version}",
            reason=said,
            source_address=self.source_address,
        )


def _despite(findings: Sequence[LineFinding], reason: str | None) -> str:
    """For the audit trail: which errors it was published with, and why. Raises LintRefusedError."""
    codes = dict.fromkeys(f.code for f in findings if f.severity == "error")
    if not codes:
        return ""
    if not (reason or "").strip():
        raise LintRefusedError(findings)
    return f"; despite lint: {reason} ({', '.join(codes)})"
