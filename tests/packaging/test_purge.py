"""What the agent's package says when it is purged, by its own script over a scratch folder."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

import pytest
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.keepers.vault import Vault

POSTRM = Path(__file__).parents[2] / "packaging" / "deb" / "agent" / "postrm"


def purge(root: Path) -> str:
    done = subprocess.run(
        ["/bin/sh", str(POSTRM), "purge"],
        env={"PATH": os.environ["PATH"], "DPKG_ROOT": str(root)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stderr


@pytest.fixture
def state(tmp_path: Path) -> Path:
    made = tmp_path / "var/lib/reticent-agent"
    made.mkdir(parents=True)
    (made / "spool.db").write_text("rows")
    return made


def test_a_purge_names_the_device_that_no_server_was_told_of(tmp_path: Path, state: Path) -> None:
    device_id = uuid.uuid4()
    IdentityStore(state, vault=Vault(state)).save(
        Identity(
            device_id=device_id,
            key=b"key",
            certificate=b"certificate",
            ca=b"ca",
            telemetry_address="server.example.com:7443",
            policy_public_key=bytes(32),
            group="default",
        )
    )
    told = purge(tmp_path)
    assert f"retire device {device_id} there" in told
    assert not state.exists()


@pytest.mark.parametrize("document", ["{", '{"device_id": "$(id)"}'])
def test_a_damaged_identity_is_purged_all_the_same(
    tmp_path: Path, state: Path, document: str
) -> None:
    (state / "device.json").write_text(document)
    assert "retire device of this laptop there" in purge(tmp_path)
    assert not state.exists()


def test_after_an_uninstallation_a_purge_has_nothing_to_say(tmp_path: Path, state: Path) -> None:
    (state / "uninstalled.json").write_text("{}")
    assert "retire" not in purge(tmp_path)
    assert not state.exists()
