"""Processes that tests start run the code under test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from reticent_server.commands import stores
from support.same_code import same_code

TESTS = Path(__file__).parents[1]
ASK = "import first; from reticent_server.commands import stores; print(stores.__file__)"


def test_what_is_found_first_here_is_found_first_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    told = subprocess.run(
        [sys.executable, "-c", ASK], env=same_code(), capture_output=True, text=True, check=True
    )
    assert Path(told.stdout.strip()) == Path(stores.__file__)


def test_no_test_sets_another_way_to_find_modules() -> None:
    setting = re.compile(r"\"PYTHONPATH\": ")
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if setting.search(path.read_text())
    }
    # The privileged helper is run as another user, with what that one may read.
    assert found <= {"support/same_code.py", "privileged/test_helper.py"}
