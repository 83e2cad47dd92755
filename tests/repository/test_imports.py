"""Who may import whom: the agent runs without the server, the contract without either."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from bundle import locked_versions
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]

SOURCES = {
    "reticent_agent": REPOSITORY / "agent" / "reticent_agent",
    "reticent_contract": REPOSITORY / "proto" / "reticent_contract",
    "reticent_server": REPOSITORY / "server" / "reticent_server",
}
# Imports every module of a package while the named ones cannot be found, as on a laptop that
# never had them.
IMPORT_ALL = """
import importlib, pkgutil, sys

package, *missing = sys.argv[1:]

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name in missing or name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"blocked: {name}", name=name)

sys.meta_path.insert(0, Blocker())
for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
    if not {"windows", "macos", "__main__"} & set(found.name.split(".")):
        importlib.import_module(found.name)
print(sum(name.partition(".")[0] == package for name in sys.modules))
"""


def importable_names(distributions: set[str]) -> set[str]:
    """The top-level modules that these distributions install and no other does."""
    return {
        module
        for module, owners in metadata.packages_distributions().items()
        if {canonicalize_name(owner) for owner in owners} <= distributions
    }


def server_only() -> set[str]:
    locks = REPOSITORY / "packaging" / "locks"
    server, agent = (
        {str(canonicalize_name(name)) for name in locked_versions(locks / lock)}
        for lock in ("server.txt", "agent.txt")
    )
    return importable_names(server - agent)


@pytest.mark.parametrize("package", ["reticent_agent", "reticent_contract"])
def test_it_imports_and_needs_no_server_dependency(package):
    missing = server_only() | {"reticent_server"}
    assert {"chdb", "fastapi", "sqlalchemy", "yaml", "numpy"} <= missing
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORT_ALL, package, *sorted(missing)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 5


@pytest.mark.parametrize(
    ("package", "others"),
    [
        ("reticent_contract", {"reticent_agent", "reticent_server"}),
        ("reticent_agent", {"reticent_server"}),
        ("reticent_server", {"reticent_agent"}),
    ],
)
def test_it_never_imports_the_other_side(package, others):
    paths = list(SOURCES[package].rglob("*.py"))
    assert len(paths) > 50
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            tops = {name.partition(".")[0] for name in names}
            assert tops.isdisjoint(others), (
                f"{path.relative_to(REPOSITORY)}:{getattr(node, 'lineno', 0)}"
            )


def test_importing_the_agents_entry_point_loads_nothing_that_is_rarely_needed():
    code = "import sys, reticent_agent.main; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    # cpuinfo takes over a second and starts processes; the others are for tests.
    assert {"cpuinfo", "unittest", "pytest", "yaml"}.isdisjoint(done.stdout.split())
