"""What `initialise` makes, that it makes it once, and that damage is found at start."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_server.data_dir import is_initialised
from reticent_server.errors import NotInitialisedError, ServerError
from reticent_server.initialise import initialise
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService
from reticent_server.store.control import open_control

SECRETS = {
    "ca.key",
    "issuing.pem",
    "policy.key",
    "audit.key",
    "events.key",
    "login.key",
    "pseudonym-1.fleet.key",
    "pseudonym-1.server.key",
    "server.pem",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((folder / "secrets").iterdir())}


def test_keys_are_for_the_owner_alone_and_outside_the_database(data_dir: Path) -> None:
    assert set(contents(data_dir)) == SECRETS
    for path in (data_dir / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path.name
    assert (data_dir / "secrets").stat().st_mode & 0o777 == 0o700
    assert data_dir.stat().st_mode & 0o777 == 0o700
    keys = load_keys(data_dir, clock=time.time)
    database = (data_dir / "control.db").read_bytes()
    for secret in (
        keys.events,
        keys.login,
        *keys.fleet_epochs.values(),
        *keys.server_epochs.values(),
    ):
        assert len(secret) == 32
        assert secret not in database
    assert repr(keys) == "ServerKeys()"


def test_again_it_changes_nothing(data_dir: Path) -> None:
    before = contents(data_dir)
    initialise(data_dir)
    assert contents(data_dir) == before
    assert is_initialised(data_dir)
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    policies = PolicyService(control, signing_key=keys.policy, catalog=CATALOG)
    assert [policy.version for policy in policies.history()] == [1]
    control.close()


def test_what_is_missing_is_made_and_the_rest_kept(data_dir: Path) -> None:
    before = contents(data_dir)
    (data_dir / "secrets" / "events.key").unlink()
    (data_dir / "ca.crt").unlink()  # power was lost between key and certificate
    initialise(data_dir)
    after = contents(data_dir)
    changed = {name for name in SECRETS if before[name] != after[name]}
    assert changed == {"events.key"}


def test_a_lost_ca_key_is_not_replaced_behind_the_operators_back(data_dir: Path) -> None:
    (data_dir / "secrets" / "ca.key").unlink()
    (data_dir / "secrets" / "issuing.pem").unlink()
    with pytest.raises(ServerError, match="lock out every enrolled laptop"):
        initialise(data_dir)
    assert not (data_dir / "secrets" / "ca.key").exists()


def test_damage_is_found_at_start(data_dir: Path) -> None:
    secrets = data_dir / "secrets"
    key = secrets / "pseudonym-1.server.key"
    whole = key.read_bytes()
    key.write_bytes(whole[:-1])
    with pytest.raises(ServerError, match="wrong size"):
        load_keys(data_dir, clock=time.time)
    key.write_bytes(whole)
    key.chmod(0o644)
    with pytest.raises(ServerError, match="can be read by others"):
        load_keys(data_dir, clock=time.time)
    key.chmod(0o600)
    certificate = (secrets / "issuing.pem").read_bytes().partition(b"-----BEGIN CERTIFICATE")
    (secrets / "issuing.pem").write_bytes(
        (secrets / "policy.key").read_bytes() + b"".join(certificate[1:])
    )
    with pytest.raises(ServerError, match="damaged"):
        load_keys(data_dir, clock=time.time)


def test_a_folder_that_was_never_set_up_says_what_to_run(tmp_path: Path) -> None:
    assert not is_initialised(tmp_path)
    with pytest.raises(NotInitialisedError, match="reticent-server init"):
        load_keys(tmp_path, clock=time.time)


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServerError, match="cannot be set up"):
        initialise(tmp_path / "file" / "data")
