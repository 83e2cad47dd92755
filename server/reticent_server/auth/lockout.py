"""Accounts locked after failed log-ons, for a time that doubles with each lock.

Counts by name over all addresses, names that do not exist included: whoever guesses must not learn
from a lock which those are. The counts are in memory (see DECISIONS.md); a lock of an account that
exists is written to the control store, so that all servers, a restart and an administrator see it.

A browser that the account was used from before is not asked here (`known_browsers`): a stranger who
knows a name can lock out other strangers, not the person.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reticent_server.auth import settings
from reticent_server.auth.authority import must_cover
from reticent_server.auth.control import Control
from reticent_server.auth.errors import ThrottledError
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Account
from reticent_server.store.control.joining import Joining


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    locks: int = 0
    until_s: int = 0  # of a name that does not exist; else the store has it
    last_s: float = 0.0


class Lockout(Joining):
    """Thread-safe; calls block. `after`: failed tries before the first lock."""

    def __init__(self, control: Control, *, clock: Callable[[], float], after: int) -> None:
        self._control = control
        self._clock = clock
        self._after = after
        self._lock = threading.Lock()
        self._names: OrderedDict[str, _Tries] = OrderedDict()

    def admit(self, name: str) -> None:
        """Counts one try as failed, before it is checked. Raises ThrottledError while locked."""
        now = self._clock()
        with self._lock:
            tries = self._tries(name, now)
            locks, until_s = self._stored(name) or (tries.locks, tries.until_s)
            if until_s == 0:  # never locked, or unlocked by an administrator
                tries.failures = min(tries.failures, self._after) if tries.locks == 0 else 0
                tries.locks = tries.until_s = 0
            if until_s > now:
                raise ThrottledError(max(1, math.ceil(until_s - now)), first=False)
            if now - until_s >= settings.LOCK_FORGET_S:
                locks = 0
            tries.last_s = now
            tries.failures += 1
            if tries.failures > self._after:
                self._shut(name, tries, locks=locks + 1, now=now)

    def succeeded(self, name: str) -> None:
        """Forgets the name's failures and locks."""
        with self._lock:
            self._names.pop(name, None)
            stored = self._stored(name)
            if stored is not None and stored != (0, 0):
                self._store(name, locks=0, until_s=None)

    def unlock(self, name: str, *, by: Sequence[Grant]) -> None:
        """By an administrator; every server takes notice at the name's next try.

        Raises BeyondError where the account gives more than `by`, what they hold.
        """
        self._store(name, locks=0, until_s=None, by=by)

    def _shut(self, name: str, tries: _Tries, *, locks: int, now: float) -> None:
        seconds = min(settings.LOCK_FIRST_S << min(locks - 1, 16), settings.LOCK_MAX_S)
        tries.failures = self._after - 1  # one more try when it opens, then the next lock
        tries.locks, tries.until_s = locks, math.ceil(now) + seconds
        self._store(name, locks=locks, until_s=tries.until_s)
        raise ThrottledError(seconds, first=True, locked=True)

    def _tries(self, name: str, now: float) -> _Tries:
        tries = self._names.pop(name, None)
        if tries is None or now - tries.last_s >= settings.LOCK_FORGET_S:
            tries = _Tries()
        self._names[name] = tries
        while len(self._names) > settings.THROTTLE_KEYS_MAX:
            self._names.popitem(last=False)
        return tries

    def _stored(self, name: str) -> tuple[int, int] | None:
        with self._control.read() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            return (account.locks, account.locked_until_s or 0) if account else None

    def _store(
        self, name: str, *, locks: int, until_s: int | None, by: Sequence[Grant] | None = None
    ) -> None:
        with self._control.session() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            if account is not None:
                if by is not None:
                    must_cover(db, account.account_id, by)
                account.locks, account.locked_until_s = locks, until_s
