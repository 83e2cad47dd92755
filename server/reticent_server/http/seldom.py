"""What is recorded once in a while although it happens all the time.

Once a request would drown the audit trail under one metrics scraper, or one page left open.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.requests import Request

from reticent_server.auth import Caller
from reticent_server.http.guard import address_of, services_of

KEYS_MAX = 10_000
VIEW_EVERY_S = 600


class Seldom:
    """Thread-safe. Forgets what is longest ago where there is too much to remember."""

    def __init__(self, every_s: float, *, clock: Callable[[], float] = time.time) -> None:
        self._every_s = every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: OrderedDict[Hashable, float] = OrderedDict()

    def is_due(self, key: Hashable) -> bool:
        """True once in `every_s` for each key."""
        now = self._clock()
        with self._lock:
            last = self._noted.get(key)
            if last is not None and now - last < self._every_s:
                return False
            self._noted[key] = now
            self._noted.move_to_end(key)
            while len(self._noted) > KEYS_MAX:
                self._noted.popitem(last=False)
        return True


def note_list(request: Request, caller: Caller, action: str, about: str) -> None:
    """That a list with personal data was shown: once in VIEW_EVERY_S for each who and from where.

    The console's list of devices asks for itself again every 20 s. Blocks.
    """
    views: Seldom = request.app.state.views
    address = address_of(request)
    if views.is_due((caller.name, caller.via, caller.token_id, action, about, address)):
        services_of(request).audit.record(
            actor=caller.name, action=action, object=about, source_address=address
        )
