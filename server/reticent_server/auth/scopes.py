"""What a caller may be allowed to do, and which built-in role holds it.

A page is made from this (`auth/ROLES.md`, by `packaging/roles.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """The built-in roles. Customers add their own (`auth.roles`)."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    DEPLOYER = "deployer"
    POLICY_EDITOR = "policy-editor"
    PRIVACY_OFFICER = "privacy-officer"


class Scope(StrEnum):
    """One permission. Every route names exactly one (or says that it is public)."""

    READ_EVENTS = "read:events"
    REIDENTIFY_PERSONS = "reidentify:persons"
    UNSEAL_VALUES = "unseal:values"
    ANSWER_PERSONS = "answer:persons"
    EXPORT_EVENTS = "export:events"
    READ_DEVICES = "read:devices"
    READ_FACTS = "read:facts"
    READ_ENROLMENT = "read:enrolment"
    READ_POLICIES = "read:policies"
    READ_KEYS = "read:keys"
    READ_METRICS = "read:metrics"
    READ_ACCOUNTS = "read:accounts"
    EDIT_POLICIES = "edit:policies"
    OWN_TOKENS = "own:tokens"
    OWN_REQUESTS = "own:requests"
    OWN_PASSWORD = "own:password"  # noqa: S105  (a permission's name)
    SELF = "self"
    ADMIN_DEVICES = "admin:devices"
    ADMIN_RECORDS = "admin:records"
    ADMIN_ENROLMENT = "admin:enrolment"
    ADMIN_POLICIES = "admin:policies"
    ADMIN_ROLLOUTS = "admin:rollouts"
    ADMIN_KEYS = "admin:keys"
    ADMIN_AUDIT = "admin:audit"
    ADMIN_ACCOUNTS = "admin:accounts"
    ADMIN_SCIM = "admin:scim"
    APPROVE_REQUESTS = "approve:requests"


SENTENCES: dict[Scope, str] = {
    Scope.READ_EVENTS: "search what laptops sent, and count it",
    Scope.EXPORT_EVENTS: "write what laptops sent to a file, up to what needs a second person",
    Scope.REIDENTIFY_PERSONS: "look up a named person among pseudonyms, with a reason",
    Scope.UNSEAL_VALUES: "get sealed values, which the privacy officer's key opens elsewhere",
    Scope.ANSWER_PERSONS: (
        "handle requests of persons about their own data: gather what is held of them, or erase it"
    ),
    Scope.READ_DEVICES: "see which laptops there are and how they are",
    Scope.READ_FACTS: "see what a laptop says about itself now, its users and software included",
    Scope.READ_ENROLMENT: "see which enrolment tokens there are, never their text",
    Scope.READ_POLICIES: "read policies, compare them and see how far they have come",
    Scope.READ_KEYS: "see the epochs of the pseudonym keys, never the keys",
    Scope.READ_METRICS: "scrape the server's own metrics, and see what it wants looked at",
    Scope.READ_ACCOUNTS: "see accounts, their roles and what each role may do",
    Scope.EDIT_POLICIES: "check, test and try a policy that is not published",
    Scope.OWN_TOKENS: "make, list and revoke one's own API tokens",
    Scope.OWN_REQUESTS: "see and take back what one asked a second person for",
    Scope.OWN_PASSWORD: "change one's own password",
    Scope.SELF: "see who one is",
    Scope.ADMIN_DEVICES: (
        "approve, refuse, retire, revoke and erase laptops, ask them to pause, to go on or for a "
        "new key, and set when a group's are silent and how they return"
    ),
    Scope.ADMIN_RECORDS: "write down or import whose a laptop is and when it was bought",
    Scope.ADMIN_ENROLMENT: "make and revoke enrolment tokens",
    Scope.ADMIN_POLICIES: "sign and publish policies",
    Scope.ADMIN_ROLLOUTS: "widen, stop and roll back what was published",
    Scope.ADMIN_KEYS: "rotate epochs, and destroy them for ever",
    Scope.ADMIN_AUDIT: "read and check the audit trail",
    Scope.ADMIN_SCIM: (
        "be the directory that people and groups come from (SCIM), and so decide who holds the "
        "roles that the configuration gives to groups; by an API token alone"
    ),
    Scope.ADMIN_ACCOUNTS: "give and take roles, and make roles",
    Scope.APPROVE_REQUESTS: "be the second person: approve or refuse what others ask for",
}

