"""What every keeper has to do, on a machine of each kind."""

from __future__ import annotations

import os

import pytest
from reticent_agent.keepers import StoreError
from reticent_agent.keepers.dpapi import LOCAL_MACHINE, UI_FORBIDDEN
from reticent_agent.keepers.model import WRAPPING_KEY_BYTES
from reticent_contract.kept import Kept
from support.guessing import holds
from support.key_stores import Machine, MacMachine, WindowsMachine

SECRET = os.urandom(WRAPPING_KEY_BYTES)


def test_what_was_sealed_opens_in_the_next_process(machine: Machine) -> None:
    blob = machine.keeper().seal(SECRET)
    for _ in range(5):  # a TPM has room for three objects: none may stay in it
        assert machine.keeper().open(blob) == SECRET


def test_a_blob_holds_nothing_of_the_secret_and_no_two_are_equal(machine: Machine) -> None:
    blobs = [machine.keeper().seal(SECRET) for _ in range(3)]
    assert len(set(blobs)) == 3
    assert not any(holds(blob, SECRET) for blob in blobs)


def test_another_machine_of_its_kind_opens_nothing(machine: Machine, other: Machine) -> None:
    blob = machine.keeper().seal(SECRET)
    with pytest.raises(StoreError) as refused:
        other.keeper().open(blob)
    assert SECRET.hex() not in str(refused.value)


def test_a_damaged_blob_is_refused(machine: Machine) -> None:
    blob = machine.keeper().seal(SECRET)
    flipped = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in (0, 20, len(blob) - 1)]
    for damaged in (b"", blob[:-1], blob + b"x", blob[: len(blob) // 2], *flipped):
        with pytest.raises(StoreError):
            machine.keeper().open(damaged)


def test_what_the_store_forgot_is_refused(machine: Machine) -> None:
    blob = machine.keeper().seal(SECRET)
    machine.forget()
    with pytest.raises(StoreError):
        machine.keeper().open(blob)


def test_what_is_forgotten_opens_no_more_where_the_store_kept_it(machine: Machine) -> None:
    blob, other = machine.keeper().seal(SECRET), machine.keeper().seal(SECRET)
    for _ in range(2):  # it may be asked again, after a crash
        machine.keeper().forget(blob)
    assert machine.keeper().open(other) == SECRET
    if isinstance(machine, MacMachine):  # the other kinds keep nothing outside the blob
        with pytest.raises(StoreError):
            machine.keeper().open(blob)
        assert f"reticent-agent {blob.decode()}" not in machine.items


@pytest.mark.parametrize("state", ["locked", "read-only"])
def test_an_item_that_stays_is_not_taken_for_forgotten(state: str) -> None:
    machine = MacMachine()
    blob = machine.keeper().seal(SECRET)
    machine.set(state, on=True)
    with pytest.raises(StoreError):
        machine.keeper().forget(blob)
    assert SECRET.hex() in machine.items.values()
    machine.close()


def test_its_word_is_one_that_servers_know(machine: Machine) -> None:
    assert machine.keeper().kept in {Kept.TPM_SEALED, Kept.DPAPI, Kept.KEYCHAIN}


def test_windows_is_asked_for_the_machine_without_windows_and_gets_its_memory_back_wiped() -> None:
    machine = WindowsMachine()
    machine.keeper().open(machine.keeper().seal(SECRET))
    assert machine.calls == [UI_FORBIDDEN | LOCAL_MACHINE] * 2
    assert machine.unfreed == {}
    assert [set(answer) for answer in machine.freed] == [{0}, {0}]


def test_no_secret_is_in_the_arguments_of_a_program() -> None:
    machine = MacMachine()
    machine.keeper().open(machine.keeper().seal(SECRET))
    assert [words[0] for words in machine.arguments] == ["-i"] + ["find-generic-password"] * 2
    assert not holds(str(machine.arguments).encode(), SECRET)
    machine.close()


@pytest.mark.parametrize("state", ["locked", "read-only"])
def test_a_keychain_that_cannot_be_written_seals_nothing(state: str) -> None:
    machine = MacMachine()
    machine.set(state, on=True)
    with pytest.raises(StoreError):
        machine.keeper().seal(SECRET)
    machine.close()


def test_a_keychain_that_is_missing_seals_nothing() -> None:
    machine = MacMachine()
    machine.close()
    with pytest.raises(StoreError, match="cannot be started"):
        machine.keeper().seal(SECRET)
