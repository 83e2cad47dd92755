"""Gathers a bundle. Every leaf is a number, a truth value, or a short text of a fixed form; texts
go through the engine's detectors once more, and what they find something in is taken out.

    {"format": 1, "made_at", "versions": {name: version},
     "configuration": {key: number | word | "set" | "not set"}, "counts": {name: number},
     "doctor": {check: "ok" | "warn" | "bad"}, "metrics": {sample: number},
     "log": [[at, level, part, event, class of error], …], "left_out": how much was of other forms}

A configuration's key has its value only where that is a number, a truth value or a word that this
program knows; names, addresses and paths are "set" or "not set". Of a metric those labels are left
out that hold a customer's word; of a log line there is its event alone.
"""

from __future__ import annotations

import json
import platform
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from importlib import metadata

from prometheus_client.parser import text_string_to_metric_families
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy

from reticent_server import __version__
from reticent_server.approvals.kinds import Kind
from reticent_server.config import LOG_LEVELS, SECOND_FACTOR, ServerConfig
from reticent_server.limits import BUNDLE_LOG_LINES_MAX
from reticent_server.policies.trying import DEFAULT_FIELD, Trial
from reticent_server.policies.yaml_source import load_yaml

FORMAT = 1
DISTRIBUTIONS = ("chdb-core", "cryptography", "fastapi", "grpcio", "pyarrow", "sqlalchemy")
LABELS = ("le", "outcome", "reason", "table", "key")  # of the program's own words alone
_WORDS = frozenset((*LOG_LEVELS, *SECOND_FACTOR, *Kind))
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,48}\Z")
_LABEL = re.compile(r"[0-9A-Za-z._+-]{0,64}\Z")
_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_CLASS = re.compile(r"[A-Z][A-Za-z]{0,63}\Z")
_AT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{8,15}\+00:00\Z")
_STATE = re.compile(r"(ok|warn|bad)\Z")
_METRICS = ("reticent_", "process_", "python_")

Leaf = int | float | bool | str
Bundle = dict[str, object]


class Gathering:
    """One bundle. `left_out` counts what was there and not of an allowed form."""

    def __init__(self) -> None:
        self.left_out = 0
        policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
        self._engine = Trial(policy, CATALOG, DEFAULT_FIELD)

    def bundle(
        self,
        config: ServerConfig,
        *,
        counts: Mapping[str, int],
        verdicts: Iterable[tuple[str, str]],
        metrics: str,
        log: Iterable[str],
        now_s: float,
    ) -> str:
        """The bundle's text. `metrics`: the exposition format; `log`: lines of the server's log."""
        parts: Bundle = {
            "format": FORMAT,
            "made_at": f"{datetime.fromtimestamp(now_s, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "versions": self._versions(),
            "configuration": dict(_configured(config)),
            "counts": dict(counts),
            "doctor": self._of_form(dict(verdicts), _STATE),
            "metrics": self._metrics(metrics),
            "log": self._log(log),
        }
        parts = {name: self._scanned(part) for name, part in parts.items()}
        return json.dumps(parts | {"left_out": self.left_out}, indent=1, sort_keys=True)

    def _versions(self) -> dict[str, str]:
        found = {
            "reticent-server": __version__,
            "python": platform.python_version(),
            "system": platform.system(),
            "kernel": numbers_of(platform.release()),
            "catalog": str(CATALOG.version),
        }
        for name in DISTRIBUTIONS:
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return self._of_form(found, _VERSION)

    def _of_form(self, texts: Mapping[str, str], form: re.Pattern[str]) -> dict[str, str]:
        kept = {name: text for name, text in texts.items() if form.match(text)}
        self.left_out += len(texts) - len(kept)
        return kept

    def _metrics(self, text: str) -> dict[str, float]:
        sums: defaultdict[str, float] = defaultdict(float)
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name.endswith("_created"):
                    continue  # a time: those of several labels add up to nothing
                labels = {n: v for n, v in sample.labels.items() if n in LABELS}
                fits = all(_LABEL.match(value) for value in labels.values())
                if sample.name.startswith(_METRICS) and fits:
                    said = ",".join(f"{name}={labels[name]}" for name in sorted(labels))
                    sums[f"{sample.name}{{{said}}}" if said else sample.name] += sample.value
                else:
                    self.left_out += 1
        return dict(sums)

    def _log(self, lines: Iterable[str]) -> list[list[str]]:
        found: list[list[str]] = []
        for line in lines:
            entry = _entry(line)
            if entry is None:
                self.left_out += 1
            else:
                found.append(entry)
        return found[-BUNDLE_LOG_LINES_MAX:]

    def _scanned(self, part: object) -> object:
        """Without texts in which a detector finds anything."""
        if isinstance(part, dict):
            return {
                name: self._scanned(value)
                for name, value in part.items()
                if self._passes(str(name))
            }
        if isinstance(part, list):
            return [self._scanned(value) for value in part]
        if isinstance(part, str) and not self._passes(part):
            return "taken out"
        return part

    def _passes(self, text: str) -> bool:
        if _AT.match(text) or text == "" or self._engine.one(text).text == text:
            return True
        self.left_out += 1
        return False


def numbers_of(release: str) -> str:
    """Of a kernel's release its numbers: what follows may name whoever built it, or for what."""
    found = re.match(r"\d{1,5}(\.\d{1,5}){0,3}", release)
    return "" if found is None else found[0]


def _entry(line: str) -> list[str] | None:
    """What of a log line is of a fixed form; None where that is not all that makes it one."""
    try:
        said = json.loads(line)
        at, level, part, event = (str(said[name]) for name in ("at", "level", "part", "event"))
    except (ValueError, TypeError, KeyError):
        return None
    error = str(said.get("error") or "")
    forms: tuple[tuple[str, Callable[[str], object]], ...] = (
        (at, _AT.match),
        (level, lambda text: text in LOG_LEVELS or text == "critical"),
        (part, lambda text: all(_EVENT.match(word) for word in text.split("."))),
        (event, _EVENT.match),
    )
    if not all(form(text) for text, form in forms):
        return None
    return [at, level, part, event, error if _CLASS.match(error) else ""]


def _configured(config: ServerConfig) -> Iterable[tuple[str, Leaf]]:
    """Every key there is, in order, whatever its value."""

    def leaves(name: str, value: object) -> Iterable[tuple[str, Leaf]]:
        if isinstance(value, bool | int | float) or (isinstance(value, str) and value in _WORDS):
            yield name, value
        elif is_dataclass(value) and not isinstance(value, type):
            for key in asdict(value):
                yield from leaves(f"{name}.{key}" if name else key, getattr(value, key))
        elif isinstance(value, tuple) and all(item in _WORDS for item in value):
            yield name, " ".join(value)
        elif isinstance(value, tuple):
            yield f"{name}.number", len(value)
        else:
            yield name, "set" if value else "not set"

    yield from leaves("", config)
