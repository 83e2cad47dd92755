"""The desk of a data directory on which no server runs: its control store, opened here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from reticent_contract.policy import PolicyError

from reticent_server.approvals.subjects import policy_subject
from reticent_server.auth.tokens import local_caller
from reticent_server.commands.policy.desk import Desk, How, Json, LintStoppedError, Source, refused
from reticent_server.commands.stores import (
    LOCAL,
    approvals_of,
    audit_of,
    control_of,
    policies_of,
)
from reticent_server.config import ServerConfig
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.schemas.policies import ListedPolicyOut, PolicyOut, PublishedOut
from reticent_server.http.schemas.rollouts import GroupOut, ProgressOut
from reticent_server.policies.recorded import LintRefusedError, RecordedPolicies
from reticent_server.policies.revealing import Reveal, Storing, reveal_of
from reticent_server.policies.yaml_source import load_yaml

_Result = TypeVar("_Result")


@contextmanager
def opened_desk(data_dir: Path) -> Iterator[Desk]:
    with control_of(data_dir) as control:
        approvals = approvals_of(control, ServerConfig(data_dir=data_dir))

        def leave(reveal: Reveal, reason: str, storing: Storing) -> None:
            subject = policy_subject(reveal)
            approvals.use_or_ask(
                subject, reason=reason, caller=local_caller(), doing=lambda db, _: storing(db)
            )

        recorded = RecordedPolicies(
            policies=policies_of(control, data_dir),
            record_with=audit_of(control).record_with,
            actor=LOCAL,
            leave=leave,
        )
        yield _Opened(recorded)


class _Opened:
    pushed = False

    def __init__(self, recorded: RecordedPolicies) -> None:
        self._recorded = recorded
        self._policies = recorded.policies

    def reveals(self, source: Source | int, group: str, *, despite_lint: bool) -> list[str]:
        policies = self._policies
        try:
            if isinstance(source, int):
                ready = policies.older(group, source)
            else:
                document = load_yaml(source) if isinstance(source, str) else source
                ready = policies.ready(document, group=group)
                found = [] if despite_lint else policies.lint(ready, group)
                if any(finding.severity == "error" for finding in found):
                    return []
            reveal = reveal_of(policies, ready, group)
        except (PolicyError, ConflictError, NotFoundError):
            return []
        return [] if reveal is None else list(reveal.told)

    def publish(self, source: Source, how: How) -> Json:
        try:
            done = _checked(
                lambda: self._recorded.publish(
                    source,
                    group=how.group,
                    share=how.share,
                    with_children=how.with_children,
                    despite_lint=how.despite_lint,
                    reason=how.reason,
                )
            )
        except LintRefusedError as error:
            raise LintStoppedError(str(error), list(map(asdict, error.findings))) from error
        policy = self._policies.get(how.group, done.version)
        return PublishedOut.published(policy, done).model_dump()

    def roll_back(self, group: str, *, to: int, share: int, reason: str) -> Json:
        version = _checked(
            lambda: self._recorded.roll_back(group, to=to, share=share, reason=reason)
        )
        return PolicyOut.of(self._policies.get(group, version)).model_dump()

    def move(self, group: str, *, share: int | None) -> Json:
        policy = self._recorded.move(group, share=share)
        return ProgressOut.of(self._policies.progress.of(policy)).model_dump()

    def progress(self, group: str) -> Json:
        newest = self._policies.newest(group)
        return ProgressOut.of(self._policies.progress.of(newest)).model_dump()

    def history(self, group: str) -> list[Json]:
        usage = self._policies.progress.usage(group)
        return [
            ListedPolicyOut.listed(
                policy, usage.get(policy.version), newer_parent=newer
            ).model_dump()
            for policy, newer in self._policies.history_with_parents(group)
        ]

    def groups(self) -> list[Json]:
        return [GroupOut.of(name, self._policies).model_dump() for name in self._policies.groups()]


def _checked(call: Callable[[], _Result]) -> _Result:
    try:
        return call()
    except PolicyError as error:
        raise refused(error) from error
