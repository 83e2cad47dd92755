"""Writes the use of an API token to the audit trail: once an hour for each token and address.

Once a request would drown the trail under one metrics scraper.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from reticent_server.audit import AuditService
from reticent_server.auth import Caller

NOTE_EVERY_S = 3_600
KEYS_MAX = 10_000


class TokenUses:
    def __init__(self, audit: AuditService, *, clock: Callable[[], float] = time.time) -> None:
        self._audit = audit
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: OrderedDict[tuple[str, str], float] = OrderedDict()

    def note(self, caller: Caller, address: str) -> None:
        key, now = (caller.token_id or "", address), self._clock()
        with self._lock:
            last = self._noted.get(key)
            if last is not None and now - last < NOTE_EVERY_S:
                return
            self._noted[key] = now
            self._noted.move_to_end(key)
            while len(self._noted) > KEYS_MAX:
                self._noted.popitem(last=False)
        self._audit.record(
            actor=caller.name,
            action="token.use",
            object=f"API token {caller.token_id}",
            source_address=address,
        )
