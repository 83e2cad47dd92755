"""What a laptop may answer when it is asked for diagnostics: this list, and nothing else.

Enters: facts by name. Leaves: those that are on the list and of its form, for the wire and off it.
Must hold: no fact can carry a collected value: each is a whole number, a version, or one of the few
words that stand here. Both sides hold facts to it; what is not on the list is left out and counted.

    agent.version, python.version          two or three numbers and what marks a release (PEP 440)
    os.family, state, keys.…               one of the words below
    check.<name of doctor's check>         ok, warning or failed, never its sentence
    …_s, …_mib, …_ms, counts               whole numbers
    collecting.<table>.rows|cpu_ms|wall_ms|absent    of tables of the catalog
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from reticent_contract.catalog import CATALOG
from reticent_contract.kept import Kept
from reticent_contract.limits import DIAGNOSTIC_FACTS_MAX
from reticent_contract.v1 import telemetry_pb2

Facts = Mapping[str, str | int]
VERSIONS = ("agent.version", "python.version")
CHECKS = (
    "data-directory",
    "secret-files",
    "disk-space",
    "identity",
    "certificate",
    "policy",
    "pseudonym-keys",
    "key-store",
    "spool",
    "agent",
    "collecting",
    "server",
)
_KEPT = tuple(Kept)
WORDS: Mapping[str, tuple[str, ...]] = {
    "os.family": ("linux", "windows", "macos", "other"),
    "state": ("connected", "connecting", "waiting", "offline", "stopped"),
    "keys.device": _KEPT,
    "keys.pseudonyms": _KEPT,
    **{f"check.{name}": ("ok", "warning", "failed") for name in CHECKS},
}
ROWS = ("collected", "redacted", "unchanged", "dropped", "acked", "spooled")
COSTS = ("rows", "cpu_ms", "wall_ms", "absent")
NUMBERS = frozenset(
    {
        "policy.version",
        "policy.dropped_values",
        "certificate.left_s",
        "disk.free_mib",
        "spool.max_mib",
        "paused",
        "running_s",
        *(f"rows.{name}" for name in ROWS),
        *(f"collecting.{table.name}.{name}" for table in CATALOG for name in COSTS),
    }
)
# No fourth number, or an address were one; nothing after "+", where a build may name its maker.
_VERSION = re.compile(
    r"[0-9]{1,4}(\.[0-9]{1,3}){1,2}((a|b|rc)[0-9]{1,2})?(\.post[0-9]{1,2})?(\.dev[0-9]{1,4})?\+?\Z"
)
_NUMBER_MAX = 1 << 53  # exact in JSON


def is_allowed(name: str, value: object) -> bool:
    """Whether the list has the fact, and this is of its form."""
    if name in NUMBERS:
        return type(value) is int and abs(value) <= _NUMBER_MAX
    if not isinstance(value, str):
        return False
    if name in VERSIONS:
        return _VERSION.match(value) is not None
    return value in WORDS.get(name, ())


def to_messages(facts: Facts) -> list[telemetry_pb2.DiagnosticFact]:
    """Those that the list allows, by name."""
    return [
        telemetry_pb2.DiagnosticFact(name=name, word=value)
        if isinstance(value, str)
        else telemetry_pb2.DiagnosticFact(name=name, number=value)
        for name, value in sorted(facts.items())
        if is_allowed(name, value)
    ]


def of_messages(
    messages: Iterable[telemetry_pb2.DiagnosticFact],
) -> tuple[dict[str, str | int], int]:
    """What the list allows of the first DIAGNOSTIC_FACTS_MAX, and how many were left out."""
    found: dict[str, str | int] = {}
    left_out = 0
    for place, message in enumerate(messages):
        which = message.WhichOneof("value")
        value: str | int | None = None if which is None else getattr(message, which)
        if place < DIAGNOSTIC_FACTS_MAX and value is not None and is_allowed(message.name, value):
            found[message.name] = value
        else:
            left_out += 1
    return found, left_out
