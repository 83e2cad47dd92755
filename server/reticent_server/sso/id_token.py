"""Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7) and reads the person out of it.

1. It is one signed text of bounded size, and its header names RS256 or ES256.
2. Its signature is by a key of the provider, picked by `kid`, of the kind that its `alg` needs.
3. `iss` is the configured issuer, `aud` holds our client ID, `azp` is it (and is there where `aud`
   names others too).
4. `exp` is to come, `iat` and `nbf` are past, within a minute; `nonce` is that of this log-on.
5. `at_hash`, where it is there, is of the access token that came with it.
6. `sub` has 1 to 255 characters.

The caller owes: that `keys` are the provider's, and that `nonce` was made for this browser.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from reticent_server.config_oidc import OidcConfig
from reticent_server.sso import settings
from reticent_server.sso.errors import TokenError

Key = RSAKey | ECKey
_KIND = {"RS256": RSAKey, "ES256": ECKey}
_WORD = re.compile(r"[A-Za-z0-9:._/+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the provider vouches for. (issuer, subject) says who it is; nothing else does."""

    issuer: str
    subject: str
    name: str  # what they like to be called; any text, and not theirs alone
    groups: frozenset[str]
    directory_key: str  # what the directory (SCIM) knows them by; empty: nothing
    way: str  # how the provider was convinced (acr, amr), in words that may be written down


class UnknownKeyError(TokenError):
    """No key of this name is known; the provider may have a new one."""


def header_of(token: str) -> Mapping[str, Any]:
    """Not verified yet: it only says which key to try. Raises TokenError."""
    if not isinstance(token, str) or len(token) > settings.TOKEN_CHARS_MAX or not token.isascii():
        raise TokenError("the ID token is no text, or too long")
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        raise TokenError("the ID token's header cannot be read") from None
    if not isinstance(header, dict) or token.count(".") != 2:
        raise TokenError("the ID token is no signed text")
    if header.get("alg") not in settings.ALGORITHMS:
        raise TokenError("the ID token is signed in a way that is not taken")
    return header


def pick_key(header: Mapping[str, Any], keys: Sequence[Key]) -> Key:
    """Raises UnknownKeyError. Without `kid`, the one key of its kind."""
    kind, named = _KIND[header["alg"]], header.get("kid")
    fitting = [key for key in keys if isinstance(key, kind)]
    if named is not None:
        fitting = [key for key in fitting if key.as_dict(private=False).get("kid") == named]
    if len(fitting) != 1:
        raise UnknownKeyError("the ID token names no key that the provider has")
    return fitting[0]


def verify(
    token: str,
    *,
    keys: Sequence[Key],
    oidc: OidcConfig,
    nonce: str,
    access_token: str | None,
    now_s: float,
) -> Person:
    """Raises TokenError; UnknownKeyError where newer keys may help."""
    key = pick_key(header_of(token), keys)
    try:
        read = jwt.decode(token, key, algorithms=list(settings.ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise TokenError("the ID token's signature does not hold") from None
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={
            "iss": {"essential": True, "value": oidc.issuer},
            "aud": {"essential": True, "value": oidc.client_id},
            "nonce": {"essential": True, "value": nonce},
        },
        params={"nonce": nonce, "client_id": oidc.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now_s), leeway=settings.LEEWAY_S)
    except JoseError as error:
        named = str(getattr(error, "claim", "") or "")
        what = named if named in CodeIDToken.REGISTERED_CLAIMS else type(error).__name__
        raise TokenError(f"the ID token does not hold: {what}") from None
    except (ValueError, TypeError, KeyError):
        raise TokenError("the ID token's claims cannot be read") from None
    return person_of(read.claims, oidc)


def person_of(claims: Mapping[str, Any], oidc: OidcConfig) -> Person:
    """Raises TokenError for a subject that is none."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= settings.SUBJECT_CHARS_MAX:
        raise TokenError("the ID token does not hold: sub")
    if not subject.isprintable():
        raise TokenError("the ID token does not hold: sub")
    name = claims.get(oidc.name_claim)
    return Person(
        issuer=oidc.issuer,
        subject=subject,
        name=name if isinstance(name, str) else "",
        groups=_groups(_at(claims, oidc.group_claim)),
        directory_key=_key(claims.get(oidc.scim_claim)),
        way=_way(claims),
    )


def _key(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= settings.SUBJECT_CHARS_MAX else ""


def _at(claims: Mapping[str, Any], name: str) -> object:
    """The claim of this name, or else the one at this path: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split(".")[:8]:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _groups(value: object) -> frozenset[str]:
    """What cannot be read is no group, and gives no role."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or len(value) > settings.GROUPS_MAX:
        return frozenset()
    return frozenset(one for one in value if isinstance(one, str))


def _way(claims: Mapping[str, Any]) -> str:
    """For the audit trail: words of the trade alone, and few of them."""
    acr, amr = claims.get("acr"), claims.get("amr")
    said = []
    if isinstance(acr, str) and len(acr) <= settings.ACR_CHARS_MAX and _WORD.fullmatch(acr):
        said.append(f"acr={acr}")
    if isinstance(amr, list):
        words = [one for one in amr[: settings.AMR_MAX] if isinstance(one, str)]
        kept = [word for word in words if len(word) <= 16 and _WORD.fullmatch(word)]
        if kept:
            said.append(f"amr={','.join(kept)}")
    return " ".join(["oidc", *said])
