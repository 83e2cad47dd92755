"""Passwords and keys before the host of a URL: https://otto:Oat#55@example.org.

Where a login stands before the password it is `url`'s, and the host `host`'s, so both join.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.named import is_ours
from reticent_contract.redact.detectors.person import named

# A password may hold an @; a key alone is what Sentry and Git have.
_USERINFO = r"://(?:[^/\s:@\"']*:[^/\s\"']+|[A-Za-z0-9_\-]{20,})@"
_GATE = r"://[^/\s:@\"']*(?::[^/\s\"']+)?@"
_FIND = Pattern(_USERINFO)
# A login, which `url` finds; no key is written so, and keys stand there as well.
_BEFORE_PASSWORD = re.compile(
    rb"(_{0,2}[A-Za-z]{1,15}[0-9]{0,4}(?:[._+\-][A-Za-z]{1,15}[0-9]{0,4}){0,4}_{0,2}):"
)
_NO_LOGIN = re.compile(rb"token|oauth")  # https://oauth2:…, https://x-access-token:…
_NO_PASSWORDS = (b"x", b"X", b"x-oauth-basic", b"api_token")  # what stands before is the key


def _find(text: bytes) -> Iterable[Found]:
    for start, end in _FIND.spans(text):
        first, last = start + 3, end - 1
        login = _BEFORE_PASSWORD.match(text, first, last)
        if login is not None and _NO_LOGIN.search(login[1]) is None:
            is_key = text[login.end() : last] in _NO_PASSWORDS
            if not is_key and named(first, login[1]) is not None:
                first += len(login[1])  # the colon stays: nothing is left between the two
        if not is_ours(text[first:last]):
            yield first, last, text[first:last]


USERINFO = Finder(_GATE, _find, "B", needs=_FIND, reads=(0, 0))
