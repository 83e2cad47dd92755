"""Epochs are made, and end for ever: by receipt, by audit, and not while anybody needs them."""

from __future__ import annotations

import errno
import shutil
import stat
import time
from dataclasses import replace
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.policy import PolicyError
from reticent_server.audit.service import AuditError
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.epochs import receipt as receipts
from reticent_server.epochs.files import EpochKeys
from reticent_server.errors import ConflictError, NotFoundError, ServerError
from reticent_server.keys import load_keys
from support.keeping import NOW_S, Keeping


def _add_laptop(keeping: Keeping, version: int, *, status: str = DeviceStatus.ACTIVE) -> None:
    sha256 = keeping.policies.get("default", version).sha256
    token, now_s = uuid4(), int(NOW_S)
    with keeping.control.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=token,
                secret_sha256=token.bytes * 2,
                group_name="default",
                uses_max=1,
                expires_s=now_s,
                created_s=now_s,
            )
        )
        session.flush()
        session.add(
            Device(
                device_id=uuid4(),
                group_name="default",
                status=status,
                status_changed_s=now_s,
                token_id=token,
                public_key_sha256=uuid4().bytes * 2,
                certificate_serial="1",
                certificate_expires_s=now_s,
                created_s=now_s,
                policy_version=version,
                policy_sha256=sha256,
            )
        )


def test_a_rotation_makes_both_halves_for_the_servers_user_only(keeping: Keeping) -> None:
    told: list[EpochKeys] = []
    keeping.epochs.on_change(told.append)
    assert keeping.epochs.rotate(actor="ada") == 2
    keys = load_keys(keeping.data_dir, clock=time.time)
    assert set(keys.fleet_epochs) == set(keys.server_epochs) == {1, 2}
    secrets = {*keys.fleet_epochs.values(), *keys.server_epochs.values()}
    assert len(secrets) == 4
    assert [(set(k.fleet), set(k.server)) for k in told] == [({1, 2}, {1, 2})]
    files = (keeping.data_dir / "secrets").glob("pseudonym-2.*")
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    (entry, *_) = keeping.audit.page(limit=1).entries
    assert (entry.actor, entry.action, entry.object) == ("ada", "keys.rotate", "pseudonym epoch 2")


def test_a_policy_of_an_epoch_without_keys_is_not_published(keeping: Keeping) -> None:
    with pytest.raises(PolicyError, match="epoch 2 has no keys"):
        keeping.publish(epoch=2)
    keeping.epochs.rotate(actor="ada")
    assert keeping.publish(epoch=2) == 2


def test_a_destruction_is_final_signed_and_audited(keeping: Keeping) -> None:
    before = keeping.files.load()
    keeping.epochs.rotate(actor="ada")
    keeping.publish(epoch=2)
    told: list[EpochKeys] = []
    keeping.epochs.on_change(told.append)
    done = keeping.epochs.destroy(1, actor="ada", reason=" retention is over ")
    assert [set(keys.fleet) for keys in told] == [{2}]
    assert list((keeping.data_dir / "secrets").glob("pseudonym-1.*")) == []
    receipt = receipts.verify(receipts.read(done.path), public_key=keeping.policies.public_key)
    assert receipt == done.receipt
    assert (receipt.epoch, receipt.actor, receipt.reason) == (1, "ada", "retention is over")
    assert receipt.destroyed_at == "2026-11-22T06:32:05Z"
    for half, made in (("fleet", receipt.fleet_key), ("server", receipt.server_key)):
        key = getattr(before, half)[1]
        assert made == receipts.fingerprint(key, half=half, epoch=1)
        assert key.hex() not in done.path.read_text()
    (entry, *_) = keeping.audit.page(limit=1).entries
    assert (entry.action, entry.reason) == ("keys.destroy", "retention is over")
    assert "receipt sha256" in entry.object
    with pytest.raises(NotFoundError, match="epoch 1 has no keys"):
        keeping.epochs.destroy(1, actor="ada", reason="again")
    assert [(v.epoch, v.destroyed_at) for v in keeping.epochs.list()] == [
        (2, None),
        (1, "2026-11-22T06:32:05Z"),
    ]


def test_the_number_of_a_destroyed_epoch_never_comes_again(keeping: Keeping) -> None:
    keeping.epochs.rotate(actor="ada")
    assert keeping.epochs.destroy(2, actor="ada", reason="made by mistake").receipt.epoch == 2
    assert keeping.epochs.rotate(actor="ada") == 3


def test_keys_that_a_backup_brings_back_are_removed_before_they_are_used(
    keeping: Keeping,
) -> None:
    """The same after a crash between the receipt and the removal."""
    secrets = keeping.data_dir / "secrets"
    shutil.copytree(secrets, keeping.data_dir / "backup")
    keeping.epochs.rotate(actor="ada")
    keeping.publish(epoch=2)
    keeping.epochs.destroy(1, actor="ada", reason="retention is over")
    for half in ("fleet", "server"):
        shutil.copy(keeping.data_dir / f"backup/pseudonym-1.{half}.key", secrets)
    assert keeping.files.live() == [2]
    assert set(load_keys(keeping.data_dir, clock=time.time).fleet_epochs) == {2}
    assert list(secrets.glob("pseudonym-1.*")) == []


