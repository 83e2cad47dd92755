"""Why nobody was logged on. The messages are for the person at the browser; `reason` is for the
audit trail, a fixed sentence without anything that was sent."""

from __future__ import annotations

from reticent_server.errors import ServerError


class SsoError(ServerError):
    """Base of this package's errors."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class ProviderError(SsoError):
    """The provider cannot be asked, or does not answer as one must."""

    permanent = False

    def __init__(self, reason: str) -> None:
        super().__init__(
            "the sign-on service cannot be used now; nobody was logged on; try again in a minute, "
            "or log in with an account of this server",
            reason=reason,
        )


class AttemptError(SsoError):
    """What came back does not belong to a log-on that this browser began, or came too late."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "this does not belong to a log-on that you began here a few minutes ago; nobody was "
            "logged on; begin anew",
            reason=reason,
        )


class TokenError(SsoError):
    """The provider's word does not hold: the client is not told why."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "what the sign-on service said does not hold; nobody was logged on; begin anew, and if "
            "it stays so tell an administrator",
            reason=reason,
        )


class DeclinedError(SsoError):
    """The provider itself let nobody in."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "the sign-on service let nobody in; nobody was logged on; begin anew, or ask whoever "
            "manages it",
            reason=reason,
        )
