"""How a domain reports what belongs into the audit trail, without knowing that trail."""

from __future__ import annotations

from typing import Literal, Protocol


class Recorder(Protocol):
    """Durable when it returns. Texts hold no collected value."""

    def __call__(
        self,
        *,
        actor: str,
        action: str,
        object: str = "",  # noqa: A002 - the word of the trade: actor, action, object
        outcome: Literal["done", "refused", "failed"] = "done",
        reason: str = "",
        source_address: str = "",
    ) -> object: ...


def record_nothing(
    *,
    actor: str,
    action: str,
    object: str = "",  # noqa: A002 - as in Recorder
    outcome: Literal["done", "refused", "failed"] = "done",
    reason: str = "",
    source_address: str = "",
) -> None:
    """For tools and tests that have no audit trail."""
    del actor, action, object, outcome, reason, source_address
