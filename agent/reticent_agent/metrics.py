"""Counters of the agent as Prometheus text, for node_exporter's textfile collector and for people.

Labels are names (table, field, outcome, reason), never values.
Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

# name: (type, help). What is not here does not exist.
METRICS: Mapping[str, tuple[str, str]] = {
    "reticent_agent_rows_collected_total": ("counter", "Rows that collectors yielded, by table."),
    "reticent_agent_rows_redacted_total": ("counter", "Rows that left redaction, by table."),
    "reticent_agent_rows_dropped_total": ("counter", "Rows that were dropped, by table and why."),
    "reticent_agent_values_total": ("counter", "Field values, by outcome of their rule."),
    "reticent_agent_values_stopped_total": (
        "counter",
        "Values that the last-mile gate stopped, by table and detector.",
    ),
    "reticent_agent_rows_acked_total": ("counter", "Rows that the server has stored."),
    "reticent_agent_batches_sent_total": ("counter", "Batches put on the wire, repeats included."),
    "reticent_agent_batches_refused_total": ("counter", "Batches the server refused, by reason."),
    "reticent_agent_connects_total": ("counter", "Attempts to connect, by outcome."),
    "reticent_agent_spool_rows": ("gauge", "Rows on disk that the server does not have."),
    "reticent_agent_spool_bytes": ("gauge", "Bytes of those rows."),
    "reticent_agent_connected": ("gauge", "1 while the stream is up."),
    "reticent_agent_policy_version": ("gauge", "Version of the policy in force, 0 without one."),
}
_SERIES_MAX = 2_048

_Series = tuple[str, tuple[tuple[str, str], ...]]


class Metrics:
    """Thread-safe. `changed()` tells once whether anything is new since the last call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[_Series, float] = {}
        self._changed = False

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        with self._lock:
            series = _series(name, labels)
            if series in self._values or len(self._values) < _SERIES_MAX:
                self._values[series] = self._values.get(series, 0) + amount
                self._changed = True

    def set(self, name: str, value: float, **labels: str) -> None:
        with self._lock:
            series = _series(name, labels)
            if self._values.get(series) != value and len(self._values) < _SERIES_MAX:
                self._values[series] = value
                self._changed = True

    def changed(self) -> bool:
        with self._lock:
            changed, self._changed = self._changed, False
            return changed

    def render(self) -> str:
        with self._lock:
            values = sorted(self._values.items())
        lines: list[str] = []
        last = ""
        for (name, labels), value in values:
            if name != last:
                kind, sentence = METRICS[name]
                lines += [f"# HELP {name} {sentence}", f"# TYPE {name} {kind}"]
                last = name
            inside = ",".join(f'{key}="{_escape(text)}"' for key, text in labels)
            lines.append(f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}")
        return "\n".join(lines) + "\n"


def _series(name: str, labels: Mapping[str, str]) -> _Series:
    if name not in METRICS:
        raise KeyError(name)
    return name, tuple(sorted(labels.items()))


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
