"""The agent runs where nothing of the server is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import reticent_agent

AGENT = Path(reticent_agent.__file__).parent
BLOCKED = ["alembic", "argon2", "chdb", "duckdb", "fastapi", "jinja2", "multipart", "numpy"]
BLOCKED += ["pandas", "prometheus_client", "pyarrow", "pydantic", "reticent_server", "sqlalchemy"]
BLOCKED += ["starlette", "uvicorn", "uvloop", "yaml"]
MODULES = sorted(
    ".".join(path.relative_to(AGENT.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in AGENT.rglob("*.py")
    # What calls Windows itself is only there.
    if sys.platform == "win32" or "native" not in path.parts
)
SCRIPT = f"""
import importlib, sys
for name in {BLOCKED!r}:
    sys.modules[name] = None
for module in {MODULES!r}:
    importlib.import_module(module)
print(len(sys.modules))
"""
LIGHT = """
import sys
from reticent_agent.main import main
main(["--data", sys.argv[1], "status"])
print(sorted({"grpc", "cryptography", "asyncio", "psutil", "re2"} & set(sys.modules)))
"""

# Each is a few hundred kilobytes with what it brings along, in every laptop for nothing.
NOT_CARRIED = ["decimal", "difflib", "http", "importlib.resources", "multiprocessing", "pydoc"]
NOT_CARRIED += ["statistics", "unittest", "xml.dom", "zipfile", "google.protobuf.json_format"]
AT_WORK = f"""
import json, pathlib, sys
import reticent_agent.main, reticent_agent.commands.run, reticent_agent.stream.client
import reticent_agent.stream.channel
from reticent_agent.collect import platform
from reticent_contract import policy
from reticent_contract.catalog import CATALOG
document = pathlib.Path({str(AGENT / "policy" / "default.json")!r}).read_text()
in_force = policy.parse_policy(json.loads(document), CATALOG)
platform.collectors(), platform.sources({{}})
print(policy.run_policy_tests(in_force, CATALOG))
print(sorted(set({NOT_CARRIED!r}) & set(sys.modules)))
"""


def test_every_module_is_imported_without_a_server_package() -> None:
    assert len(MODULES) > 60
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_status_loads_neither_grpc_nor_cryptography(tmp_path: Path) -> None:
    (tmp_path / "status.json").write_text('{"state": "connected"}')
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_grpc_is_not_loaded_before_tls_is_set_up() -> None:
    script = "import reticent_agent.commands.run, sys; print('grpc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_running_agent_carries_no_module_that_only_a_server_or_a_refusal_needs() -> None:
    done = subprocess.run([sys.executable, "-c", AT_WORK], capture_output=True, text=True)
    assert done.stdout.split() == ["[]", "[]"], done.stderr
