"""Open streams: keys come before the policy that names them, and go when they are destroyed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from reticent_contract.batch import SpooledRow
from reticent_contract.rows import Pseudonym
from reticent_contract.v1 import policy_pb2, telemetry_pb2
from reticent_server.errors import ConflictError
from support.running import Running, batch, running
from support.telemetry_client import Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

TS_US = 1_763_800_000_000_000


async def _rotate(run: Running) -> int:
    return await asyncio.to_thread(run.services.epochs.rotate, actor="ada")


async def _publish(run: Running, epoch: int) -> policy_pb2.SignedPolicy:
    policies = run.services.policies

    def publish() -> policy_pb2.SignedPolicy:
        document = dict(policies.parsed(policies.current()).document)
        del document["version"]
        pseudonyms = {**document["pseudonyms"], "epoch": epoch}  # type: ignore[dict-item]
        policies.publish(document | {"pseudonyms": pseudonyms})
        return policies.current().signed

    return await asyncio.to_thread(publish)


async def _keys(stream: Conversation) -> dict[int, bytes]:
    push = (await stream.hear("key_push")).key_push
    return {key.epoch: bytes(key.key) for key in push.pseudonym_keys}


def _logon(epoch: int, policy: policy_pb2.SignedPolicy | None = None) -> telemetry_pb2.BatchFrame:
    user = Pseudonym("person", epoch, bytes([epoch]) * 16)
    frame = batch(SpooledRow("session", "logon", TS_US, {"user_name": user}))
    if policy is not None:
        frame.policy_version, frame.policy_sha256 = policy.version, policy.sha256
    return frame


def _report(policy: policy_pb2.SignedPolicy) -> telemetry_pb2.StreamRequest:
    report = telemetry_pb2.PolicyReport(version=policy.version, sha256=policy.sha256, in_force=True)
    return telemetry_pb2.StreamRequest(policy_report=report)


async def test_a_new_epochs_key_is_there_before_the_policy_that_names_it(data_dir: Path) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        first = {key.epoch: bytes(key.key) for key in stream.welcome.pseudonym_keys}
        for epoch in (2, 3):
            assert await _rotate(run) == epoch
            await _publish(run, epoch)
            keys = await _keys(stream)
            assert set(keys) == {*range(1, epoch + 1)}
            assert keys[1] == first[1]
            pushed = (await stream.hear("policy_push")).policy_push.policy
            assert b'"epoch":%d' % epoch in pushed.canonical_json


async def test_both_epochs_are_taken_while_they_overlap_and_the_old_one_never_again(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, _logon(1))
            await stream.acknowledged(1)
            await _rotate(run)
            policy = await _publish(run, 2)
            await _keys(stream)
            await stream.hear("policy_push")
            await stream.send(2, _logon(2, policy))
            await stream.acknowledged(2)
            await stream.send(3, _logon(1))  # spooled before the new policy came
            await stream.acknowledged(3)
            with pytest.raises(ConflictError, match="still run"):
                await asyncio.to_thread(
                    run.services.epochs.destroy, 1, actor="ada", reason="retention"
                )
            await stream.say(_report(policy))
            for _ in range(200):
                views = await asyncio.to_thread(run.services.epochs.list)
                if {view.epoch: view.laptops for view in views}[1] == 0:
                    break
                await asyncio.sleep(0.02)
            await asyncio.to_thread(run.services.epochs.destroy, 1, actor="ada", reason="retention")
            assert set(await _keys(stream)) == {2}
            await stream.send(4, _logon(1))
            answer = await stream.answer()
            while answer is not None and answer.WhichOneof("frame") == "ack":
                assert answer.ack.seq < 4
                answer = await stream.answer()
            assert answer is not None
            assert answer.refused.reason == "epoch-unknown"
            await stream.send(5, _logon(2, policy))
            await stream.acknowledged(5)
        async with laptop.streaming() as stream:
            assert [key.epoch for key in stream.welcome.pseudonym_keys] == [2]
    stored = [stored.tables[0].columns[0] for stored in run.events.from_laptops if stored.tables]
    texts = [text for column in stored for text in column.dictionary or ()]
    assert len(texts) == 4
    assert len(set(texts)) == 2  # the same person under two epochs


async def test_a_stream_that_is_being_opened_hears_its_welcome_first(data_dir: Path) -> None:
    """Its Welcome brings the new keys, its greeting the new policy."""
    async with running(data_dir) as run:
        laptop = await run.laptop()
        looking, go_on = asyncio.Event(), asyncio.Event()
        last_seq = run.services.ingest.sequences._read_last_seq

        async def slowly(device_id: bytes, stream_id: bytes) -> int:
            looking.set()
            await go_on.wait()
            return await last_seq(device_id, stream_id)

        run.services.ingest.sequences._read_last_seq = slowly
        async with laptop.connected() as stream:
            await stream.say(laptop.hello())
            await looking.wait()
            await _rotate(run)
            await _publish(run, 2)
            await asyncio.sleep(0.1)
            go_on.set()
            welcome = (await stream.hear("welcome")).welcome
            assert [key.epoch for key in welcome.pseudonym_keys] == [1, 2]
            await stream.hear("policy_push")
