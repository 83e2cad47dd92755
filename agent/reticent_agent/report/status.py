"""status.json: where the agent stands, for `status`, the demo and the console of the laptop.

    {"device_id", "state": connected|connecting|offline|stopped, "policy": {"version", "sha256"},
     "rows": {"collected", "redacted", "dropped", "acked", "spooled"},
     "dropped": {"table.field": n}, "by_rule": {rule: n}, "error": text|null, "updated_at",
     "keys": how the pseudonym keys are kept, "consent": {table that needs it: people who agreed}}

Counts are of this run of the agent; field and rule names, never values.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from reticent_contract.batch import CountLike

_NAMES_MAX = 2_048


class StatusBoard:
    """Thread-safe. `changed` is called, from any thread, when a new picture is worth writing."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._rows: Counter[str] = Counter(collected=0, redacted=0, dropped=0, acked=0, spooled=0)
        self._dropped: Counter[str] = Counter()
        self._by_rule: Counter[str] = Counter()
        self._facts: dict[str, object] = {
            "device_id": None,
            "state": "connecting",
            "policy": None,
            "keys": None,
            "error": None,
            "consent": {},
        }

    def set(self, **facts: object) -> None:
        with self._lock:
            if all(self._facts.get(name) == fact for name, fact in facts.items()):
                return
            self._facts.update(facts)
        self._changed()

    def policy(self, *, version: int, sha256: bytes) -> None:
        self.set(policy={"version": version, "sha256": sha256.hex()})

    def count_rows(self, **rows: int) -> None:
        """Adds to collected, redacted, dropped, acked; `spooled` is set to the number given."""
        with self._lock:
            before = dict(self._rows)
            spooled = rows.pop("spooled", None)
            self._rows.update(rows)
            if spooled is not None:
                self._rows["spooled"] = spooled
            if before == self._rows:
                return
        self._changed()

    def count_values(self, counts: Iterable[CountLike]) -> None:
        with self._lock:
            for count in counts:
                if count.outcome in ("dropped", "failed", "overflow"):
                    _add(self._dropped, count.field, count.count)
                if count.outcome != "kept":
                    _add(self._by_rule, count.rule, count.count)

    def picture(self) -> Mapping[str, object]:
        with self._lock:
            return {
                **self._facts,
                "rows": dict(self._rows),
                "dropped": dict(sorted(self._dropped.items())),
                "by_rule": dict(sorted(self._by_rule.items())),
            }


def _add(counter: Counter[str], name: str, count: int) -> None:
    if name in counter or len(counter) < _NAMES_MAX:
        counter[name] += count
