"""Why a program that tells what is in front gave nothing, for the session helper."""

from __future__ import annotations

from reticent_contract.catalog.agent_health import UNAVAILABLE

from reticent_agent.errors import AgentError


class ProgramError(AgentError):
    """It is not installed, or is there and could not be started: `term` says which."""

    def __init__(self, program: str, error: OSError, *, next_step: str) -> None:
        is_missing = isinstance(error, FileNotFoundError)
        super().__init__(
            f"{program} cannot be started ({error.strerror}); which application is in front is not "
            f"told; {next_step}",
            permanent=is_missing,
        )
        self.term = UNAVAILABLE if is_missing else "program_not_started"
