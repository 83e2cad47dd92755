"""`reticent-server doctor` names what is wrong, with and without a running server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reticent_server.commands.receipt_checks import UNSEEN
from reticent_server.data_dir import events_path
from support.console_site import Done, RunningSite, cli, prepared, process
from support.deployment import wait_for
from support.same_code import same_code

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]


def test_doctor_compares_stored_batches_with_their_receipts(tmp_path: Path) -> None:
    """By itself, and by asking the server that holds the store."""
    data = tmp_path / "data"
    prepared(data)
    store(data, "chained([1, 2, 3])")
    sound = receipts_of(process("doctor", "--receipts", "--data", data, "--json"))
    assert [check["state"] for check in sound] == ["ok"]
    assert sound[0]["found"] == (
        f"8 batches of 6 streams; 5 have no chain: their agents send no receipts; {UNSEEN}"
    )
    for unseen in ("values changed", "first batches", "last batches", "the whole stream"):
        assert unseen in UNSEEN
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
    """In a process of its own: the engine stays in the one that opened it. `batches`: what `group`
    is called with after its star."""
    program = (
        "import sys; from pathlib import Path\n"
        "from reticent_server.commands.stores import events_of\n"
        "from support.console_data import device_id\n"
        "from support.event_groups import NOON_US, batch, group, lines\n"
        "from support.receipts import chained\n"
        f"with events_of(Path(sys.argv[1])) as events: events.append(group(*{batches}))"
    )
    subprocess.run([sys.executable, "-c", program, data], check=True, timeout=60, env=same_code())


def test_doctor_says_beforehand_what_retention_is_to_delete(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepared(data)
    assert "retention" not in checks_of(process("doctor", "--data", data, "--json"))
    old = "received_at_us=NOON_US - 63 * 10**15"  # two years
    store(data, f"[batch(7, [lines(4)], device=device_id(1).bytes)], {old}")
    begins = checks_of(process("doctor", "--data", data, "--json"))["retention"]
    assert begins["state"] == "warn"
    assert begins["found"].startswith("20 hours after the server's start retention deletes about 4")
    assert "longer retention" in begins["fix"]


def test_doctor_names_parts_that_were_set_aside(tmp_path: Path) -> None:
    """By itself, and by asking the server that holds the store."""
    data = tmp_path / "data"
    cli("init", "--data", data)
    store(data, "chained([1])")
    parts = sorted(events_path(data).glob("disk/sealed/store/*/*/*_*_*_*/data.bin"))
    parts[0].write_bytes(parts[0].read_bytes()[:-100])
    done = process("doctor", "--data", data, "--json")
    assert done.code == 3
    alone = checks_of(done)["event store"]
    assert (alone["state"], parts[0].parent.name in alone["found"]) == ("bad", True)
    with RunningSite(data):
        asked = wait_for("its word", lambda: said_by_the_server(data), seconds=30)
        assert (asked["state"], parts[0].parent.name in asked["found"]) == ("bad", True)


def said_by_the_server(data: Path) -> dict[str, str] | None:
    found = checks_of(cli("doctor", "--data", data, "--json"))["event store"]
    return found if "set aside" in found["found"] else None


def checks_of(done: Done) -> dict[str, dict[str, str]]:
    return {check["check"]: check for check in done.json["checks"]}


def test_doctor_names_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    assert cli("doctor", "--data", tmp_path / "nothing").code == 3
    data = tmp_path / "data"
    cli("init", "--data", data)
    (data / "secrets" / "issuing.pem").chmod(0o644)
    done = process("doctor", "--data", data, "--json")
    assert done.code == 3
    checks = checks_of(done)
    assert checks["permissions"]["state"] == "bad"
    assert "chmod" in checks["permissions"]["fix"]
    assert checks["accounts"]["state"] == "warn"
    assert "user add" in checks["accounts"]["fix"]
    assert checks["keys"]["state"] == "bad"
