"""A token bucket for each address, for a bounded number of addresses."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from reticent_contract import limits


class AddressLimits:
    """What one address may do on the enrolment port: all tries, and those that failed."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._tries = RateLimit(
            at_once=limits.ENROLMENT_TRIES_PER_ADDRESS,
            per_s=limits.ENROLMENT_TRIES_PER_ADDRESS_PER_S,
            addresses_max=limits.ENROLMENT_ADDRESSES_MAX,
            monotonic=monotonic,
        )
        self._failures = RateLimit(
            at_once=limits.ENROLMENT_FAILURES_PER_ADDRESS,
            per_s=limits.ENROLMENT_FAILURES_PER_ADDRESS_PER_S,
            addresses_max=limits.ENROLMENT_ADDRESSES_MAX,
            monotonic=monotonic,
        )

    def let_try(self, address: str) -> bool:
        """Counts one try; False where it is one too many, or too many have failed."""
        return self._tries.take(address) and self._failures.allows(address)

    def failed(self, address: str) -> None:
        self._failures.take(address)


class RateLimit:
    """Lets `at_once` through, then `per_s` a second, for each address. Thread-safe.

    When more than `addresses_max` are remembered, the one that was longest silent is forgotten.
    """

    def __init__(
        self,
        *,
        at_once: float,
        per_s: float,
        addresses_max: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._per_s = per_s
        self._addresses_max = addresses_max
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def allows(self, address: str) -> bool:
        """True where `take` would let it through."""
        with self._lock:
            return self._tokens(address) >= 1

    def take(self, address: str) -> bool:
        """Counts one; False where it is one too many."""
        with self._lock:
            tokens = self._tokens(address)
            let_through = tokens >= 1
            self._buckets[address] = (tokens - 1 if let_through else tokens, self._monotonic())
            self._buckets.move_to_end(address)
            if len(self._buckets) > self._addresses_max:
                self._buckets.popitem(last=False)
            return let_through

    def _tokens(self, address: str) -> float:
        tokens, since = self._buckets.get(address, (self._at_once, 0.0))
        return min(self._at_once, tokens + self._per_s * max(0.0, self._monotonic() - since))
