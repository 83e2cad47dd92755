"""The application of `support.console_app`, as fixtures."""

from support.console_app import (
    authority_parts,
    client,
    control,
    fleet,
    login_rules,
    migrated_control,
    site,
)

__all__ = [
    "authority_parts",
    "client",
    "control",
    "fleet",
    "login_rules",
    "migrated_control",
    "site",
]
