"""Machines of tests/fixtures/windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import windows
from support.windows import FakeLaptop, Machine

MACHINES = ("thinkpad", "optiplex")


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[str], Machine]:
    """`machine("thinkpad")`: that machine; its clock stands at its last event."""
    return lambda name: windows.machine(name, tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Machine:
    """A Windows laptop that answers nothing."""
    return Machine(FakeLaptop(tmp_path))
