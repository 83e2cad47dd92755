"""Real processes: a laptop that was off is uninstalled at its next contact, killed meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reticent_agent.remote import removal
from support.console_site import cli
from support.deployment import Deployment, run, wait_for

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


def _action(site: Deployment, device: str) -> dict[str, Any]:
    (action,) = site.get(f"/api/v1/devices/{device}/actions")["actions"]
    return dict(action)
