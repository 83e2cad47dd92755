"""Errors of the agent: one base class, each permanent or transient.

Every message says what happened, what now holds, and what to do next; it never holds a collected
value. Only a transient error is retried, with jitter.
"""

from __future__ import annotations


class AgentError(Exception):
    """`permanent` is True where trying again cannot help.

    `term`: what a health row says of a collector that it ends (`catalog.agent_health`).
    """

    term = "failed"

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class ConfigError(AgentError):
    """What an operator wrote cannot be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class EnrolmentError(AgentError):
    """No identity could be had from the server."""


class IdentityError(AgentError):
    """The identity on disk cannot be used."""


class PolicyRefusedError(AgentError):
    """A policy was not put in force; the one before stays."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class PolicyWaitsError(PolicyRefusedError):
    """A policy whose first day, `until_s` (seconds since 1970-01-01 UTC), is still to come."""

    def __init__(self, message: str, *, until_s: int) -> None:
        super().__init__(message)
        self.until_s = until_s


class SpoolError(AgentError):
    """The spool could not do what was asked."""


class ReportError(AgentError):
    """What the agent says of itself cannot be shown."""


class CollectError(AgentError):
    """What a table is made of could not be read. `reason` is for health rows, `what` for people."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(
            f"a source {what}; its rows are missing, the others go on; nothing is lost that it "
            "still has when it can be read again",
            permanent=False,
        )
        self.reason = self.term = reason


class ConsentError(AgentError):
    """What a person said on this laptop could not be taken down or told."""


class StreamError(AgentError):
    """The conversation with the server ended."""


def describe(error: BaseException) -> str:
    """What may be logged of an exception.

    Texts of other people's exceptions may quote a collected value (a UnicodeDecodeError holds the
    whole input), so of those only the type and the place are told.
    """
    if isinstance(error, AgentError):
        return str(error)
    trace = error.__traceback__
    if trace is None:
        return type(error).__name__
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    place = code.co_filename.rsplit("/", 1)[-1]
    return f"{type(error).__name__} at {place}:{trace.tb_lineno} ({code.co_name})"
