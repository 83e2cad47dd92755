"""The Makefile: what it offers, and that its steps say what they need."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text("utf-8")


def found(pattern: str) -> str:
    match = re.search(pattern, MAKEFILE, re.M)
    assert match is not None, pattern
    return match[1]


TARGETS = set(found(r"^\.PHONY: (.*)$").split())


def make(*arguments: str) -> str:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def recipe(target: str) -> str:
    """The command lines of a rule."""
    match = re.search(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", MAKEFILE, re.M)
    assert match, target
    return match[1]


def test_help_is_the_default_and_lists_every_target():
    listed = re.findall(r"^  make ([a-z]+) +(\S.*)$", make(), re.M)
    assert {name for name, _ in listed} == TARGETS
    assert make() == make("help")


def test_make_test_is_the_whole_suite():
    # The suite that runs this very test: nothing is selected but by the options of pyproject.toml.
    assert recipe("test") == "\t@$(BIN)/pytest -q\n"
    assert "--disable-socket" in (REPOSITORY / "pyproject.toml").read_text("utf-8")


def test_make_demo_does_not_wait_for_what_only_developers_need():
    prerequisites = found(r"^demo:([^#\n]*)").split()
    assert ".venv/.dev" not in prerequisites
    assert "setup" not in prerequisites
    assert "dev.txt" not in recipe(".venv/.server")
    assert recipe("demo") == "\t@$(BIN)/reticent-server demo --data var/demo\n"


def test_every_installation_checks_hashes():
    installs = re.findall(r"^\t.*pip install.*$|^PIP_LOCKED.*$", MAKEFILE, re.M)
    assert len(installs) == 3
    project_itself = [line for line in installs if "--no-index" in line or "--editable" in line]
    assert all("--require-hashes" in line for line in installs if line not in project_itself)


def test_ci_runs_what_make_check_runs():
    ci = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    checked = recipe("check").strip().removeprefix("@").replace("$(BIN)", ".venv/bin")
    assert f"exec {checked}\n" in ci
    assert "lint" in found(r"^check:([^#\n]*)").split()
    assert (REPOSITORY / ".ci" / "run").stat().st_mode & 0o111
