"""What the real server learns from the real agent about its policy, over enrolment and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.config import Config
from reticent_agent.identity import IdentityStore
from reticent_agent.policy.keys import KeyStore
from reticent_agent.run import Agent
from reticent_contract.limits import REASON_CHARS_MAX
from reticent_contract.v1 import policy_pb2
from reticent_server.devices.view import DeviceView
from reticent_server.initialise import initialise
from support.made_laptop import MadeLaptop
from support.policies import document
from support.running import Running, running

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(180)]
NOT_YET = {"not_before": "2099-01-01"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Running]:
    await asyncio.to_thread(initialise, tmp_path / "server")
    async with running(tmp_path / "server") as run:
        yield run


async def publish(site: Running, *, group: str = "default", **changes: Any) -> int:
    text = document(**changes)
    if "version" not in changes:
        del text["version"]
    return await asyncio.to_thread(lambda: site.services.policies.publish(text, group=group))


@asynccontextmanager
async def agent_on(site: Running, folder: Path, *, group: str = "default") -> AsyncIterator[None]:
    laptop = MadeLaptop(folder, {"os": [{"name": "Debian", "version": "12"}]})
    config = Config(data_dir=folder / "agent", token=site.token(group=group), proxy="none")
    agent = Agent(config, laptop.collecting())
    task = asyncio.create_task(agent.run())
    try:
        yield
    finally:
        agent.stop()
        await task


async def until(site: Running, holds: Callable[[DeviceView], bool]) -> DeviceView:
    """The one device, once it is as it should be."""
    async with asyncio.timeout(30):
        while True:
            devices = (await asyncio.to_thread(site.services.devices.list)).devices
            if devices and holds(devices[0]):
                return devices[0]
            await asyncio.sleep(0.05)


async def test_a_policy_that_is_refused_at_enrolment_is_told_with_the_reason(
    site: Running, tmp_path: Path
) -> None:
    await publish(site, **NOT_YET)
    async with agent_on(site, tmp_path):
        device = await until(site, lambda d: d.policy_refused_version == 2)
        assert device.policy_version == 0
        assert "waits until 2099-01-01T00:00:00Z (not_before)" in device.policy_refusal
        await publish(site)
        device = await until(site, lambda d: d.policy_version == 3)
        assert (device.policy_refused_version, device.policy_refusal) == (None, "")


async def test_what_is_in_force_survives_a_restart_and_is_told_by_hello(
    site: Running, tmp_path: Path
) -> None:
    await publish(site)
    policy = site.services.policies.current()
    async with agent_on(site, tmp_path):
        await until(site, lambda d: d.policy_sha256 == policy.sha256)
    await publish(site, **NOT_YET)
    async with agent_on(site, tmp_path):
        device = await until(site, lambda d: d.policy_refused_version == 3)
        assert (device.policy_version, device.policy_sha256) == (2, policy.sha256)
    async with agent_on(site, tmp_path):  # a Hello with the older one does not hide the refusal
        await asyncio.sleep(1)
        device = await until(site, lambda d: d.policy_refused_version == 3)
        assert device.policy_version == 2


async def test_a_policy_whose_key_is_not_here_is_told_although_hello_names_it(
    site: Running, tmp_path: Path
) -> None:
    # As where the key file of an epoch is lost after a policy that names it was published.
    site.services.policies._publishing._has_epoch = None
    await publish(site, pseudonyms={**document()["pseudonyms"], "epoch": 7})
    policy = site.services.policies.current()
    async with agent_on(site, tmp_path):
        device = await until(site, lambda d: d.policy_refused_version == 2)
        assert device.policy_sha256 == policy.sha256
        assert "the pseudonym key of epoch 7 is not here" in device.policy_refusal
    progress = site.services.policies.progress.of(policy)
    assert (progress.on_new, progress.refused) == (0, 1)
    assert site.services.policies.progress.usage("default")[2].running == 0
    keys = KeyStore(tmp_path / "agent")
    known = [policy_pb2.PseudonymKey(epoch=e, key=k) for e, k in keys.load().epochs.items()]
    seventh = policy_pb2.PseudonymKey(epoch=7, key=b"\7" * 32)
    site.services.ingest.pseudonym_keys[:] = [*known, seventh]
    async with agent_on(site, tmp_path):
        device = await until(site, lambda d: d.policy_refused_version is None)
        assert device.policy_version == 2


async def test_a_report_is_bounded_and_holds_no_value_of_the_policys_tests(
    site: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on an agent whose engine does otherwise than the server's: all carried tests fail."""
    secret = "made-up-person-5519"
    tests = [
        {
            "name": f"test {number} {'of a long name ' * 5}",
            "given": {"user_account.snapshot": {"user_name": secret}},
            "expect": {"user_name": "<pseudonym>"},
        }
        for number in range(30)
    ]
    await publish(site, tests=tests)
    monkeypatch.setattr("reticent_contract.policy.carried.PSEUDONYM", "<other>")
    async with agent_on(site, tmp_path):
        device = await until(site, lambda d: d.policy_refused_version == 2)
    assert "its own tests fail" in device.policy_refusal
    assert "user_name leaves otherwise than expected" in device.policy_refusal
    assert secret not in device.policy_refusal
    assert len(device.policy_refusal) == REASON_CHARS_MAX


async def test_an_agent_takes_its_own_groups_policy_and_no_other_groups(
    site: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(site, group="lab")
    async with agent_on(site, tmp_path, group="lab"):
        device = await until(site, lambda d: d.policy_version == 2)
        assert device.group == "lab"
        # As if the server's database had been mixed up: it offers another group's policy.
        other = await publish(site, group="sales", version=9)
        lineup = site.services.policies.lineup("sales")
        monkeypatch.setattr(site.services.policies, "lineup", lambda _group: lineup)
        site.services.policies.tell("lab")
        device = await until(site, lambda d: d.policy_refused_version == other)
        assert "for another device group than this laptop's" in device.policy_refusal
        assert device.policy_version == 2


async def test_a_laptop_that_is_moved_runs_its_new_groups_policy_whatever_its_number(
    site: Running, tmp_path: Path
) -> None:
    await publish(site, group="lab")
    for _ in range(3):
        await publish(site)
    async with agent_on(site, tmp_path):
        await until(site, lambda d: d.policy_version == 4)
    lab = site.services.policies.current("lab")
    assert lab.version == 2

    async def moved(group: str, version: int) -> None:
        """As `reticent-agent enrol --replace` with a token of the other group."""
        IdentityStore(tmp_path / "agent").discard()
        async with agent_on(site, tmp_path, group=group), asyncio.timeout(60):
            wanted = group, version, None
            while True:
                devices = (await asyncio.to_thread(site.services.devices.list)).devices
                if wanted in [
                    (d.group, d.policy_version, d.policy_refused_version) for d in devices
                ]:
                    break
                await asyncio.sleep(0.05)

    await moved("lab", 2)
    assert await publish(site, group="lab") == 5  # after the default group's, too
    await moved("lab", 5)
    await moved("default", 4)  # the one that it had there