def test_a_crash_while_a_key_was_overwritten_is_finished_at_the_next_start(
    keeping: Keeping,
) -> None:
    secrets = keeping.data_dir / "secrets"
    keeping.epochs.rotate(actor="ada")
    fleet = (secrets / "pseudonym-2.fleet.key").read_bytes()
    keeping.epochs.destroy(2, actor="ada", reason="made by mistake")
    (secrets / ".pseudonym-2.server.key.destroyed").write_bytes(b"r" * 32)
    (secrets / "pseudonym-2.fleet.key").write_bytes(fleet)
    (secrets / "pseudonym-2.fleet.key").chmod(0o600)
    assert set(load_keys(keeping.data_dir, clock=time.time).fleet_epochs) == {1}
    assert not [path for path in secrets.iterdir() if "pseudonym-2" in path.name]


@pytest.mark.parametrize("strayed", ["another server's", "of other keys", "renamed"])
def test_a_receipt_that_strayed_in_destroys_nothing(keeping: Keeping, strayed: str) -> None:
    secrets = keeping.data_dir / "secrets"
    keeping.epochs.rotate(actor="ada")
    done = keeping.epochs.destroy(2, actor="ada", reason="made by mistake")
    key = load_keys(keeping.data_dir, clock=time.time).policy
    receipt = replace(done.receipt, epoch=1)
    if strayed == "another server's":
        key = Ed25519PrivateKey.generate()
    data = receipts.sign(done.receipt if strayed == "renamed" else receipt, key)
    keeping.files.receipt_path(1).write_bytes(data)
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    with pytest.raises(ServerError, match=r"another server's key|speaks of other keys"):
        load_keys(keeping.data_dir, clock=time.time)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    shown = {view.epoch: view.destroyed_at for view in keeping.epochs.list()}
    assert (shown[1] == "unknown: its receipt does not verify") is (strayed == "another server's")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 513])
def test_a_destruction_needs_a_reason(keeping: Keeping, reason: str) -> None:
    keeping.epochs.rotate(actor="ada")
    with pytest.raises(ConflictError, match="needs a reason"):
        keeping.epochs.destroy(2, actor="ada", reason=reason)
    assert keeping.files.live() == [1, 2]


def test_an_epoch_that_a_policy_names_is_not_destroyed(keeping: Keeping) -> None:
    keeping.epochs.rotate(actor="ada")
    with pytest.raises(ConflictError, match="named by the policy of default"):
        keeping.epochs.destroy(1, actor="ada", reason="x")
    keeping.publish(epoch=2)
    keeping.publish(epoch=1, group="lab")
    with pytest.raises(ConflictError, match="named by the policy of lab"):
        keeping.epochs.destroy(1, actor="ada", reason="x")
    assert keeping.files.live() == [1, 2]


@pytest.mark.parametrize(
    ("status", "needed"),
    [("active", True), ("conflict", True), ("retired", False), ("revoked", False)],
)
def test_an_epoch_that_a_laptop_still_runs_is_not_destroyed(
    keeping: Keeping, status: str, needed: bool
) -> None:
    keeping.epochs.rotate(actor="ada")
    keeping.publish(epoch=2)
    _add_laptop(keeping, 1, status=status)
    assert [view.laptops for view in keeping.epochs.list()] == [0, int(needed)]
    if needed:
        with pytest.raises(ConflictError, match=r"1 laptop\(s\) in service still run"):
            keeping.epochs.destroy(1, actor="ada", reason="x")
    else:
        keeping.epochs.destroy(1, actor="ada", reason="x")


def test_keys_that_cannot_be_removed_are_let_go_of_all_the_same(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt is on disk, so they are removed at the next start."""
    told: list[EpochKeys] = []
    keeping.epochs.rotate(actor="ada")
    keeping.publish(epoch=2)
    keeping.epochs.on_change(told.append)

    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(keeping.epochs._files, "remove_destroyed", refuse)
    with pytest.raises(OSError, match="read-only"):
        keeping.epochs.destroy(1, actor="ada", reason="over")
    assert [set(keys.fleet) for keys in told] == [{2}]


def test_what_cannot_be_audited_is_not_destroyed(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.epochs.rotate(actor="ada")

    def refuse(**_: object) -> None:
        raise AuditError("the disk is full")

    monkeypatch.setattr(keeping.epochs, "_record", refuse)
    with pytest.raises(AuditError):
        keeping.epochs.destroy(2, actor="ada", reason="x")
    assert keeping.files.live() == [1, 2]


def test_no_more_epochs_are_made_than_laptops_keep(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.epochs.service.EPOCHS_MAX", 2)
    keeping.epochs.rotate(actor="ada")
    with pytest.raises(ConflictError, match="all that laptops keep"):
        keeping.epochs.rotate(actor="ada")
