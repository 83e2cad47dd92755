"""Single sign-on as the routes use it: begin, finish, and where to log off.

Finishing, in this order:

1. what came back belongs to an attempt that this browser began (cookie, state, time);
2. it did not come back before;
3. the provider said yes, and is the configured one (RFC 9207);
4. the code is redeemed with the attempt's verifier, and the ID token verified;
5. the account is found or made, and has the roles that its groups give now.

The caller owes the session and the audit entry.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import anyio.to_thread

from reticent_server.auth.challenges import UsedOnce
from reticent_server.auth.control import Control
from reticent_server.auth.sso_accounts import Admitted, SsoAccounts
from reticent_server.ca.files import read_secret
from reticent_server.config import ServerConfig, host_port
from reticent_server.config_oidc import OidcConfig
from reticent_server.errors import ConfigError
from reticent_server.scim.service import rules_of
from reticent_server.sso.attempts import Attempt, Attempts
from reticent_server.sso.errors import DeclinedError
from reticent_server.sso.exchange import Finished, WayBack
from reticent_server.sso.id_token import Person
from reticent_server.sso.provider import Provider

RETURN_PATH = "/login/oidc/return"
# RFC 6749, section 4.1.2.1, and OpenID Connect Core 1.0, section 3.1.2.6: all else is "other".
_SAID = frozenset(
    {
        *("access_denied", "server_error", "temporarily_unavailable", "invalid_request"),
        *("unauthorized_client", "unsupported_response_type", "invalid_scope"),
        *("interaction_required", "login_required", "account_selection_required"),
        *("consent_required",),
    }
)


class SingleSignOn:
    """Belongs to one event loop."""

    def __init__(
        self,
        control: Control,
        oidc: OidcConfig,
        *,
        key: bytes,
        redirect_uri: str,
        clock: Callable[[], float],
    ) -> None:
        """Raises ConfigError where the secret or the certificates cannot be read."""
        self.oidc = oidc
        self._home = "{0.scheme}://{0.netloc}".format(urlsplit(redirect_uri))
        self._attempts = Attempts(UsedOnce(control, clock=clock), clock=clock, key=key)
        self._accounts = SsoAccounts(
            control, clock=clock, rules=rules_of(oidc), attribute=oidc.scim_attribute
        )
        self._provider = Provider(
            oidc, secret=_secret(oidc), redirect_uri=redirect_uri, clock=clock
        )

    async def begin(self, following: str) -> tuple[str, str]:
        """Where to send the browser, and the cookie to send with it. Raises ProviderError."""
        attempt = self._attempts.make(following)
        return await self._provider.address(attempt), self._attempts.sealed(attempt)

    def opened(self, cookie: str | None, back: WayBack) -> Attempt:
        """The first step, which costs nothing. Raises AttemptError."""
        return self._attempts.opened(cookie, back.state)

    async def finish(self, attempt: Attempt, back: WayBack) -> Finished:
        """The others. Raises SsoError, or AdmissionError for a person who may not log on here."""
        await anyio.to_thread.run_sync(self._attempts.use, attempt)
        if back.error or not back.code:
            said = back.error if back.error in _SAID else "other"
            raise DeclinedError(f"the provider said no: {said}")
        await self._provider.check_issuer(back.issuer)
        person = await self._provider.redeem(back.code, attempt)
        admitted = await anyio.to_thread.run_sync(self._admit, person)
        return Finished(admitted=admitted, way=person.way, next=attempt.next)

    def _admit(self, person: Person) -> Admitted:
        wanted = {role for g in person.groups for role in self.oidc.roles.get(g, ())}
        return self._accounts.admit(
            issuer=person.issuer,
            subject=person.subject,
            name=person.name,
            roles=wanted,
            make=self.oidc.just_in_time,
            directory_key=person.directory_key,
        )

    async def log_off_address(self) -> str | None:
        """Where the provider ends its own session (RP-Initiated Logout 1.0), and then leads back.

        Without the ID token as a hint: it is personal data, and is not kept.
        """
        found = await self._provider.end_session_address()
        if found is None:
            return None
        address, client_id = found
        asked = {"client_id": client_id, "post_logout_redirect_uri": f"{self._home}/login"}
        return address + ("&" if "?" in address else "?") + urlencode(asked)


def single_sign_on(
    config: ServerConfig, control: Control, *, key: bytes, clock: Callable[[], float]
) -> SingleSignOn | None:
    """None where the operator configured none. Raises ConfigError."""
    if config.oidc is None:
        return None
    home = f"https://{host_port(config.public_name, config.ports.console)}"
    redirect_uri = config.oidc.redirect_uri or home + RETURN_PATH
    return SingleSignOn(control, config.oidc, key=key, redirect_uri=redirect_uri, clock=clock)


def _secret(oidc: OidcConfig) -> str | None:
    """Raises ConfigError for a file of several lines, ServerError for one that others may read."""
    if oidc.client_secret_file is None:
        return None
    try:
        text = read_secret(oidc.client_secret_file).decode("utf-8").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        raise ConfigError(
            f"configuration key oidc.client_secret_file: {oidc.client_secret_file} holds no secret "
            "of one line; the server was not started; write it there alone"
        )
    return text
