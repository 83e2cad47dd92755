"""The `[oidc]` table: which OpenID provider logs people on, and what its groups may do here.

    [oidc]
    issuer = "https://login.example.com/realms/staff"   # exactly as the provider says it
    client_id = "reticent"
    client_secret_file = "/etc/reticent/oidc.secret"    # none: a public client
    label = "Log in with Example"                       # of the button
    scopes = ["openid", "profile", "groups"]
    group_claim = "groups"                              # of the ID token
    name_claim = "preferred_username"                   # what a new account is called
    local_log_on = "administrators"                     # who else may by password or passkey: "all"
    just_in_time = true                                 # an account also for whom no SCIM names
    scim_claim = "sub"                                  # this claim is that attribute of SCIM
    scim_attribute = "externalId"                       # or "userName"
    redirect_uri = "https://telemetry.example.com/login/oidc/return"   # behind a balancer at 443
    ca_file = "/etc/ssl/corporate.pem"                  # who signed the provider's certificate

    [oidc.roles]                                        # group of the provider to roles here
    "it-admins" = ["administrator"]
    "soc" = ["analyst", "auditor"]

`unsafe_http_on_loopback = true` lets a provider on this very machine speak plain http.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reticent_server.errors import ConfigError

LOCAL_LOG_ON = ("all", "administrators")
SCIM_ATTRIBUTES = ("externalId", "userName")
GROUPS_MAX = 500
ROLES_PER_GROUP_MAX = 16
TEXT_CHARS_MAX = 512
LABEL_CHARS_MAX = 64
_TEXTS = (
    *("issuer", "client_id", "label", "group_claim", "name_claim"),
    *("local_log_on", "redirect_uri", "scim_claim", "scim_attribute"),
)
_FILES = ("client_secret_file", "ca_file")
_FLAGS = ("just_in_time", "unsafe_http_on_loopback")
KEYS = frozenset({*_TEXTS, *_FILES, *_FLAGS, "scopes", "roles"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcConfig:
    """One provider. Raises ConfigError for what cannot be, or is not safe."""

    issuer: str
    client_id: str
    client_secret_file: Path | None = None
    ca_file: Path | None = None
    label: str = "Log in with single sign-on"
    scopes: tuple[str, ...] = ("openid", "profile")
    group_claim: str = "groups"
    name_claim: str = "preferred_username"
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local_log_on: str = "all"
    just_in_time: bool = True
    scim_claim: str = "sub"
    scim_attribute: str = "externalId"
    redirect_uri: str | None = None
    unsafe_http_on_loopback: bool = False

    def __post_init__(self) -> None:
        texts = ("issuer", "client_id", "label", "group_claim", "name_claim", "scim_claim")
        for key in texts:
            value = getattr(self, key)
            if not value or len(value) > TEXT_CHARS_MAX or not value.isprintable():
                raise _wrong(key, f"must have 1 to {TEXT_CHARS_MAX} printable characters")
        if len(self.label) > LABEL_CHARS_MAX:
            raise _wrong("label", f"has more than {LABEL_CHARS_MAX} characters")
        problem = address_problem(self.issuer, http_on_loopback=self.unsafe_http_on_loopback)
        if problem or urlsplit(self.issuer).query:
            raise _wrong("issuer", problem or "has a query")
        if self.redirect_uri is not None:
            problem = address_problem(self.redirect_uri, http_on_loopback=False)
            if problem:
                raise _wrong("redirect_uri", problem)
        if "openid" not in self.scopes:
            raise _wrong("scopes", 'must hold "openid": without it there is no ID token')
        if self.local_log_on not in LOCAL_LOG_ON:
            raise _wrong("local_log_on", f"is unknown (known: {', '.join(LOCAL_LOG_ON)})")
        if self.scim_attribute not in SCIM_ATTRIBUTES:
            known = ", ".join(SCIM_ATTRIBUTES)
            raise _wrong("scim_attribute", f"is unknown (known: {known})")
        if not self.roles:
            raise _wrong("roles", "is empty, so nobody could log on; name a group and its roles")
        if len(self.roles) > GROUPS_MAX:
            raise _wrong("roles", f"names more than {GROUPS_MAX} groups")
        for names in self.roles.values():
            if not 0 < len(names) <= ROLES_PER_GROUP_MAX:
                raise _wrong("roles", f"needs 1 to {ROLES_PER_GROUP_MAX} roles for each group")


def address_problem(address: str, *, http_on_loopback: bool) -> str | None:
    """Why this is no address that a secret may be sent to; None where it is one."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return "is no address"
    if not host:
        return "has no host"
    if parts.username is not None or parts.password is not None:
        return "has a name or a password in it"
    if parts.fragment:
        return "has a fragment"
    if parts.scheme == "https":
        return None
    if parts.scheme == "http" and http_on_loopback and is_loopback(host):
        return None
    return "does not begin with https://"


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def oidc_of(value: object) -> OidcConfig:
    """From the TOML table. Raises ConfigError."""
    if not isinstance(value, dict):
        raise ConfigError("configuration key oidc must be a table, e.g. [oidc]")
    for key in value:
        if key not in KEYS:
            raise _wrong(str(key), f"is unknown (known: {', '.join(sorted(KEYS))})")
    for key in ("issuer", "client_id"):
        if key not in value:
            raise _wrong(key, "is missing")
    kept: dict[str, object] = {}
    for key, given in value.items():
        if key in _FLAGS:
            if not isinstance(given, bool):
                raise _wrong(key, "must be true or false")
            kept[key] = given
        elif key == "scopes":
            kept[key] = _names(given, key)
        elif key == "roles":
            if not isinstance(given, dict):
                raise _wrong(key, "must be a table of groups, e.g. [oidc.roles]")
            kept[key] = {str(group): _names(roles, key) for group, roles in given.items()}
        elif not isinstance(given, str) or not given:
            raise _wrong(key, "must be a text that is not empty")
        else:
            kept[key] = Path(given) if key in _FILES else given
    return OidcConfig(**kept)  # type: ignore[arg-type]  # each was checked above


def oidc_lines(oidc: OidcConfig) -> list[str]:
    """The table above, as TOML."""
    values: dict[str, object] = {key: getattr(oidc, key) for key in (*_TEXTS, *_FILES, *_FLAGS)}
    values["scopes"] = list(oidc.scopes)
    lines = ["", "[oidc]"]
    for key, value in values.items():
        if value is not None:
            said = str(value) if isinstance(value, Path) else value
            lines.append(f"{key} = {json.dumps(said)}")
    lines += ["", "[oidc.roles]"]
    lines += [f"{json.dumps(group)} = {json.dumps(list(n))}" for group, n in oidc.roles.items()]
    return lines


def _names(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise _wrong(key, "must be a list of texts")
    return tuple(value)


def _wrong(key: str, why: str) -> ConfigError:
    return ConfigError(
        f"configuration key oidc.{key} {why}; the server was not started; correct it"
    )
