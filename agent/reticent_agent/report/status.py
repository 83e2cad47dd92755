"""status.json: where the agent stands, for `status`, the demo and the console of the laptop.

    {"device_id", "state": connected|connecting|waiting|offline|stopped,
     "policy": {"version", "sha256"} | null, "no_policy": why there is none, text|null,
     "rows": {"collected", "redacted", "unchanged", "dropped", "acked", "spooled"},
     "dropped": {"table.field": n}, "by_rule": {rule: n}, "error": text|null, "updated_at",
     "keys": {"device", "pseudonyms": word of reticent_contract.kept, or null: none yet} | null,
     "key_sha256": hex of the device's public key, for whoever approves it | null,
     "asked": [{"action", "reason", "at_us", "done", "detail"}, …newest last; the newest one for
               diagnostics with "facts": all that went to the server],
     "paused": {"until_us", "reason"} | null,
     "machine": [parts of which a keyed token goes to the server with each connection],
     "consent": {table that needs it: people who agreed},
     "collecting": {table or source: {"rows", "cpu_ms", "wall_ms", "absent": [[field, reason]]}}}

`collecting` is of a state table's last round, and of an event source since its start. Counts are
of this run of the agent; field and rule names, never values.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from reticent_contract.batch import CountLike

from reticent_agent.collect.health import Collected

_NAMES_MAX = 2_048
_COLLECTORS_MAX = 256


class StatusBoard:
    """Thread-safe. `changed` is called, from any thread, when a new picture is worth writing."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._rows: Counter[str] = Counter(
            collected=0, redacted=0, unchanged=0, dropped=0, acked=0, spooled=0
        )
        self._dropped: Counter[str] = Counter()
        self._by_rule: Counter[str] = Counter()
        self._collecting: dict[str, dict[str, object]] = {}
        self._facts: dict[str, object] = {
            "device_id": None,
            "state": "connecting",
            "policy": None,
            "no_policy": None,
            "keys": None,
            "error": None,
            "consent": {},
            "key_sha256": None,
            "asked": [],
            "paused": None,
            "machine": [],
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
        """Adds to all but `spooled`, which is set; unchanged: state that the server has already."""
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

    def count_cost(self, collected: Collected) -> None:
        """What a round took, and what it could not see."""
        cost, name = collected.cost, collected.cursor_name or collected.table
        if cost is None:
            return
        with self._lock:
            before = self._collecting.get(name)
            if before is None and len(self._collecting) >= _COLLECTORS_MAX:
                return
            rows = len(collected.rows)
            if before is not None and not collected.complete:
                rows += int(str(before["rows"]))
            told: dict[str, object] = {
                "rows": rows,
                "cpu_ms": cost.cpu_ms,
                "wall_ms": cost.wall_ms,
                "absent": [[absence.field, absence.reason] for absence in collected.absences],
            }
            if told == before:
                return
            self._collecting[name] = told
        self._changed()

    def picture(self) -> Mapping[str, object]:
        with self._lock:
            return {
                **self._facts,
                "rows": dict(self._rows),
                "dropped": dict(sorted(self._dropped.items())),
                "by_rule": dict(sorted(self._by_rule.items())),
                "collecting": dict(sorted(self._collecting.items())),
            }


def _add(counter: Counter[str], name: str, count: int) -> None:
    if name in counter or len(counter) < _NAMES_MAX:
        counter[name] += count
