"""What a caller may be allowed to do, and which role holds it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"


class Scope(StrEnum):
    """One permission. Every route names exactly one (or says that it is public)."""

    READ_EVENTS = "read:events"
    READ_DEVICES = "read:devices"
    READ_POLICIES = "read:policies"
    READ_METRICS = "read:metrics"
    OWN_TOKENS = "own:tokens"  # make, list and revoke one's own API tokens
    OWN_PASSWORD = "own:password"  # noqa: S105  (a permission's name)
    SELF = "self"  # see who one is; every caller holds it
    ADMIN_DEVICES = "admin:devices"
    ADMIN_ENROLMENT = "admin:enrolment"
    ADMIN_POLICIES = "admin:policies"
    ADMIN_KEYS = "admin:keys"  # rotate epochs, and destroy them for ever
    ADMIN_AUDIT = "admin:audit"
    ADMIN_ACCOUNTS = "admin:accounts"


ADMIN_ALL = "admin:*"  # in a request for a token: all that start so and that a token may hold

_ANALYST = frozenset(
    {
        Scope.READ_EVENTS,
        Scope.READ_DEVICES,
        Scope.READ_POLICIES,
        Scope.OWN_TOKENS,
        Scope.OWN_PASSWORD,
        Scope.SELF,
    }
)
_SCOPES = {Role.ANALYST: _ANALYST, Role.ADMINISTRATOR: frozenset(Scope)}

# A stolen token must not be able to outlive its own revocation by making another, so neither the
# management of tokens and accounts nor the password is ever open to one.
NEVER_FOR_TOKENS = frozenset({Scope.OWN_TOKENS, Scope.OWN_PASSWORD, Scope.ADMIN_ACCOUNTS})


def scopes_of(role: Role) -> frozenset[Scope]:
    return _SCOPES[role]


def expand(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes from their names, `admin:*` included. Raises ValueError on an unknown name."""
    found: set[Scope] = set()
    for name in names:
        if name == ADMIN_ALL:
            found.update(scope for scope in tokens_may_hold() if scope.startswith("admin:"))
        else:
            try:
                found.add(Scope(name))
            except ValueError:
                known = ", ".join([*sorted(tokens_may_hold()), ADMIN_ALL])
                raise ValueError(f"unknown scope {name[:40]!r} (known: {known})") from None
    return frozenset(found)


def tokens_may_hold() -> frozenset[Scope]:
    return frozenset(Scope) - NEVER_FOR_TOKENS
