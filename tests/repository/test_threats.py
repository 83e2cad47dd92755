"""What the page of threats claims is shown by the tests that it names, and these exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.functions import functions_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "server" / "THREATS.md").read_text("utf-8")
CITED = sorted(set(re.findall(r"`(tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+)`", PAGE)))
UNSHOWN = ("No test: it is how it is", "is shown by no test")


def test_every_test_that_the_page_cites_exists() -> None:
    assert len(CITED) > 50
    gone = [
        cited
        for cited in CITED
        for path, _, name in [cited.partition("::")]
        if not (ROOT / path).is_file() or name not in functions_in(ROOT / path)
    ]
    assert gone == []


def test_every_line_cites_a_test_or_says_that_there_is_none() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    claims = [line for line in lines if not line.startswith(("| what it gets", "| asset"))]
    body = [line for line in claims if "`tests/" not in line]
    assets = PAGE.partition("## A stolen laptop")[0].splitlines()
    bare = [line for line in body if line not in assets]
    assert len(bare) == len(UNSHOWN)
    for line, said in zip(bare, UNSHOWN, strict=True):
        assert said in line


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "attacks").glob("test_*.py")))
def test_every_file_of_attacks_is_cited(path: Path) -> None:
    assert f"`tests/attacks/{path.name}::" in PAGE
