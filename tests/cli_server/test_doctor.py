"""`reticent-server doctor` names what is wrong, with and without a running server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.console_site import Done, RunningSite, cli, prepared, process

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]


def test_doctor_compares_stored_batches_with_their_receipts(tmp_path: Path) -> None:
    """By itself, and by asking the server that holds the store."""
    data = tmp_path / "data"
    prepared(data)
    store(data, "chained([1, 2, 3])")
    sound = receipts_of(process("doctor", "--receipts", "--data", data, "--json"))
    assert [check["state"] for check in sound] == ["ok"]
    assert sound[0]["found"] == (
        "8 batches of 6 streams; 5 have no chain: their agents send no receipts"
    )
    store(data, "chained([5])")
    done = process("doctor", "--receipts", "--data", data, "--json")
    assert done.code == 3
    broken = receipts_of(done)
    device, stream = bytes(range(16)).hex(), (b"s" * 16).hex()
    assert broken[0]["found"] == (
        f"device {device}, stream {stream}, batch 5: batch 4 is missing before it"
    )
    assert "reticent-agent sent" in broken[-1]["fix"]
    with RunningSite(data):
        assert receipts_of(cli("doctor", "--receipts", "--data", data, "--json")) == broken
        assert receipts_of(cli("doctor", "--data", data, "--json")) == []


def receipts_of(done: Done) -> list[dict[str, str]]:
    found = [check for check in done.json["checks"] if check["check"] == "receipts"]
    return [{name: text for name, text in check.items() if name != "number"} for check in found]


def store(data: Path, batches: str) -> None:
    """In a process of its own: the engine stays in the one that opened it."""
    program = (
        "import sys; from pathlib import Path\n"
        "from reticent_server.commands.stores import events_of\n"
        "from support.event_groups import group\nfrom support.receipts import chained\n"
        f"with events_of(Path(sys.argv[1])) as events: events.append(group(*{batches}))"
    )
    tests = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(tests)}
    subprocess.run([sys.executable, "-c", program, data], check=True, timeout=60, env=environment)


def test_doctor_names_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    assert cli("doctor", "--data", tmp_path / "nothing").code == 3
    data = tmp_path / "data"
    cli("init", "--data", data)
    (data / "secrets" / "issuing.pem").chmod(0o644)
    done = process("doctor", "--data", data, "--json")
    assert done.code == 3
    checks = {check["check"]: check for check in done.json["checks"]}
    assert checks["permissions"]["state"] == "bad"
    assert "chmod" in checks["permissions"]["fix"]
    assert checks["accounts"]["state"] == "warn"
    assert "user add" in checks["accounts"]["fix"]
    assert checks["keys"]["state"] == "bad"
