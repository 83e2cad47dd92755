"""The secret files: sealed, taken over, never lost to a crash, never made anew in silence."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.keepers import Keeper, KeeperError, StoreError, Vault
from reticent_agent.keepers.vault import PURPOSES, WRAPPING_KEY
from reticent_contract.kept import Kept
from support.guessing import files, holds
from support.key_stores import Machine, WindowsMachine

KEYS = b"pseudonym keys " + os.urandom(64)
DEVICE = b"device key " + os.urandom(64)
BOTH = {"keys": KEYS, "device.key": DEVICE}
STEPS_MAX = 200
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "keepers.json").read_text())


def _vault(folder: Path, machine: Machine | None) -> Vault:
    return Vault(folder, keepers=[] if machine is None else [machine.keeper()])


@pytest.fixture
def windows() -> Iterator[WindowsMachine]:
    made = WindowsMachine()
    yield made
    made.close()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """As an agent before key stores has left it."""
    folder = tmp_path / "agent"
    for name, secret in BOTH.items():
        _vault(folder, None).write(name, secret)
    assert holds(files(folder), KEYS)
    return folder


def test_what_is_written_is_read_in_the_next_process(machine: Machine, tmp_path: Path) -> None:
    for name, secret in BOTH.items():
        _vault(tmp_path, machine).write(name, secret)
    again = _vault(tmp_path, machine)
    assert {name: again.read(name) for name in BOTH} == BOTH
    assert again.kept("keys") is machine.keeper().kept
    assert again.read("device.key.new") is None
    assert again.kept("device.key.new") is None


def test_the_disk_holds_no_secret_and_is_for_its_owner_only(
    machine: Machine, tmp_path: Path
) -> None:
    _vault(tmp_path, machine).write("keys", KEYS)
    assert not holds(files(tmp_path), KEYS)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_the_disk_in_another_machine_opens_nothing_and_loses_nothing(
    machine: Machine, other: Machine, tmp_path: Path
) -> None:
    for name, secret in BOTH.items():
        _vault(tmp_path / "disk", machine).write(name, secret)
    shutil.copytree(tmp_path / "disk", tmp_path / "copy")
    before = files(tmp_path / "copy")
    for elsewhere in (other, None):
        vault = _vault(tmp_path / "copy", elsewhere)
        assert not vault.opens()
        for attempt in (
            lambda v=vault: v.read("keys"),
            lambda v=vault: v.read("device.key"),
            lambda v=vault: v.write("keys", b"new"),
            vault.take_over,
        ):
            with pytest.raises(KeeperError, match=r"no new keys are made.*enrol --replace"):
                attempt()
    assert files(tmp_path / "copy") == before
    assert _vault(tmp_path / "disk", machine).read("keys") == KEYS


def test_a_store_that_forgot_is_an_error_until_a_person_gives_the_keys_up(
    machine: Machine, tmp_path: Path
) -> None:
    _vault(tmp_path, machine).write("keys", KEYS)
    machine.forget()
    for _ in range(2):
        with pytest.raises(KeeperError):
            _vault(tmp_path, machine).take_over()
    _vault(tmp_path, machine).give_up()
    assert list(tmp_path.iterdir()) == []
    _vault(tmp_path, machine).write("keys", b"new")
    assert _vault(tmp_path, machine).read("keys") == b"new"


@pytest.mark.parametrize("stuck", [WRAPPING_KEY, "keys", "keys.tmp"])
def test_keys_that_are_given_up_go_whatever_one_of_them_does(
    windows: WindowsMachine, plain: Path, stuck: str
) -> None:
    _vault(plain, windows).take_over()
    (plain / stuck).unlink(missing_ok=True)
    (plain / stuck).mkdir()
    vault = _vault(plain, windows)
    assert vault.opens() is (stuck == "keys.tmp")
    with pytest.raises(KeeperError, match=f"^{stuck} in .* cannot be deleted"):
        vault.give_up()
    assert [file.name for file in plain.iterdir()] == [stuck]


def test_plain_files_are_taken_over_at_the_next_start(machine: Machine, plain: Path) -> None:
    assert _vault(plain, machine).kept("keys") is Kept.FILE
    assert _vault(plain, machine).read("keys") == KEYS  # whoever only looks changes nothing
    assert not (plain / WRAPPING_KEY).exists()
    _vault(plain, machine).take_over()
    assert not any(holds(files(plain), secret) for secret in BOTH.values())
    assert {name: _vault(plain, machine).read(name) for name in BOTH} == BOTH
    assert {file.name for file in plain.iterdir()} == {*BOTH, WRAPPING_KEY}


def test_what_was_plain_is_overwritten_where_it_lay(windows: WindowsMachine, plain: Path) -> None:
    held = plain.parent / "the same blocks"
    held.hardlink_to(plain / "keys")
    _vault(plain, windows).write("keys", b"other keys")
    assert set(held.read_bytes()) == {0}
    assert len(held.read_bytes()) == len(KEYS)


def test_a_machine_without_a_key_store_keeps_files(plain: Path) -> None:
    vault = _vault(plain, None)
    vault.take_over()
    assert vault.read("keys") == KEYS
    assert vault.kept("keys") is Kept.FILE
    assert {file.name for file in plain.iterdir()} == set(BOTH)


class _Broken:
    """Says that it sealed, and gives something else back."""

    kept = Kept.TPM_SEALED

    def seal(self, secret: bytes) -> bytes:
        return b"blob"

    def open(self, blob: bytes) -> bytes:
        return bytes(32)

    def forget(self, blob: bytes) -> None:
        assert blob == b"blob"


class _Refusing(_Broken):
    def seal(self, secret: bytes) -> bytes:
        raise StoreError("it has a password")


@pytest.mark.parametrize("broken", [_Broken(), _Refusing()])
def test_nothing_relies_on_a_store_before_it_gave_back_what_it_got(
    broken: Keeper, plain: Path, windows: WindowsMachine
) -> None:
    vault = Vault(plain, keepers=[broken])
    vault.take_over()
    assert vault.read("keys") == KEYS
    assert vault.kept("keys") is Kept.FILE
    assert list(vault.refused) == [Kept.TPM_SEALED]
    Vault(plain, keepers=[broken, windows.keeper()]).take_over()
    assert _vault(plain, windows).kept("keys") is Kept.DPAPI


def test_a_file_in_anothers_place_or_damaged_is_refused(
    windows: WindowsMachine, tmp_path: Path
) -> None:
    _vault(tmp_path, windows).write("keys", KEYS)
    good = (tmp_path / "keys").read_bytes()
    (tmp_path / "device.key").write_bytes(good)
    with pytest.raises(KeeperError):
        _vault(tmp_path, windows).read("device.key")
    head = good.index(b"\n")
    for at in (len(b"reticent-sealed 1 ") + 1, head + 3, len(good) - 1):
        (tmp_path / "keys").write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(KeeperError):
            _vault(tmp_path, windows).read("keys")
    (tmp_path / "keys").write_bytes(good[:head])
    with pytest.raises(KeeperError):
        _vault(tmp_path, windows).read("keys")


def test_a_lost_wrapping_key_is_not_made_anew_over_what_it_sealed(
    windows: WindowsMachine, tmp_path: Path
) -> None:
    _vault(tmp_path, windows).write("keys", KEYS)
    (tmp_path / WRAPPING_KEY).unlink()
    for attempt in ("keys", "device.key"):
        with pytest.raises(KeeperError, match=r"wrapping\.key is missing"):
            _vault(tmp_path, windows).write(attempt, b"new")
    assert not (tmp_path / WRAPPING_KEY).exists()


def test_a_renewed_key_opens_under_the_name_it_is_renamed_to(
    windows: WindowsMachine, tmp_path: Path
) -> None:
    _vault(tmp_path, windows).write("device.key.new", DEVICE)
    (tmp_path / "device.key.new").rename(tmp_path / "device.key")
    assert _vault(tmp_path, windows).read("device.key") == DEVICE


def _killed_at(step: int, work: Callable[[], None]) -> bool:
    """Does `work` in a child that is killed (SIGKILL) in its `step`-th call that changes a disk;
    True where it ended before. A write is half done then, everything else not begun.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    try:
        left = [step]
        for name in ("open", "write", "fsync", "link", "rename", "replace", "unlink", "close"):
            setattr(os, name, _counting(name, getattr(os, name), left))
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - the child must never run pytest's own end
        os._exit(1)


