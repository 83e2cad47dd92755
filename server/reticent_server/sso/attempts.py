"""A log-on on its way to the provider and back, kept by the browser and not by us.

    base64url(12 bytes nonce, AES-256-GCM of {"state", "nonce", "verifier", "next", "expires_s"})

Anybody may begin a log-on, so beginning one writes nothing. The cookie binds what comes back to
this browser: without it, or with another state, it is nobody's (no forged log-on). It holds for ten
minutes and for one way back; what was used is kept until it would be over.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reticent_server.auth.challenges import UsedOnce
from reticent_server.sso import settings
from reticent_server.sso.errors import AttemptError

_NONCE_BYTES = 12
_ABOUT = b"reticent oidc attempt 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    state: str
    nonce: str
    verifier: str  # RFC 7636: 43 to 128 unreserved characters
    next: str  # the page that was asked for
    expires_s: int


class Attempts:
    """`key`: 32 bytes, the same on every server."""

    def __init__(self, used: UsedOnce, *, clock: Callable[[], float], key: bytes) -> None:
        self._used = used
        self._clock = clock
        self._cipher = AESGCM(hmac.digest(key, _ABOUT, "sha256"))

    def make(self, following: str) -> Attempt:
        return Attempt(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            next=following if len(following) <= settings.NEXT_CHARS_MAX else "/",
            expires_s=int(self._clock()) + settings.ATTEMPT_S,
        )

    def sealed(self, attempt: Attempt) -> str:
        """For the cookie."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        text = json.dumps(asdict(attempt)).encode()
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text, _ABOUT)).decode()

    def opened(self, cookie: str | None, state: str) -> Attempt:
        """Raises AttemptError for one that is not ours, is over, or is not about this state."""
        if not cookie or len(cookie) > settings.COOKIE_CHARS_MAX:
            raise AttemptError("this browser began no log-on")
        try:
            raw = base64.b64decode(cookie.encode(), altchars=b"-_", validate=True)
            text = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _ABOUT)
            attempt = Attempt(**json.loads(text))
        except (ValueError, TypeError, InvalidTag):
            raise AttemptError("this browser began no log-on") from None
        if not hmac.compare_digest(attempt.state.encode(), state.encode(errors="replace")):
            raise AttemptError("the state is not that of this browser's log-on")
        if self._clock() >= attempt.expires_s:
            raise AttemptError("it came back too late")
        return attempt

    def use(self, attempt: Attempt) -> None:
        """Raises AttemptError the second time, on whichever server. Blocks."""
        digest = hashlib.sha256(_ABOUT + attempt.state.encode()).digest()
        if not self._used.first(digest, expires_s=attempt.expires_s):
            raise AttemptError("it came back before")
