"""Every parser of the event sources bears any bytes, and true ones that were damaged."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TESTS = Path(__file__).parents[1]
FIXTURES = TESTS / "fixtures" / "linux" / "events"


def _fuzzed() -> object:
    path = TESTS / "collect" / "fuzz_linux_events.py"
    spec = importlib.util.spec_from_file_location("fuzz_linux_events", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _fuzzed()
PARSERS = _MODULE.PARSERS


def parse(name: str, data: bytes) -> None:
    """Raises nothing but what the parser's own page says."""
    with contextlib.suppress(*_MODULE.ALLOWED.get(name, ())):
        PARSERS[name](data)


TRUE = [
    (FIXTURES / "uevents.txt").read_bytes().replace(b"\n", b"\0"),
    *(bytes.fromhex(message) for message in (FIXTURES / "rtnetlink.hex").read_text().split()),
    *((FIXTURES / f"{name}.log").read_bytes() for name in ("dpkg", "dnf.rpm", "pacman")),
]


@pytest.mark.parametrize("name", sorted(PARSERS))
@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=2_000))
def test_any_bytes(name: str, data: bytes) -> None:
    parse(name, data)


@pytest.mark.parametrize("name", sorted(PARSERS))
@settings(max_examples=150, deadline=None)
@given(
    true=st.sampled_from(TRUE),
    at=st.integers(0, 4_000),
    end=st.integers(0, 4_000),
    damage=st.binary(max_size=8),
)
def test_true_bytes_that_were_damaged(
    name: str, true: bytes, at: int, end: int, damage: bytes
) -> None:
    at %= len(true)
    parse(name, (true[:at] + damage + true[at + len(damage) :])[: end or None])
