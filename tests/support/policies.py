"""The default policy as a document, and a small one that tests change a word of."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from typing import Any

from reticent_contract.policy import default_policy_yaml
from reticent_server.audit.service import Entries, Entry
from reticent_server.policies.recorded import RecordedPolicies
from reticent_server.policies.revealing import Reveal, Storing
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml
from reticent_server.recorder import Recorder, record_nothing
from sqlalchemy.orm import Session


@cache
def _read() -> dict[str, Any]:
    return dict(load_yaml(default_policy_yaml()))


def default_document() -> dict[str, Any]:
    """The default policy, read once; a copy of the caller's own."""
    return copy.deepcopy(_read())


def document(**changes: object) -> dict[str, Any]:
    """The default policy without its own tests, with `changes` on the top level."""
    return {**default_document(), "tests": [], **changes}


def roll_back(
    policies: PolicyService, group: str, *, to: int, share: int = 100, actor: str = "grace"
) -> int:
    """As the API and the console do it, where everything may be revealed."""
    return desk_of(policies, actor=actor).roll_back(group, to=to, share=share)


def desk_of(
    policies: PolicyService, *, actor: str, record: Recorder = record_nothing
) -> RecordedPolicies:
    """Where everything may be revealed."""

    def record_with(change: Callable[[Session], Entries]) -> None:
        with policies._control.session() as session:
            made = change(session)
        for entry in [made] if isinstance(made, Entry) else made:
            record(**asdict(entry))

    def leave(_reveal: Reveal, _reason: str, storing: Storing) -> None:
        record_with(storing)

    return RecordedPolicies(policies=policies, record_with=record_with, actor=actor, leave=leave)
