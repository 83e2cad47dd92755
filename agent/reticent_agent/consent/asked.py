"""What a policy asks of the collectors, under what people agreed to."""

from __future__ import annotations

from reticent_contract.policy import Policy

from reticent_agent.collect.model import OF_WHOM, Asked
from reticent_agent.consent.record import Agreed

NOBODY: Agreed = {}


def asked(policy: Policy, agreed: Agreed = NOBODY) -> Asked:
    """The tables that may be collected, with their options; of whom, where that is asked."""
    found: dict[str, dict[str, object]] = {}
    for name, rules in policy.tables.items():
        if not rules.consent_required:
            found[name] = dict(rules.options)
        elif agreed.get(name):
            found[name] = {**rules.options, OF_WHOM: agreed[name]}
    return found
