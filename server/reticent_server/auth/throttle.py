"""Failed attempts, counted by address and by name and address; of a known browser by itself.

Over all addresses `lockout` counts them, by name.

Held in memory and bounded: see DECISIONS.md. Must hold: what is refused here was not checked, so
guessing on costs the guesser time and the server nothing.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from reticent_server.auth import settings
from reticent_server.auth.errors import ThrottledError

_Key = tuple[str, str]  # (name or "", address or browser)
_BROWSER = "browser "  # no address begins so
_CODE = "code"  # nor is this one
_RETURN = " return"  # and this is no account's name


class LoginThrottle:
    """A fixed window a key. Thread-safe; `clock` gives seconds that never go back."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[_Key, tuple[float, int]] = OrderedDict()  # window start, count

    def admit(self, *, name: str, address: str) -> None:
        """Counts one try as failed, before it is checked: a thousand sent at once all count.

        Raises ThrottledError while any of the counts is used up.
        """
        self._admit(_keys(name, address))

    def admit_browser(self, *, name: str, browser: str) -> None:
        """The same for a browser that the account was used from: it answers for itself alone."""
        self._admit((((name, _BROWSER + browser), settings.FAILURES_PER_BROWSER),))

    def admit_code(self, *, name: str) -> None:
        """The same for a code of the second factor, whose password was right."""
        self._admit((((name, _CODE), settings.FAILURES_PER_CODE),))

    def code_succeeded(self, *, name: str) -> None:
        with self._lock:
            self._failures.pop((name, _CODE), None)

    def admit_return(self, *, address: str) -> None:
        """The same for whoever comes back from the OpenID provider: each asks it something."""
        self._admit((((_RETURN, address), settings.FAILURES_PER_RETURN),))

    def return_succeeded(self, *, address: str) -> None:
        with self._lock:
            if (_RETURN, address) in self._failures:
                started, count = self._failures[_RETURN, address]
                self._failures[_RETURN, address] = (started, max(0, count - 1))

    def _admit(self, keys: tuple[tuple[_Key, int], ...]) -> None:
        now = self._clock()
        with self._lock:
            for key, allowed in keys:
                started, count = self._failures.get(key, (now, 0))
                left_s = started + settings.THROTTLE_WINDOW_S - now
                if count >= allowed and left_s > 0:
                    self._failures[key] = (started, allowed + 1)
                    raise ThrottledError(max(1, math.ceil(left_s)), first=count == allowed)
            for key, _ in keys:
                started, count = self._failures.pop(key, (now, 0))
                if now - started >= settings.THROTTLE_WINDOW_S:
                    started, count = now, 0
                self._failures[key] = (started, count + 1)
            while len(self._failures) > settings.THROTTLE_KEYS_MAX:
                self._failures.popitem(last=False)

    def succeeded(self, *, name: str, address: str) -> None:
        """Takes the try back, and forgets the pair's earlier failures.

        Not the address's: one's own login must not clear it for guessing others.
        """
        with self._lock:
            self._failures.pop((name, address), None)
            if ("", address) in self._failures:
                started, count = self._failures["", address]
                self._failures["", address] = (started, max(0, count - 1))

    def browser_succeeded(self, *, name: str, browser: str) -> None:
        with self._lock:
            self._failures.pop((name, _BROWSER + browser), None)


def _keys(name: str, address: str) -> tuple[tuple[_Key, int], ...]:
    return (
        ((name, address), settings.FAILURES_PER_NAME_AND_ADDRESS),
        (("", address), settings.FAILURES_PER_ADDRESS),
    )
