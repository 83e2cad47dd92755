"""What is committed, and what must never be."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from support.longest import LONGEST_FIRST

REPOSITORY = Path(__file__).resolve().parents[2]
APACHE_2_SHA256 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
LINES_MAX = 400
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "agent",
    "packaging",
    "proto",
    "pyproject.toml",
    "server",
    "tests",
}
# Split, so that this file is not among those it looks for.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "np" + "mjs.org")
MACHINE_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/opt/" + "wheels", "/opt/" + "pypi")
UNFINISHED = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + r"Error|for " + r"now\b"
)


def tracked() -> list[Path]:
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: what is committed cannot be told from what was made")
    return [REPOSITORY / name for name in done.stdout.split("\0") if name]


def texts() -> list[tuple[str, str]]:
    """Path from the top, and text, of each committed text file that is there."""
    rows = []
    for path in tracked():
        if path.is_file():
            data = path.read_bytes()
            if b"\0" not in data:
                rows.append((str(path.relative_to(REPOSITORY)), data.decode("utf-8", "replace")))
    return rows


def ours(name: str) -> bool:
    """A Python file that people wrote."""
    return name.endswith(".py") and not name.endswith(("_pb2.py", "_pb2_grpc.py"))


def test_the_licence_is_apache_2_in_full():
    assert hashlib.sha256((REPOSITORY / "LICENSE").read_bytes()).hexdigest() == APACHE_2_SHA256


def test_the_top_level_is_the_designs():
    assert {path.relative_to(REPOSITORY).parts[0] for path in tracked()} == TOP_LEVEL


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine():
    found = [
        (name, word)
        for name, text in texts()
        for word in (*REGISTRIES, *MACHINE_PATHS)
        if word in text
    ]
    assert found == []


def test_nothing_is_marked_as_unfinished():
    found = [
        f"{name}: {match.group()}"
        for name, text in texts()
        if ours(name) or name.endswith((".proto", ".sh")) or name in {"Makefile", "README.md"}
        for match in UNFINISHED.finditer(text)
    ]
    assert found == []


def test_no_third_party_code_is_committed():
    names = [str(path.relative_to(REPOSITORY)) for path in tracked()]
    assert [name for name in names if "vendor/" in name or "node_modules" in name] == []
    assert [name for name in names if name.endswith((".min.js", ".whl", ".so", ".pyc"))] == []


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {name: text.count("\n") for name, text in texts() if ours(name)}
    assert {name: lines for name, lines in long.items() if lines > LINES_MAX} == {}


def test_test_folders_are_no_packages():
    # tests/ is on the import path for tests/support: a package tests/http would hide Python's own.
    packages = {path.parent.name for path in (REPOSITORY / "tests").glob("*/__init__.py")}
    assert packages == {"support"}


def test_every_lint_ignore_carries_its_reason():
    blanket = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:))")
    unexplained = re.compile(r"#\s*noqa:\s*[A-Z0-9, ]+\s*$", re.M)
    # In tests they stand where something is made up against its type; mypy says where one need not.
    unexplained_type = re.compile(r"#\s*type:\s*ignore\[[^\]]*\]\s*$", re.M)
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in texts()
        if ours(name)
        for pattern in (
            blanket,
            unexplained,
            *(() if name.startswith("tests/") else (unexplained_type,)),
        )
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_what_is_told_to_take_longest_is_there() -> None:
    assert [name for name in LONGEST_FIRST if not (REPOSITORY / "tests" / name).is_file()] == []
