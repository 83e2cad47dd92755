"""SCIM as the routes use it: people and groups under the operator's rules."""

from __future__ import annotations

from collections.abc import Callable

from reticent_server.auth.control import Control
from reticent_server.config_oidc import OidcConfig
from reticent_server.scim.applying import Rules
from reticent_server.scim.contacts import Contacts
from reticent_server.scim.groups import Groups
from reticent_server.scim.people import People


class ScimService:
    def __init__(
        self, control: Control, *, oidc: OidcConfig | None, clock: Callable[[], float]
    ) -> None:
        rules = rules_of(oidc)
        self.people = People(control, rules=rules, clock=clock)
        self.groups = Groups(control, rules=rules, clock=clock)
        self.contacts = Contacts(control)


def rules_of(oidc: OidcConfig | None) -> Rules:
    """Without `[oidc]` a directory gives no roles: nobody of it could log on."""
    if oidc is None:
        return Rules()
    by_subject = (oidc.scim_claim, oidc.scim_attribute) == ("sub", "externalId")
    return Rules(roles=oidc.roles, issuer=oidc.issuer if by_subject else None)
