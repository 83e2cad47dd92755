"""Real processes: a laptop answers to diagnostics; it is erased, the server killed meanwhile."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from reticent_contract.diagnostics import is_allowed
from reticent_server.ca.files import read_secret
from reticent_server.data_dir import events_path, local_access_path, secrets_dir
from reticent_server.errors import ServerError
from support.console_site import cli
from support.deployment import Deployment, run, wait_for
from support.sealed_files import files_that_hold

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]
CANARY = "q7f3a9bzk2vx8w1e"  # a program of a log file, which the default policy keeps


def laptop(root: Path) -> None:
    """A file system with one log file."""
    (root / "var/log").mkdir(parents=True)
    line = f"Nov 22 06:00:00 laptop {CANARY}[7]: started\n"
    (root / "var/log/syslog").write_text(line * 200)


@pytest.mark.timeout(180)
def test_a_laptop_is_diagnosed_and_its_erasure_survives_kill_9_of_the_server(
    tmp_path: Path,
) -> None:
    laptop(tmp_path / "root")
    with Deployment(tmp_path, file_root=tmp_path / "root") as site:
        run("reticent_server.main", "init", "--data", site.server_data)
        config = site.server_data / "server.toml"
        alone = "[approvals]\nsecond_person = []\n"
        assert config.read_text().count("[approvals]\n") == 1
        config.write_text(config.read_text().replace("[approvals]\n", alone))
        site.start()
        wait_for("rows", lambda: site.acked() and _append(tmp_path), seconds=60)
        wait_for("the canary", lambda: site.finds(f"program:{CANARY}"), seconds=60)
        device = site.status()["device_id"]
        _diagnose(site, device)
        site.agent.stop()  # it would wait before it comes again
        told = cli(
            *("device", "erase", device, "--confirm", device, "--reason", "request 4711"),
            *("--no-wait", "--data", site.server_data),
        )
        assert told.code == 0, told.err
        assert "Backups made before still hold it" in told.err
        site.server.kill()
        key = read_secret(secrets_dir(site.server_data) / "events.key", bytes_exact=32)
        folder = events_path(site.server_data)
        assert files_that_hold(folder, CANARY.encode(), key=key)  # else it could not be seen to go
        local_access_path(site.server_data).unlink()  # of the one that was killed
        site.start_server()
        site.agent.start()
        wait_for("the laptop's word", lambda: "erased" in json.dumps(site.status()), seconds=60)
        done = wait_for("the erasure", lambda: _done(site, device), seconds=90)
        (told_of,) = [
            entry["reason"]
            for entry in site.get("/api/v1/audit", limit=500)["entries"]
            if entry["action"] == "device.erased"
        ]
        assert told_of == (  # a server that was killed has not counted what it had deleted
            f"at least {done['rows']} rows deleted; no file of the event store holds one any more"
        )
        shown = cli("doctor", "--receipts", "--data", site.server_data)
        assert "1 devices were erased" in shown.out
        assert "missing" not in shown.out
        site.stop()
        assert files_that_hold(folder, CANARY.encode(), key=key) == []
        assert files_that_hold(site.server_data, CANARY.encode(), key=key) == []


def _diagnose(site: Deployment, device: str) -> None:
    """What the server has of the laptop's answer is what the laptop's owner is shown."""
    data = ("--data", site.server_data)
    asked = cli("device", "diagnostics", device, "--reason", "ticket 4710", *data)
    assert asked.code == 0, asked.err
    facts = wait_for("the answer", lambda: _facts(site, device), seconds=30)
    entry = wait_for(
        "the owner's view", lambda: next(iter(site.status()["asked"]), None), seconds=30
    )
    assert (entry["facts"], entry["reason"]) == (facts, "ticket 4710")
    assert {"agent.version", "check.spool", "rows.acked", "collecting.os.cpu_ms"} <= set(facts)
    assert all(is_allowed(name, value) for name, value in facts.items())
    shown = cli("device", "facts", device, *data)
    assert "check.spool" in shown.out


def _facts(site: Deployment, device: str) -> dict[str, str | int] | None:
    try:
        answer: dict[str, dict[str, str | int]] = site.get(f"/api/v1/devices/{device}/diagnostics")
    except ServerError:
        return None  # not answered yet
    return answer["facts"]


def _append(directory: Path) -> bool:
    with (directory / "root/var/log/syslog").open("a") as log:
        log.write(f"Nov 22 06:00:01 laptop {CANARY}[7]: again {time.time()}\n")
    return True


def _done(site: Deployment, device: str) -> dict[str, object] | None:
    try:
        erasure: dict[str, object] = site.get(f"/api/v1/devices/{device}/erasure")
    except OSError:
        return None
    return erasure if erasure["done_at"] else None
