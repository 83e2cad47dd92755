"""The Macs of tests/fixtures/macos."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.macs import FIXTURES, FakePrograms, Mac, lay_out


@pytest.fixture
def mac(tmp_path: Path) -> Callable[[str], Mac]:
    """`mac("intel")`: that Mac's files under a folder of their own; `mac("")`: an empty one."""

    def build(name: str) -> Mac:
        root = tmp_path / (name or "empty")
        root.mkdir()
        programs = FakePrograms()
        expected = {}
        if name:
            lay_out((FIXTURES / f"{name}.machine").read_text(), root, programs.answers)
            expected = json.loads((FIXTURES / f"{name}.json").read_text())
        return Mac(root, programs, expected)

    return build
