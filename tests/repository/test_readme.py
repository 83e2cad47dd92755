"""Every command of the README is run by a test, which this table names.

A command that is added, changed or removed in the README fails here until the table says which
test runs it. `test_installed.py` runs its commands verbatim, from the README's own text.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from support.readme import README, commands

REPOSITORY = Path(__file__).resolve().parents[2]
INSTALLED = "tests/packaging/test_installed.py::test_the_readmes_commands_work_as_they_are_written"
# Command, to the test that runs it.
RUN_BY = {
    "make demo": "tests/e2e/test_demo.py::test_the_last_line_says_what_is_stored",
    "make test": "tests/repository/test_makefile.py::test_make_test_is_the_whole_suite",
}
TARGETS = re.findall(r"^([a-z]+):.*##", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)


def test_every_command_is_run_by_a_test():
    ours = {command for command in commands() if command.startswith("reticent-")}
    table = RUN_BY | dict.fromkeys(ours, INSTALLED)
    assert set(commands()) == set(table)


@pytest.mark.parametrize("test", sorted({INSTALLED, *RUN_BY.values()}))
def test_the_tests_that_the_table_names_exist(test):
    path, _, name = test.partition("::")
    tree = ast.parse((REPOSITORY / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_make_target_that_the_readme_names_exists():
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README.read_text("utf-8"), re.M))
    assert {"demo", "test"} <= named
    assert named <= set(TARGETS)


def test_every_link_to_a_file_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (REPOSITORY / target).exists()] == []
