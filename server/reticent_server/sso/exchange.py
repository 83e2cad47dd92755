"""What goes in and out of finishing a log-on; loads none of the libraries that do it."""

from __future__ import annotations

from dataclasses import dataclass

from reticent_server.auth.sso_accounts import Admitted


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What the provider sent the browser back with; any of it may be made up."""

    state: str = ""
    code: str = ""
    issuer: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """`way`: how the provider was convinced, in words that may be written down."""

    admitted: Admitted
    way: str
    next: str
