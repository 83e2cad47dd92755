"""Redaction: what a policy makes of a raw row.

Enters: raw rows, a parsed policy, keys. Leaves: redacted rows with counts per rule (`Plan`), and
the server's second look at what arrives (`Admission`).
Must hold: only `plan` makes a `RedactedRow`; the modules below `plan` and `admission` import
nothing from `reticent_contract.policy`, which imports the actions from here.
"""

from __future__ import annotations

from reticent_contract.redact.admission import Admission
from reticent_contract.redact.counts import Count, Outcome
from reticent_contract.redact.keys import KeyRing
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.plan import Plan, Verdict, compile_plan
from reticent_contract.redact.tokens import pseudonym_text, replace_tokens, second_half

__all__ = [
    "Admission",
    "Count",
    "KeyRing",
    "Outcome",
    "OwnIdentifiers",
    "Plan",
    "Verdict",
    "compile_plan",
    "pseudonym_text",
    "replace_tokens",
    "second_half",
]
