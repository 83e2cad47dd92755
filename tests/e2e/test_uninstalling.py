"""Real processes: a laptop that was off is uninstalled at its next contact, killed meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.remote import removal
from support.console_site import cli
from support.deployment import Command, Deployment, run, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]
REASON = "returned, ticket 4711"


@pytest.mark.timeout(180)
def test_a_laptop_that_was_off_is_uninstalled_and_kill_9_meanwhile_changes_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "root").mkdir()
    with Deployment(tmp_path, file_root=tmp_path / "root") as site:
        run("reticent_server.main", "init", "--data", site.server_data)
        config = site.server_data / "server.toml"
        alone = "[approvals]\nsecond_person = []\n"
        config.write_text(config.read_text().replace("[approvals]\n", alone))
        site.start()
        wait_for("the laptop", lambda: site.status().get("state") == "connected", seconds=60)
        device = site.status()["device_id"]
        site.agent.stop()
        data = ("--data", site.server_data)
        asked = cli("device", "uninstall", device, "--reason", REASON, *data)
        assert asked.code == 0, asked.err
        assert _action(site, device)["delivered_at"] is None
        stuck = site.agent_data / "spool.stuck"  # holds it up half-way
        stuck.mkdir()
        site.agent.start()
        wait_for("its word", lambda: _action(site, device)["begun_at"], seconds=60)
        wait_for("the spool", lambda: not (site.agent_data / "spool.db").exists(), seconds=30)
        site.agent.kill()
        assert "begun 2" in cli("device", "asked", device, *data).out
        assert (site.agent_data / "device.key").exists()
        stuck.rmdir()
        site.agent.start()
        over = site.agent_data / removal.OVER
        wait_for("the end", lambda: over.exists() and not site.agent.running, seconds=60)
        assert site.agent.stop() == 0
        left = {path.name for path in site.agent_data.iterdir()}
        assert left == {"agent.lock", removal.OVER}
        assert _action(site, device)["done"] is True
        gone = site.get(f"/api/v1/devices/{device}")
        assert (gone["status"], REASON in gone["status_reason"]) == ("retired", True)
        for log in site.logs.iterdir():
            assert "Traceback" not in log.read_text()


@pytest.mark.timeout(180)
def test_somebody_at_the_laptop_uninstalls_it_with_and_without_a_running_agent(
    tmp_path: Path,
) -> None:
    (tmp_path / "root").mkdir()
    with Deployment(tmp_path, file_root=tmp_path / "root") as site:
        site.start()
        agent = ("reticent_agent.main", "--data", site.agent_data, "--proxy", "none")
        wait_for("the laptop", lambda: site.status().get("state") == "connected", seconds=60)
        first = site.status()["device_id"]
        told = json.loads(run(*agent, "uninstall", "--yes", "--json"))
        _is_gone(site, first, told)
        wait_for("the agent", lambda: not site.agent.running, seconds=20)
        assert site.agent.stop() == 0

        enrolled = json.loads(run(*agent, "enrol", site.token(uses=1), "--json"))
        stuck = site.agent_data / "spool.stuck"  # holds it up half-way
        stuck.mkdir()
        root = ("--file-root", tmp_path / "root")
        cut_off = Command(*agent, *root, "uninstall", "--yes", log=site.logs / "cut-off.log")
        cut_off.start()
        wait_for("a part", lambda: not (site.agent_data / "policy.json").exists(), seconds=30)
        cut_off.kill()
        assert (site.agent_data / "device.key").exists()
        assert site.get(f"/api/v1/devices/{enrolled['device_id']}")["status"] == "active"
        stuck.rmdir()
        told = json.loads(run(*agent, "uninstall", "--json"))  # it was asked before
        _is_gone(site, enrolled["device_id"], told)
        for log in site.logs.iterdir():
            assert "Traceback" not in log.read_text()


def _is_gone(site: Deployment, device: str, told: dict[str, Any]) -> None:
    """By what the command, the folder, the server and its audit trail say."""
    assert told["device_id"] == device
    assert (told["state"], told["server_told"], told["stayed"]) == ("uninstalled", True, [])
    assert {path.name for path in site.agent_data.iterdir()} == {"agent.lock", removal.OVER}
    gone = site.get(f"/api/v1/devices/{device}")
    assert gone["status"] == "retired"
    assert gone["status_reason"].startswith("its agent was uninstalled on the laptop itself")
    action = _action(site, device)
    assert (action["asked_by"], action["done"]) == ("the laptop itself", True)
    trail = site.get("/api/v1/audit", object=f"device {device}")["entries"]
    (entry,) = [one for one in trail if one["action"] == "device.uninstall"]
    assert (entry["actor"], entry["outcome"]) == ("laptop", "done")


def _action(site: Deployment, device: str) -> dict[str, Any]:
    (action,) = site.get(f"/api/v1/devices/{device}/actions")["actions"]
    return dict(action)
