"""The Macs of tests/fixtures/macos."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.machines import FakeCommands, lay_out
from support.macs import MACS, Mac


@pytest.fixture
def mac(tmp_path: Path) -> Callable[[str], Mac]:
    """`mac("intel")`: that Mac's files under a folder of their own; `mac("")`: an empty one."""

    def build(name: str) -> Mac:
        root = tmp_path / (name or "empty")
        root.mkdir()
        programs = FakeCommands()
        expected = {}
        if name:
            lay_out((MACS / f"{name}.machine").read_text(), root, programs.answers)
            expected = json.loads((MACS / f"{name}.json").read_text())
        return Mac(root, programs, expected)

    return build
