"""Where an account comes from, which says who may let its holder in.

`LOCAL`: made here, and logged on to by password or passkey. `OIDC`: by the OpenID provider alone;
`SCIM`: the same, and the directory says at once which roles it has and whether it is open. For both
no password or passkey can be set for it, because such a one would outlive what the provider says.
"""

from __future__ import annotations

from typing import Protocol

from reticent_server.auth.errors import AccountError

LOCAL = "local"
OIDC = "oidc"
SCIM = "scim"
SOURCE_CHARS_MAX = 16


class _Sourced(Protocol):
    @property
    def source(self) -> str: ...


def must_be_local(account: _Sourced) -> None:
    """Before a password is set. Raises AccountError."""
    if account.source != LOCAL:
        raise AccountError(
            "the account is logged on to by single sign-on alone; nothing was changed; its holder "
            "changes the password at the sign-on service"
        )
