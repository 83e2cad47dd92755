"""Whether a source can be followed at all, said in words before it is tried.

Enters: a path. Leaves: nothing, or an error. Must hold: what cannot work is reported as such once
an hour, instead of failing again and again.
"""

from __future__ import annotations

import os
import stat

from reticent_contract.catalog.agent_health import UNAVAILABLE

from reticent_agent.collect.model import Context
from reticent_agent.errors import AgentError


class SourceUnavailableError(AgentError):
    """This laptop does not offer the source, or not to the agent."""

    term = UNAVAILABLE

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(
            f"{what}; nothing of it is collected and the agent looks again hourly; {next_step}",
            permanent=True,
        )


def require_readable(context: Context, path: str) -> str:
    """Where a log lies on disk. Raises where something is there that the agent may not read.

    A path where nothing is yet is fine: it is waited for.
    """
    real = str(context.files.real(path))
    try:
        mode = os.lstat(real).st_mode
    except OSError:
        return real
    if not stat.S_ISREG(mode):
        raise SourceUnavailableError(
            "a log to follow is no regular file", "name the file itself, not a link, folder or pipe"
        )
    if not _may_read(real):
        raise SourceUnavailableError(
            "a log to follow may not be read by the agent",
            "add the agent's user to the log's group",
        )
    return real


def is_usable(real_path: str) -> bool:
    """Whether nothing is there yet, or a regular file that may be read."""
    try:
        mode = os.lstat(real_path).st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) and _may_read(real_path)


def _may_read(real_path: str) -> bool:
    """As the kernel will decide: plain access(2) leaves capabilities out."""
    return os.access(real_path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def require_program(context: Context, path: str) -> None:
    """Raises where a program is not installed (on the laptop, or in the file root given)."""
    if not context.files.exists(path):
        raise SourceUnavailableError(
            f"{path} is not installed", "install it or leave the source out"
        )
