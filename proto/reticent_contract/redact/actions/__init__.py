"""The actions of the policy language: one class each, all listed in `ACTIONS`.

An unkeyed hash is not among them: serials, MACs and phones are guessed through one in seconds.
Must hold: an action that is not in `ACTIONS` does not exist; a policy that names it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reticent_contract.redact.actions.base import Action, Treatment
from reticent_contract.redact.actions.bucket import Bucket
from reticent_contract.redact.actions.date_shift import DateShift
from reticent_contract.redact.actions.generalise import Generalise
from reticent_contract.redact.actions.ip_prefix import IpPrefix
from reticent_contract.redact.actions.pseudonymise import Pseudonymise
from reticent_contract.redact.actions.scan import Scan
from reticent_contract.redact.actions.seal import Seal
from reticent_contract.redact.actions.shorten import Mask, Truncate
from reticent_contract.redact.actions.simple import CountOnly, Drop, Keep, Replace

ACTIONS: Mapping[str, type[Action]] = MappingProxyType(
    {
        action.name: action
        for action in (
            Drop,
            CountOnly,
            Keep,
            Replace,
            Mask,
            Truncate,
            Generalise,
            Bucket,
            DateShift,
            IpPrefix,
            Pseudonymise,
            Seal,
            Scan,
        )
    }
)

__all__ = [
    "ACTIONS",
    "Action",
    "Bucket",
    "CountOnly",
    "DateShift",
    "Drop",
    "Generalise",
    "IpPrefix",
    "Keep",
    "Mask",
    "Pseudonymise",
    "Replace",
    "Scan",
    "Seal",
    "Treatment",
    "Truncate",
]