def _counting(name: str, real: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            if name == "write":
                real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    return call


@pytest.mark.parametrize("change", ["take over", "write"])
def test_killed_at_any_step_no_key_is_lost_and_none_stays_plain(
    change: str, windows: WindowsMachine, plain: Path, tmp_path: Path
) -> None:
    new = b"changed keys " + os.urandom(64)

    def work(folder: Path) -> None:
        vault = _vault(folder, windows)
        vault.take_over() if change == "take over" else vault.write("keys", new)

    for step in range(1, STEPS_MAX):
        folder, held = tmp_path / f"killed {step}", tmp_path / f"held {step}"
        shutil.copytree(plain, folder)
        held.mkdir()
        for name in BOTH:
            (held / name).hardlink_to(folder / name)
        ended = _killed_at(step, partial(work, folder))
        found = {name: _vault(folder, windows).read(name) for name in BOTH}
        assert found["keys"] in (KEYS, new), step
        assert found["device.key"] == DEVICE, step
        _vault(folder, windows).take_over()
        assert {name: _vault(folder, windows).read(name) for name in BOTH} == found, step
        assert not any(holds(files(folder), secret) for secret in (*BOTH.values(), new)), step
        assert {file.name for file in folder.iterdir()} == {*BOTH, WRAPPING_KEY}, step
        assert {byte for name in BOTH for byte in (held / name).read_bytes()} == {0}, step
        if ended:
            break
    assert ended
    assert step > 20, "the steps were not counted"


class _Pinned:
    kept = Kept.TPM_SEALED

    def seal(self, secret: bytes) -> bytes:
        return bytes.fromhex(VECTORS["blob"])

    def open(self, blob: bytes) -> bytes:
        assert blob.hex() == VECTORS["blob"]
        return bytes.fromhex(VECTORS["wrapping_key"])

    def forget(self, blob: bytes) -> None:
        raise AssertionError("nothing is given up")


def test_files_of_the_first_version_are_written_and_read_to_the_byte(tmp_path: Path) -> None:
    """Append-only: laptops have them on their disks."""
    randoms = {32: VECTORS["wrapping_key"], 12: VECTORS["nonce"]}
    vault = Vault(
        tmp_path, keepers=[_Pinned()], random_bytes=lambda length: bytes.fromhex(randoms[length])
    )
    for name, secret in VECTORS["secrets"].items():
        vault.write(name, bytes.fromhex(secret))
    assert {file.name: file.read_bytes().hex() for file in tmp_path.iterdir()} == VECTORS["files"]
    again = Vault(tmp_path, keepers=[_Pinned()])
    for name, secret in VECTORS["secrets"].items():
        assert again.read(name) == bytes.fromhex(secret)


def test_every_file_has_a_purpose() -> None:
    assert set(PURPOSES) == {"device.key", "device.key.new", "keys"}
