"""A rollout over a real server and two dozen streaming laptops: right ones first, then the rest."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, verify_signed
from reticent_contract.v1 import policy_pb2, telemetry_pb2
from reticent_server.policies.lineup import is_in_share
from support.running import Running, batch, running
from support.telemetry_client import Conversation, Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]
LAPTOPS = 24


class Fleet:
    """Laptops that answer every offer and keep what they were offered."""

    def __init__(self, run: Running, streams: list[Conversation]) -> None:
        self.run = run
        self.streams = streams
        self.pushed: list[tuple[UUID, int]] = []
        self._seq: Counter[UUID] = Counter()

    def ids(self) -> set[UUID]:
        return {self.run.device_id(stream.laptop) for stream in self.streams}

    async def settle(self) -> dict[UUID, int]:
        """What was offered to whom since the last time: an ack comes after what was queued."""
        await asyncio.sleep(0.3)  # the push is a task of the server's loop, which is this one
        offered: dict[UUID, int] = {}
        await asyncio.gather(*(self._settle(stream, offered) for stream in self.streams))
        return offered

    async def _settle(self, stream: Conversation, offered: dict[UUID, int]) -> None:
        device = self.run.device_id(stream.laptop)
        self._seq[device] += 1
        await stream.send(self._seq[device], batch())
        while (frame := await stream.answer()) is not None:
            if frame.WhichOneof("frame") == "policy_push":
                assert device not in offered
                offered[device] = frame.policy_push.policy.version
                self.take(stream, frame.policy_push.policy)
                await stream.say(self.report(frame.policy_push.policy))
            elif frame.ack.seq >= self._seq[device]:
                break

    def take(self, stream: Conversation, policy: policy_pb2.SignedPolicy) -> None:
        stream.laptop.answer.policy.CopyFrom(policy)  # batches name it from now on

    def report(self, policy: object) -> telemetry_pb2.StreamRequest:
        return telemetry_pb2.StreamRequest(
            policy_report=telemetry_pb2.PolicyReport(
                version=policy.version,  # type: ignore[attr-defined]
                sha256=policy.sha256,  # type: ignore[attr-defined]
                in_force=True,
            )
        )


async def publish(run: Running, *, group: str = "default", share: int = 100) -> int:
    policies = run.services.policies
    document = dict(policies.parsed(policies.current()).document)
    del document["version"]
    return await asyncio.to_thread(
        lambda: policies.publish(document | {"group": group}, group=group, share=share)
    )


async def enrolled(run: Running, count: int, *, group: str = "default") -> list[Laptop]:
    token = run.token(uses=count, group=group)
    return [await run.laptop(token) for _ in range(count)]


async def test_a_share_reaches_the_right_laptops_widening_the_rest_and_a_stop_holds(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run, AsyncExitStack() as stack:
        laptops = await enrolled(run, LAPTOPS)
        policies = run.services.policies
        streams = [await stack.enter_async_context(one.streaming()) for one in laptops]
        fleet = Fleet(run, streams)
        assert await fleet.settle() == {}

        assert await publish(run, share=30) == 2
        due = {d for d in fleet.ids() if is_in_share(d, policies.get("default", 2))}
        assert 0 < len(due) < LAPTOPS
        assert await fleet.settle() == dict.fromkeys(due, 2)

        await asyncio.to_thread(lambda: policies.rollouts.widen("default", share=60))
        more = {d for d in fleet.ids() if is_in_share(d, policies.get("default", 2))}
        assert await fleet.settle() == dict.fromkeys(more - due, 2)

        await asyncio.to_thread(lambda: policies.rollouts.widen("default", share=100))
        assert await fleet.settle() == dict.fromkeys(fleet.ids() - more, 2)
        await fleet.settle()  # the reports have been taken
        progress = policies.progress.of(policies.get("default", 2))
        assert (progress.devices, progress.on_new, progress.in_share) == (LAPTOPS,) * 3

        assert await publish(run, share=40) == 3
        third = await fleet.settle()
        await asyncio.to_thread(lambda: policies.rollouts.stop("default"))
        assert await fleet.settle() == {}
        await stack.aclose()

        # Those who have it connect again and are not sent back; nobody else gets it any more.
        new = await enrolled(run, 4)
        assert {one.answer.policy.version for one in new} == {2}
        async with AsyncExitStack() as again:
            streams = [await again.enter_async_context(one.streaming()) for one in laptops + new]
            fleet = Fleet(run, streams)
            for stream, laptop in zip(streams, laptops, strict=False):
                fleet._seq[run.device_id(laptop)] = stream.welcome.last_seq
            assert await fleet.settle() == {}
        runs = Counter(one.answer.policy.version for one in laptops)
        assert runs == {3: len(third), 2: LAPTOPS - len(third)}
        # No batch was refused, whichever of the two versions it named.
        assert {stored.receipt.get("reason") for stored in run.events.from_laptops} <= {None, ""}


async def test_a_laptop_that_enrols_during_a_rollout_gets_what_its_place_says(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        await publish(run, share=50)
        policy = run.services.policies.get("default", 2)
        for laptop in await enrolled(run, 12):
            due = is_in_share(run.device_id(laptop), policy)
            assert laptop.answer.policy.version == (2 if due else 1)


async def test_one_groups_policy_does_not_verify_on_another_groups_laptops(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        await publish(run, group="lab")
        (lab,) = await enrolled(run, 1, group="lab")
        (other,) = await enrolled(run, 1, group="sales")  # has none of its own
        (default,) = await enrolled(run, 1)
        assert (lab.answer.group, other.answer.group) == ("lab", "sales")
        for laptop, signed in (
            (lab, lab.answer.policy),
            (lab, default.answer.policy),  # before its first own one
            (other, other.answer.policy),
            (default, default.answer.policy),
        ):
            assert accepts(laptop, signed)
        for laptop in (other, default):
            with pytest.raises(PolicyError, match="for another device group than this laptop's"):
                accepts(laptop, lab.answer.policy)


def accepts(laptop: Laptop, signed: object) -> bool:
    return bool(
        verify_signed(
            signed,  # type: ignore[arg-type]
            public_key=laptop.answer.policy_public_key,
            now_s=1_790_000_000,
            version_in_force=0,
            catalog=CATALOG,
            group=laptop.answer.group,
        )
    )


async def test_a_key_that_is_known_stays_in_its_group_and_is_told_so(data_dir: Path) -> None:
    async with running(data_dir) as run:
        from reticent_contract import enrolment_token
        from support import telemetry_client

        (laptop,) = await enrolled(run, 1, group="lab")
        made = enrolment_token.decode(run.token(group="sales"))
        again = await telemetry_client.enrol(
            made.address,
            ca_certificate_der=made.ca_certificate_der,
            secret=made.secret,
            key=laptop.key,
        )
        assert again.answer.device_id == laptop.answer.device_id
        assert again.answer.group == "lab"


async def test_a_refusal_is_over_once_that_version_is_in_force(data_dir: Path) -> None:
    async with running(data_dir) as run:
        (laptop,) = await enrolled(run, 1)
        await publish(run)
        policies = run.services.policies
        async with laptop.streaming() as stream:
            pushed = (await stream.hear("policy_push")).policy_push.policy
            refused = telemetry_pb2.PolicyReport(
                version=2, sha256=pushed.sha256, refusal="no\x1b[31m" + "x" * 9_000
            )
            await stream.say(telemetry_pb2.StreamRequest(policy_report=refused))
            await stream.send(1, batch())
            await stream.acknowledged(1)
        progress = policies.progress.of(policies.get("default", 2))
        assert (progress.refused, progress.on_new, progress.devices) == (1, 0, 1)
        (reason,) = progress.refusals
        assert reason.reason.isprintable()
        assert len(reason.reason) <= 512
        assert policies.progress.usage("default")[2].refused == 1
        laptop.answer.policy.CopyFrom(pushed)
        async with replace(laptop).streaming() as stream:
            await stream.send(2, batch())
            await stream.acknowledged(2)
            device = run.services.devices.get(run.device_id(laptop))
        assert (device.policy_version, device.policy_refused_version) == (2, None)
        assert device.policy_refusal == ""
