"""Asking for what may need root: with the agent's own rights first, then of the helper.

Enters: a question of `privileged.questions`. Leaves: its answer, or None where it needs root and
nobody answers for root.
"""

from __future__ import annotations

from reticent_agent.collect.model import Answer, Context
from reticent_agent.privileged.questions import QUESTIONS


def known(context: Context, question: str) -> Answer | None:
    """Raises what the source raises, but for a lack of rights."""
    try:
        return QUESTIONS[question].answer(context.files, context.commands)
    except PermissionError:
        return context.privileged.ask(question)
