"""What the agent's package says when it is purged, by its own script over a scratch folder."""

from __future__ import annotations

import os
import subprocess
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.keepers.vault import Vault
from reticent_agent.remote import removal

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


@pytest.mark.parametrize("note", [removal.OVER, removal.UNDER_WAY])
@pytest.mark.parametrize(
    ("told", "known", "says"),
    [
        (True, True, ""),
        (False, True, "retire device {} there"),
        (False, False, "retire device of this laptop there"),
    ],
)
def test_after_an_uninstallation_a_purge_says_what_the_server_was_not_told(
    tmp_path: Path, state: Path, note: str, told: bool, known: bool, says: str
) -> None:
    """Also after one that was cut off with the device's file still there."""
    device_id = uuid.uuid4() if known else None
    asked = removal.asked_here(device_id, now_us=1)
    removal.begin(state, replace(asked, told=told, reason='ticket "told": true'))
    (state / removal.UNDER_WAY).rename(state / note)
    (state / "device.json").write_text("{")
    said = purge(tmp_path)
    assert says.format(device_id) in said
    assert ("retire" in said) is bool(says)
    assert not state.exists()


@pytest.mark.parametrize("document", ["{}", '{"told": null}'])
def test_a_note_that_does_not_know_is_not_taken_for_a_server_that_was_not_told(
    tmp_path: Path, state: Path, document: str
) -> None:
    (state / removal.OVER).write_text(document)
    assert "retire" not in purge(tmp_path)
    assert not state.exists()
