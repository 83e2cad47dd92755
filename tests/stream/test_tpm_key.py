"""A stream whose device key is in a TPM: every handshake is signed there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reticent_agent.identity import IdentityStore
from reticent_agent.keepers import Vault
from reticent_agent.keepers.tpm.signing import is_tpm_key
from reticent_agent.spool import Spool
from reticent_contract.kept import Kept
from support.fake_telemetry import FakeServer
from support.key_stores import TpmMachine, needs_swtpm

from .conftest import Laptop, stored_messages

pytestmark = [pytest.mark.enable_socket, needs_swtpm]


@pytest.fixture
async def sealed(server: FakeServer, tmp_path: Path) -> AsyncIterator[tuple[Laptop, TpmMachine]]:
    machine = TpmMachine()
    spool = Spool(tmp_path / "spool.db", now_us=lambda: 1_763_800_000_000_000)
    vault = Vault(tmp_path, keepers=[machine.keeper()], tpm=machine.tpm())
    laptop = Laptop(tmp_path, server, spool, IdentityStore(tmp_path, vault=vault))
    laptop.enrol(life_s=62)  # not_before lies 60 s back: it is renewed at once
    yield laptop, machine
    if hasattr(laptop, "running"):
        await laptop.stop()
    spool.close()
    machine.close()


async def test_a_key_that_never_leaves_the_tpm_opens_streams_and_is_renewed_to_another(
    sealed: tuple[Laptop, TpmMachine], server: FakeServer
) -> None:
    laptop, _ = sealed
    first = laptop.identities.load()
    assert first is not None
    assert is_tpm_key(first.key)
    laptop.put("a")
    laptop.start()

    def renewed() -> bool:
        now = laptop.identities.load()
        return now is not None and not now.is_next and now.key != first.key

    await server.until(renewed)
    laptop.put("b")
    laptop.client.wake()
    await laptop.until_drained()
    assert stored_messages(server) == ["a", "b"]
    assert len(server.hellos) >= 2
    assert {hello.device_key_kept for hello in server.hellos} == {"tpm"}
    after = laptop.identities.load()
    assert after is not None
    assert (after.kept, is_tpm_key(after.key)) == (Kept.TPM, True)


async def test_a_tpm_that_was_cleared_opens_no_stream_and_is_named_as_the_reason(
    sealed: tuple[Laptop, TpmMachine], server: FakeServer
) -> None:
    laptop, machine = sealed
    before = (laptop.folder / "device.key").read_bytes()
    machine.forget()
    laptop.put("a")
    laptop.start()
    await server.until(lambda: bool(laptop.steered.errors))
    assert "the device key is in a TPM and cannot be used" in laptop.steered.errors[0]
    assert "enrol --replace" in laptop.steered.errors[0]
    assert server.hellos == []
    assert (laptop.folder / "device.key").read_bytes() == before
    assert laptop.spool.stats().rows + laptop.spool.stats().rows_waiting == 1
