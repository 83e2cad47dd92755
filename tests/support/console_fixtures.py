"""The application of `console_app` as fixtures, for the conftest of a folder that asks it.

`from support.console_fixtures import *` is all that such a conftest needs.
"""

from __future__ import annotations

from support.console_app import (
    authority_parts,
    client,
    control,
    fleet,
    login_rules,
    migrated_control,
    published_control,
    signing_key,
    site,
)

__all__ = [
    "authority_parts",
    "client",
    "control",
    "fleet",
    "login_rules",
    "migrated_control",
    "published_control",
    "signing_key",
    "site",
]
