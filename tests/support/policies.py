"""A small policy document that tests change a word of."""

from __future__ import annotations

import copy

from reticent_contract.policy import default_policy_yaml
from reticent_server.policies.yaml_source import load_yaml


def document(**changes: object) -> dict[str, object]:
    """The default policy without its own tests, with `changes` on the top level."""
    base = copy.deepcopy(dict(load_yaml(default_policy_yaml())))
    base["tests"] = []
    return {**base, **changes}
