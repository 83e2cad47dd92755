"""What a provider publishes about itself: its discovery document and its keys.

1. The discovery document (OpenID Connect Discovery 1.0, section 4) is one JSON object at the
   issuer's well-known address, and says that very issuer (section 4.3).
2. Each address that we use is https and without a name, password or fragment; on this machine
   itself only where the issuer is: a document must not lead the server to services of its own.
3. It signs with RS256 or ES256, as far as it says.
4. Of the key set (RFC 7517) only public RSA keys of 2,048 bits and more and P-256 keys are taken;
   a shared secret in it is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from reticent_server.config_oidc import OidcConfig, address_problem, is_loopback
from reticent_server.sso import settings
from reticent_server.sso.errors import ProviderError
from reticent_server.sso.id_token import Key

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    authorization: str
    token: str
    keys: str
    end_session: str | None
    secret_in_body: bool  # the token endpoint takes the secret in the form alone
    says_issuer: bool  # RFC 9207: the way back names the issuer


def discovery_address(oidc: OidcConfig) -> str:
    return oidc.issuer.rstrip("/") + WELL_KNOWN


def endpoints_of(document: object, oidc: OidcConfig) -> Endpoints:
    """Raises ProviderError."""
    if not isinstance(document, dict):
        raise ProviderError("the discovery document is no object")
    if document.get("issuer") != oidc.issuer:
        raise ProviderError("the discovery document is of another issuer")
    signs = document.get("id_token_signing_alg_values_supported", list(settings.ALGORITHMS))
    if not isinstance(signs, list) or not set(settings.ALGORITHMS) & {str(one) for one in signs}:
        raise ProviderError("the provider signs with neither RS256 nor ES256")
    ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    ways = ways if isinstance(ways, list) else []
    end = document.get("end_session_endpoint")
    return Endpoints(
        authorization=_address(document, "authorization_endpoint", oidc),
        token=_address(document, "token_endpoint", oidc),
        keys=_address(document, "jwks_uri", oidc),
        end_session=None if end is None else _address(document, "end_session_endpoint", oidc),
        secret_in_body="client_secret_post" in ways and "client_secret_basic" not in ways,
        says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: Mapping[str, Any], key: str, oidc: OidcConfig) -> str:
    value = document.get(key)
    if not isinstance(value, str):
        raise ProviderError(f"the discovery document lacks {key}")
    problem = address_problem(value, http_on_loopback=oidc.unsafe_http_on_loopback)
    host, issuer = urlsplit(value).hostname or "", urlsplit(oidc.issuer).hostname or ""
    if problem or (is_loopback(host) and not is_loopback(issuer)):
        raise ProviderError(f"{key} of the discovery document is no address that is asked")
    return value


def keys_of(document: object) -> tuple[Key, ...]:
    """Those that may have signed an ID token; others are passed over. Raises ProviderError."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list) or len(listed) > settings.KEYS_MAX:
        raise ProviderError("the provider's key set cannot be read, or is too large")
    found = [_key(one) for one in listed if isinstance(one, dict)]
    return tuple(key for key in found if key is not None)


def _key(data: dict[str, Any]) -> Key | None:
    if data.get("use", "sig") != "sig" or "d" in data:
        return None
    alg = data.get("alg")
    try:
        if data.get("kty") == "RSA" and alg in {None, "RS256"}:
            key = RSAKey.import_key(_public(data, ("kty", "n", "e", "kid")))
            return key if key.public_key.key_size >= settings.RSA_BITS_MIN else None
        if data.get("kty") == "EC" and data.get("crv") == "P-256" and alg in {None, "ES256"}:
            return ECKey.import_key(_public(data, ("kty", "crv", "x", "y", "kid")))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None


def _public(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data}
