"""What is downloaded is named by version and hash, and the lock files agree with each other."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
LOCKS = REPOSITORY / "packaging" / "locks"
NAMES = sorted(path.name for path in LOCKS.glob("*.txt"))
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def pins(name: str) -> dict[str, str]:
    """Distribution to version, platforms aside."""
    text = (LOCKS / name).read_text("utf-8")
    rows = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M)
    return {canonicalize_name(distribution): version for distribution, version in rows}


def names_of(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def wanted_by_the_project(lock: str) -> set[str]:
    """The distributions in `lock` because pyproject.toml asks for them, by pip-compile's notes."""
    blocks = re.split(r"\n(?=\S)", (LOCKS / lock).read_text("utf-8"))
    asked = (block for block in blocks if "(pyproject.toml)" in block)
    return {canonicalize_name(block.split("==")[0]) for block in asked}


def test_there_is_a_lock_for_every_step_of_the_makefile():
    assert NAMES == [
        "agent.txt",
        "bench.txt",
        "build.txt",
        "dev.txt",
        "node.txt",
        "server.txt",
        "uv.txt",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_lock_has_a_hash_and_none_an_address(name):
    text = (LOCKS / name).read_text("utf-8")
    requirements = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("==" in block and "--hash=sha256:" in block for block in requirements)
    assert "//" not in text
    assert "@" not in text


@pytest.mark.parametrize(("smaller", "larger"), [("agent", "server"), ("server", "dev")])
def test_a_larger_lock_repeats_the_smaller_with_the_same_versions(smaller, larger):
    assert pins(f"{smaller}.txt").items() <= pins(f"{larger}.txt").items()


def test_the_build_lock_agrees_with_the_developers():
    assert pins("build.txt").items() <= pins("dev.txt").items()
    assert names_of(PROJECT["build-system"]["requires"]) <= pins("build.txt").keys()


def test_the_agents_lock_is_what_the_projects_base_dependencies_ask_for():
    assert wanted_by_the_project("agent.txt") == names_of(PROJECT["project"]["dependencies"])


def test_the_servers_lock_is_the_base_and_the_server_extra():
    extra = PROJECT["project"]["optional-dependencies"]["server"]
    base = PROJECT["project"]["dependencies"]
    assert wanted_by_the_project("server.txt") == names_of(base + extra)


def test_the_benches_lock_fits_into_the_developers_environment():
    bench, dev = pins("bench.txt"), pins("dev.txt")
    assert {name: bench[name] for name in bench.keys() & dev.keys()}.items() <= dev.items()
    extra = PROJECT["project"]["optional-dependencies"]["bench"]
    base = PROJECT["project"]["dependencies"]
    assert wanted_by_the_project("bench.txt") == names_of(base + extra)


def test_what_only_benches_need_is_not_in_the_developers_lock():
    extra = names_of(PROJECT["project"]["optional-dependencies"]["bench"])
    assert extra.isdisjoint(pins("dev.txt"))


@pytest.mark.parametrize("lock", ["agent.txt", "server.txt", "dev.txt", "bench.txt"])
def test_every_lock_satisfies_the_bounds_of_the_project(lock):
    optional = PROJECT["project"]["optional-dependencies"]
    lines = [
        *PROJECT["project"]["dependencies"],
        *(line for some in optional.values() for line in some),
    ]
    pinned = pins(lock)
    assert len(pinned) > 10
    for line in lines:
        requirement = Requirement(line)
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is None or requirement.specifier.contains(version), line


def test_the_npm_lock_has_hashes_and_no_addresses():
    folder = REPOSITORY / "packaging" / "console"
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    asked = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version
