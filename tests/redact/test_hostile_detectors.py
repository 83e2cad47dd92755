"""A policy's own detectors over a line that was made for them: bounded by work, or dropped.

Work is what time is made of, and is the same on every machine: how often a pattern is asked, and
what of it is found. A match costs about 1.5 µs, so that what is allowed here is within 50 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import (
    CUSTOM_DETECTORS_MAX,
    CUSTOM_FINDINGS_MAX,
    CUSTOM_MATCHES_MAX,
    LOG_LINE_BYTES_MAX,
)
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.redact.detectors.model import BoundedPattern
from reticent_contract.rows import Row
from reticent_server.policies.yaml_source import load_yaml

LETTERS = ascii_letters[:CUSTOM_DETECTORS_MAX]
ASKED_MAX = 2 * CUSTOM_DETECTORS_MAX * (CUSTOM_MATCHES_MAX + 1)  # of value and context word each


def _line(of: str) -> str:
    return (of * LOG_LINE_BYTES_MAX)[:LOG_LINE_BYTES_MAX]


def _rare(times: int) -> str:
    """Every letter that often, the rest are blanks."""
    return (LETTERS * times).ljust(LOG_LINE_BYTES_MAX)


# Pattern by letter, context words, line; whether it leaves.
HOSTILE = {
    "one letter": ("{}", (), _line(LETTERS), False),
    "as often as one may": ("{}", (), _rare(CUSTOM_MATCHES_MAX), False),
    "as much as all may": ("{}", (), _rare(CUSTOM_FINDINGS_MAX // len(LETTERS)), True),
    "one more": ("{}", (), _rare(CUSTOM_FINDINGS_MAX // len(LETTERS))[:-1] + "a", False),
    "beside a word": ("{}", ("ab", "cd"), _line(" ".join(("ab", *LETTERS, ""))), False),
    "far ahead": ("a.{{1,9}}{}", (), _line(LETTERS), False),
    "never there": ("{}.{{8}}!", (), _line(LETTERS), True),
}


def _plan(pattern: str, context: tuple[str, ...]) -> Plan:
    source = load_yaml(default_policy_yaml())
    own = {
        f"hostile{number}": {"pattern": pattern.format(letter)}
        | ({"context": list(context)} if context else {})
        for number, letter in enumerate(LETTERS)
    }
    policy = parse_policy({**source, "detectors": own}, CATALOG)
    keys = KeyRing({policy.epoch: b"k" * 32}, b"d" * 32)
    return compile_plan(policy, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_detectors_are_bounded_by_work(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, context, line, leaves = HOSTILE[case]
    plan = _plan(pattern, context)
    asked = 0
    each = BoundedPattern.each

    def counted(self: BoundedPattern, text: bytes) -> Iterator[tuple[int, int]]:
        nonlocal asked
        for span in each(self, text):
            asked += 1
            yield span

    monkeypatch.setattr(BoundedPattern, "each", counted)
    row = plan.redact(Row("log_line", "line", 0, {"message": line}))
    assert asked <= ASKED_MAX
    outcomes = {c.outcome for c in plan.take_counts() if c.field == "log_line.message"}
    assert (row is not None and "message" in row.values) == leaves
    assert outcomes <= ({"kept", "redacted"} if leaves else {"failed"})
    assert outcomes
