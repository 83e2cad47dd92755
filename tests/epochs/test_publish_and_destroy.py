"""A publication and the destruction of the epoch it names, at the same moment, in two processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError
from reticent_server.audit.service import AuditError
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService
from reticent_server.store.control import open_control
from support.keeping import Keeping

pytestmark = pytest.mark.timeout(120)
WAITS_S = 2.0  # far more than `keys destroy` takes once it has the lock


def destroyer(data_dir: Path, epoch: int) -> subprocess.Popen[str]:
    """`reticent-server keys destroy`, as another administrator types it."""
    command = ("keys", "destroy", str(epoch), "--reason", "it is over", "--yes")
    return subprocess.Popen(
        [sys.executable, "-m", "reticent_server.main", *command, "--data", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_destruction_waits_for_a_publication_and_then_sees_it(keeping: Keeping) -> None:
    keeping.epochs.rotate(actor="ada")
    checked, go = threading.Event(), threading.Event()

    def has(epoch: int) -> bool:
        """Found to have keys; the version is not stored yet."""
        found = keeping.files.has(epoch)
        checked.set()
        assert go.wait(60)
        return found

    keys = load_keys(keeping.data_dir, clock=time.time)
    control = open_control(keeping.data_dir / "control.db")
    slow = PolicyService(control, signing_key=keys.policy, catalog=CATALOG, has_epoch=has)
    publisher = Keeping(
        keeping.data_dir, control, slow, keeping.audit, keeping.epochs, keeping.files
    )
    publishing = threading.Thread(target=publisher.publish, kwargs={"epoch": 2})
    publishing.start()
    assert checked.wait(60)
    process = destroyer(keeping.data_dir, 2)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(WAITS_S)
        assert keeping.files.has(2)
        go.set()
        publishing.join(60)
        _, err = process.communicate(timeout=60)
    finally:
        go.set()
        process.kill()
        process.wait()
        control.close()
    assert process.returncode == 1
    assert "epoch 2 is named by the policy of default; nothing was destroyed" in err
    assert keeping.policies.parsed(keeping.policies.current()).epoch == 2
    assert keeping.files.has(2)


def test_what_is_published_while_keys_are_being_destroyed_is_refused(keeping: Keeping) -> None:
    """Between the look at who needs them and the receipt, when they still lie on the disk."""
    keeping.epochs.rotate(actor="ada")
    refused: list[str] = []
    record = keeping.epochs._record

    def recording(**entry: Any) -> object:
        assert keeping.files.has(2)
        with pytest.raises(PolicyError) as error:
            keeping.publish(epoch=2)
        refused.append(str(error.value))
        return record(**entry)

    keeping.epochs._record = recording
    keeping.epochs.destroy(2, actor="ada", reason="it is over")
    assert "the keys of epoch 2 are being destroyed" in refused[0]
    with pytest.raises(PolicyError, match="epoch 2 has no keys"):
        keeping.publish(epoch=2)
    assert keeping.publish(epoch=1) == 2


def test_a_destruction_that_fails_leaves_the_epoch_as_it_was(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.epochs.rotate(actor="ada")

    def fails(**_: str) -> int:
        raise AuditError("no")

    monkeypatch.setattr(keeping.epochs, "_record", fails)
    with pytest.raises(AuditError):
        keeping.epochs.destroy(2, actor="ada", reason="it is over")
    assert keeping.publish(epoch=2) == 2


def test_a_destruction_that_was_killed_is_gone_on_with(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.epochs.rotate(actor="ada")

    def killed(**_: str) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(keeping.epochs, "_record", killed)
        with pytest.raises(KeyboardInterrupt):
            keeping.epochs.destroy(2, actor="ada", reason="it is over")
    with pytest.raises(PolicyError, match="where that broke off, `keys destroy 2` goes on"):
        keeping.publish(epoch=2)
    keeping.epochs.destroy(2, actor="ada", reason="it is over")
    assert not keeping.files.has(2)
