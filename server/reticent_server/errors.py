"""Everything that the server raises on purpose.

A message says what happened, what now holds, and what to do next (STYLE 17); it names fields and
files, never a collected value.
"""

from __future__ import annotations


class ServerError(Exception):
    """Base of the server's errors. `permanent`: trying the same again cannot help."""

    permanent = True

    def __init__(self, message: str, *, permanent: bool | None = None) -> None:
        super().__init__(message)
        if permanent is not None:
            self.permanent = permanent


class ConfigError(ServerError):
    """The operator's configuration cannot be used; nothing was started."""


class NotInitialisedError(ServerError):
    """The data directory lacks what `reticent-server init` makes."""


class NotFoundError(ServerError):
    """What was asked for does not exist."""


class ConflictError(ServerError):
    """The request contradicts what is stored, e.g. a policy version that is not newer."""


class EnrolmentError(ServerError):
    """An enrolment was refused. `reason` is a stable word for metrics and tests."""

    def __init__(self, reason: str, message: str, *, permanent: bool = True) -> None:
        super().__init__(message, permanent=permanent)
        self.reason = reason


class DeviceRefusedError(ServerError):
    """A device may not speak: unknown, revoked, retired, in conflict, or with another's key."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class CertificateError(ServerError):
    """A certificate or a request for one cannot be used."""


class StoreError(ServerError):
    """A store cannot be opened, read or written. Transient unless it says otherwise."""

    permanent = False


class OverloadedError(ServerError):
    """A bound is reached; the caller may try again later."""

    permanent = False
