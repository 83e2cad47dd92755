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


class LocalLogOnOffError(NotLoggedOnError):
    """Password or passkey were right, but the configuration wants single sign-on."""

    def __init__(self, account: str) -> None:
        self.account = account
        AuthError.__init__(
            self,
            "this server wants you to log on by single sign-on; nobody was logged on; use the "
            "button for it",
        )


class ThrottledError(AuthError):
    """Too many failures from here or for this name. `first`: of its window, so worth recording.

    `locked`: the name is locked from now on. The client is not told which of these it was.
    """

    def __init__(self, retry_after_s: int, *, first: bool, locked: bool = False) -> None:
        super().__init__(
            f"too many failed attempts; nothing was checked; try again in {retry_after_s} s"
        )
        self.retry_after_s = retry_after_s
        self.first = first
        self.locked = locked


class SecondFactorNeededError(AuthError):
    """The password was right, and the account has a second factor. `proved`: that password's hash,
    for `HalfOpenLogins.begin`."""

    def __init__(self, account_id: int, *, proved: str) -> None:
        super().__init__(
            "the account has a second factor; nobody was logged on yet; send its code too"
        )
        self.account_id = account_id
        self.proved = proved


class WrongCodeError(AuthError):
    """A code of the second factor is wrong, over or used."""

    def __init__(self) -> None:
        super().__init__(
            "the code is wrong, over, or was used already; nothing was done; wait for the next "
            "one, or use a recovery code"
        )


class PasskeyError(AuthError):
    """What a passkey answered does not hold: the client is not told why."""

    def __init__(self) -> None:
        super().__init__(
            "the passkey's answer does not hold, or came too late; nothing was done; try again, or "
            "use your password"
        )


class LinkError(AuthError):
    """A one-time link that is unknown, used or over: the client is not told which."""

    def __init__(self) -> None:
        super().__init__(
            "this link is not good, or not any more; nothing was changed; ask an administrator for "
            "a new one (`reticent-server user password NAME`)"
        )


class AccountError(AuthError):
    """An account, password or token was refused for what it is."""


class BeyondError(AccountError):
    """Somebody would give, take, or act on, what gives more than they hold themselves."""

    def __init__(self, what: str = "the role") -> None:
        super().__init__(
            f"{what} gives more than you hold yourself; nothing was changed; ask somebody who "
            "holds all of it"
        )


class UnknownError(AuthError):
    """There is no such thing. `what` names its kind, never what was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no such {what}; nothing was changed; list those there are")
        self.what = what
