"""Publishing and moving policies in somebody's name: each change is recorded.

The API, the console and the command line without a server all go through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract.policy import PolicyError
from reticent_contract.reading import Path

from reticent_server.errors import ConflictError
from reticent_server.policies.children import Child, republish_children
from reticent_server.policies.published import SHARE_WHOLE, PublishedPolicy
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml_lines, with_lines
from reticent_server.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The new version, and what became of the groups that extend it.

    `to_nobody`: no laptop, token or policy named the group before.
    """

    version: int
    to_nobody: bool
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPolicies:
    """`actor` does it, from `source_address`. Raises what `PolicyService` does."""

    policies: PolicyService
    record: Recorder
    actor: str
    source_address: str = ""

    def publish(
        self,
        document: Mapping[str, object] | str,
        *,
        group: str,
        share: int = SHARE_WHOLE,
        with_children: bool = False,
    ) -> Publication:
        """`document` may be YAML text: then a PolicyError names lines.

        Children only follow a version that is for the whole group: a share may be stopped.
        """
        if with_children and share < SHARE_WHOLE:
            raise ConflictError(
                "a version for a share of its group cannot take along what extends it; nothing was "
                "published; publish it for all, or without those"
            )
        lines: Mapping[Path, int] | None = None
        if isinstance(document, str):
            document, lines = load_yaml_lines(document)
        to_nobody = not self.policies.progress.is_named(group)
        try:
            version = self.policies.publish(
                document, group=group, publisher=self.actor, share=share
            )
        except PolicyError as error:
            raise error if lines is None else with_lines(error, lines) from None
        self._note("policy.publish", group, version, f"for {share} % of the group")
        children: list[Child] = []
        if with_children:
            children = republish_children(self.policies, group, publisher=self.actor)
        for child in children:
            if child.version is not None:
                self._note("policy.publish", child.group, child.version, f"with that of {group}")
        return Publication(version=version, to_nobody=to_nobody, children=tuple(children))

    def roll_back(self, group: str, *, to: int, share: int = SHARE_WHOLE) -> int:
        version = self.policies.rollback(group, to=to, publisher=self.actor, share=share)
        self._note("policy.rollback", group, version, f"the text of version {to}")
        return version

    def move(self, group: str, *, share: int | None) -> PublishedPolicy:
        """Widens to `share` percent; stops where it is None."""
        if share is None:
            policy = self.policies.rollouts.stop(group, by=self.actor)
            self._note("policy.rollout", group, policy.version, "stopped")
        else:
            policy = self.policies.rollouts.widen(group, share=share, by=self.actor)
            self._note("policy.rollout", group, policy.version, f"to {share} % of the group")
        return policy

    def _note(self, action: str, group: str, version: int, reason: str) -> None:
        self.record(
            actor=self.actor,
            action=action,
            object=f"policy {group} {version}",
            reason=reason,
            source_address=self.source_address,
        )
