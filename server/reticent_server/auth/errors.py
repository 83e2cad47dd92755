"""Why somebody was not let in, or an account could not be made."""

from __future__ import annotations

from reticent_server.errors import ServerError


class AuthError(ServerError):
    """Base of this package's errors. The message is meant for the one who asked."""


class NotLoggedOnError(AuthError):
    """Name or password is wrong, or the account is disabled: the client is not told which."""

    def __init__(self) -> None:
        super().__init__(
            "name or password is wrong; nobody was logged on; check both, or ask an administrator "
            "for a new password"
        )


class ThrottledError(AuthError):
    """Too many failures from here or for this name. `first`: of its window, so worth recording."""

    def __init__(self, retry_after_s: int, *, first: bool) -> None:
        super().__init__(
            f"too many failed attempts; nothing was checked; try again in {retry_after_s} s"
        )
        self.retry_after_s = retry_after_s
        self.first = first


class AccountError(AuthError):
    """An account, password or token was refused for what it is."""


class BeyondError(AccountError):
    """Somebody would give, or take from another, what they do not hold themselves."""

    def __init__(self) -> None:
        super().__init__(
            "the role gives more than you hold yourself; nothing was changed; ask somebody who "
            "holds all of it"
        )


class UnknownError(AuthError):
    """There is no such thing. `what` names its kind, never what was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no such {what}; nothing was changed; list those there are")
        self.what = what
