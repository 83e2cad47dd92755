"""Why a batch will never be stored, in words that hold nothing of what was in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "malformed",
    "too-large",
    "policy-unknown",
    "epoch-unknown",
    "field-unknown",
    "field-not-allowed",
    "value-not-allowed",
    "receipt-chain",
    "internal",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`reason` is the stable word of telemetry.proto; `detail` names tables and fields only."""

    reason: Reason
    detail: str


class BatchRefusedError(Exception):
    """Raised while a batch is checked; nothing of the batch is stored."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.refusal = Refusal(reason, detail)