ADMIN_ALL = "admin:*"  # in a request for a token: every scope that starts with "admin:"

# What every account may do, whatever its roles, also without any.
BASE = frozenset({Scope.SELF, Scope.OWN_PASSWORD, Scope.OWN_TOKENS, Scope.OWN_REQUESTS})

_BEYOND_BASE: dict[Role, frozenset[Scope]] = {
    Role.ANALYST: frozenset(
        {
            Scope.READ_EVENTS,
            Scope.EXPORT_EVENTS,
            Scope.READ_DEVICES,
            Scope.READ_FACTS,
            Scope.READ_POLICIES,
        }
    ),
    Role.AUDITOR: frozenset(
        {Scope.ADMIN_AUDIT, Scope.READ_ACCOUNTS, Scope.READ_POLICIES, Scope.READ_KEYS}
    ),
    Role.DEPLOYER: frozenset(
        {
            Scope.READ_DEVICES,
            Scope.READ_ENROLMENT,
            Scope.ADMIN_DEVICES,
            Scope.ADMIN_ENROLMENT,
            Scope.ADMIN_RECORDS,
        }
    ),
    Role.POLICY_EDITOR: frozenset(
        {
            Scope.READ_POLICIES,
            Scope.READ_KEYS,
            Scope.EDIT_POLICIES,
            Scope.ADMIN_POLICIES,
            Scope.ADMIN_ROLLOUTS,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Scope.READ_EVENTS,
            Scope.EXPORT_EVENTS,
            Scope.READ_DEVICES,
            Scope.READ_FACTS,
            Scope.READ_POLICIES,
            Scope.READ_KEYS,
            Scope.EDIT_POLICIES,
            Scope.ADMIN_KEYS,
            Scope.ADMIN_AUDIT,
            Scope.REIDENTIFY_PERSONS,
            Scope.UNSEAL_VALUES,
            Scope.ANSWER_PERSONS,
            Scope.APPROVE_REQUESTS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Scope),
}

# What is about a device group's own things, so that a role limited to groups, tables or columns
# may hold it. All else is about the whole fleet and would reach past any limit.
LIMITABLE = frozenset(
    {
        Scope.READ_EVENTS,
        Scope.EXPORT_EVENTS,
        Scope.READ_DEVICES,
        Scope.READ_FACTS,
        Scope.READ_ENROLMENT,
        Scope.READ_POLICIES,
        Scope.EDIT_POLICIES,
        Scope.ADMIN_DEVICES,
        Scope.ADMIN_RECORDS,
        Scope.ADMIN_ENROLMENT,
        Scope.ADMIN_POLICIES,
        Scope.ADMIN_ROLLOUTS,
    }
)

# A stolen token must not be able to outlive its own revocation by making another, or another
# account, so neither the management of tokens and accounts nor the password is ever open to one. A
# second person is a person, so no token approves.
NEVER_FOR_TOKENS = frozenset(
    {Scope.OWN_TOKENS, Scope.OWN_PASSWORD, Scope.ADMIN_ACCOUNTS, Scope.APPROVE_REQUESTS}
)


def scopes_of(role: Role) -> frozenset[Scope]:
    """Of a built-in role, with what every account may do."""
    return _BEYOND_BASE[role] | BASE


def expand(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes from their names; `admin:*` is all "admin:" scopes that a token may hold, but for
    `admin:scim`, which gives roles to people and so is asked for by its name.

    Raises ValueError on an unknown name.
    """
    found: set[Scope] = set()
    for name in names:
        if name == ADMIN_ALL:
            found.update(scope for scope in _ALL_OF_ADMIN)
        else:
            try:
                found.add(Scope(name))
            except ValueError:
                known = ", ".join([*sorted(tokens_may_hold()), ADMIN_ALL])
                raise ValueError(f"unknown scope {name[:40]!r} (known: {known})") from None
    return frozenset(found)


_ALL_OF_ADMIN = frozenset(
    scope
    for scope in frozenset(Scope) - NEVER_FOR_TOKENS - {Scope.ADMIN_SCIM}
    if scope.startswith("admin:")
)


def tokens_may_hold() -> frozenset[Scope]:
    return frozenset(Scope) - NEVER_FOR_TOKENS
