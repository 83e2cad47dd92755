"""A laptop with a TPM: what its disk gives to whoever takes it, and what everybody is told.

One real run with a server and a TPM in software. Afterwards its disk is copied beside another TPM,
as a thief would do, and its own TPM is cleared, as a firmware update may do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.identity import IdentityStore
from reticent_agent.keepers import Vault
from reticent_agent.policy.keys import KeyStore
from reticent_contract.catalog.model import Form
from support import guessing, loaded
from support.canaries import plant
from support.deployment import Deployment, wait_for
from support.key_stores import TpmMachine, needs_swtpm

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.enable_socket,
    pytest.mark.timeout(240),
    needs_swtpm,
]


@dataclass
class Theft:
    """`keys`: the true ones, opened on the laptop itself."""

    folder: Path
    disk: bytes
    device: dict[str, Any]
    status: str
    doctor: list[dict[str, Any]]
    started: str
    keys: list[bytes]
    users: list[str]
    deployment: Deployment
    machine: TpmMachine


@pytest.fixture(scope="module")
def theft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theft]:
    root, folder = tmp_path_factory.mktemp("laptop"), tmp_path_factory.mktemp("run")
    users = [canary.value for canary in plant(root) if canary.kind == "user"]
    machine = TpmMachine()
    with Deployment(folder, file_root=root, tpm=machine.path) as deployment:
        deployment.start()
        wait_for("rows", lambda: deployment.finds("table:user_account"), seconds=60)
        wait_for("its start", lambda: deployment.finds("table:agent_health"), seconds=60)
        health = deployment.get("/api/v1/events", q="table:agent_health", limit=50)["events"]
        device = deployment.get("/api/v1/devices")["devices"][0]
        status = _agent(deployment, "status").stdout
        doctor = json.loads(_agent(deployment, "doctor", "--json").stdout)
        deployment.agent.stop()
        vault = Vault(deployment.agent_data, keepers=[machine.keeper()], tpm=machine.tpm())
        keys = KeyStore(deployment.agent_data, vault=vault).load()
        yield Theft(
            folder=folder,
            disk=guessing.files(deployment.agent_data),
            device=device,
            status=status,
            doctor=doctor,
            started=str(next(row for row in health if row["event"] == "started")["fields"]),
            keys=[keys.device, *keys.epochs.values()],
            users=users,
            deployment=deployment,
            machine=machine,
        )
    machine.close()


def _agent(
    deployment: Deployment, *words: str, data: Path | None = None, tpm: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A command of the agent, perhaps on another machine."""
    config = deployment.agent_config
    if tpm is not None:
        config = config.with_name("elsewhere.toml")
        config.write_text(f'tpm = "{tpm}"\n')
    places = ("--data", data or deployment.agent_data, "--config", config, "--proxy", "none")
    return loaded.run("reticent_agent.main", *words, *places)


def test_the_laptop_the_health_row_and_the_server_say_how_keys_are_kept(theft: Theft) -> None:
    assert theft.device["device_key_kept"] == "tpm"
    assert theft.device["pseudonym_keys_kept"] == "tpm-sealed"
    assert "device key tpm; pseudonym keys tpm-sealed" in theft.started
    assert "device key: tpm, made in the laptop's TPM" in theft.status
    assert "pseudonym keys: tpm-sealed, sealed by the laptop's TPM" in theft.status
    found = {finding["check"]: finding for finding in theft.doctor}
    assert found["key store"]["verdict"] == "ok"
    assert found["key store"]["found"] == "device key tpm, pseudonym keys tpm-sealed"


def test_the_disk_alone_holds_no_key_in_any_form(theft: Theft) -> None:
    assert len(theft.keys) == 2
    assert len(theft.disk) > 50_000
    for key in theft.keys:
        assert not guessing.holds(theft.disk, key)
        assert guessing.holds(theft.disk + key.hex().encode(), key), "the search would find none"
    assert b"PRIVATE KEY" not in theft.disk


def test_the_disk_alone_confirms_no_guess_of_what_lies_in_its_own_spool(theft: Theft) -> None:
    """Every 32 bytes of the secret files, tried as the key of a value that was spooled."""
    found = guessing.spooled(theft.deployment.agent_data)
    spooled = {token for domain, epoch, token in found if (domain, epoch) == ("person", 1)}
    # With the key a guess is confirmed: the control that the attack itself works.
    made = _tokens(theft.users, theft.keys[1])
    value = next(name for token, name in made.items() if token in spooled)
    secret_files = b"\n".join(
        (theft.deployment.agent_data / name).read_bytes()
        for name in ("keys", "wrapping.key", "device.key", "device.json", "policy.json")
    )
    tried = 0
    for key in guessing.keys_in(secret_files):
        tried += 1
        assert not _tokens([value], key).keys() & spooled
    assert tried > 1_000


def _tokens(names: list[str], fleet_key: bytes) -> dict[bytes, str]:
    return guessing.fleet_tokens(names, Form.USER, domain="person", epoch=1, fleet_key=fleet_key)


def test_a_copy_of_the_disk_beside_another_tpm_opens_nothing_and_makes_no_keys(
    theft: Theft,
) -> None:
    copy, thief = theft.folder / "copy", TpmMachine()
    shutil.copytree(theft.deployment.agent_data, copy)
    before = {file.name: file.read_bytes() for file in copy.iterdir() if "key" in file.name}
    try:
        ran = _agent(theft.deployment, "run", data=copy, tpm=thief.path)
        assert ran.returncode == 1
        assert "nothing is collected or sent, and no new keys are made" in ran.stderr
        assert "from another machine" in ran.stderr
        assert "enrol --replace" in ran.stderr
        status = _agent(theft.deployment, "status", data=copy, tpm=thief.path).stdout
        assert "cannot be opened" in status
        doctor = _agent(theft.deployment, "doctor", "--json", data=copy, tpm=thief.path)
        assert doctor.returncode == 1
        found = {finding["check"]: finding["verdict"] for finding in json.loads(doctor.stdout)}
        assert (found["pseudonym keys"], found["key store"]) == ("failed", "failed")
        enrolled = _agent(theft.deployment, "enrol", theft.deployment.token(uses=1), data=copy)
        assert "already enrolled" in enrolled.stdout  # on its own machine: a control
    finally:
        thief.close()
    after = {file.name: file.read_bytes() for file in copy.iterdir() if "key" in file.name}
    assert after == before
    assert {"keys", "device.key", "wrapping.key"} <= set(before)


def test_a_cleared_tpm_stops_the_agent_until_a_person_enrols_anew(theft: Theft) -> None:
    """Last: it changes the laptop."""
    deployment, folder = theft.deployment, theft.deployment.agent_data
    theft.machine.forget()
    assert _agent(deployment, "run").returncode == 1
    token = deployment.token(uses=1)
    before = (folder / "device.json").read_bytes()
    assert json.loads(_agent(deployment, "doctor", "--json").stdout)
    assert (folder / "device.json").read_bytes() == before
    done = _agent(deployment, "enrol", "--replace", token)
    assert done.returncode == 0, done.stderr
    machine = theft.machine
    vault = Vault(folder, keepers=[machine.keeper()], tpm=machine.tpm())
    identity = IdentityStore(folder, vault=vault).load()
    assert identity is not None
    assert str(identity.device_id) != theft.device["device_id"]
    assert identity.kept == "tpm"
    assert KeyStore(folder, vault=vault).load().device not in theft.keys
