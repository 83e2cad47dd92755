"""What is reported as in force is what rows are collected under."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_agent.governor import Governor
from reticent_agent.identity import Identity
from reticent_agent.keepers import Vault
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import Pipeline
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Spool
from reticent_contract.catalog import CATALOG
from reticent_contract.kept import Kept
from reticent_contract.policy import PolicyError, sign_policy
from reticent_contract.v1 import policy_pb2
from support.made_laptop import MadeLaptop
from support.policies import document

KEY = Ed25519PrivateKey.generate()
IDENTITY = Identity(
    device_id=uuid.UUID(int=7),
    key=b"",
    certificate=b"",
    ca=b"",
    telemetry_address="localhost:1",
    policy_public_key=KEY.public_key().public_bytes_raw(),
    group="default",
)
EPOCH_1 = policy_pb2.PseudonymKey(epoch=1, key=b"\x11" * 32)
DAY_US = 86_400_000_000


class Clock:
    def __init__(self) -> None:
        self.us = 1_790_000_000_000_000

    def now_us(self) -> int:
        return self.us

    def monotonic(self) -> float:
        return self.us / 1e6


class Governed:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.board = StatusBoard(lambda: None)
        self.spool = Spool(folder / "spool.db", now_us=self.clock.now_us)
        self.pipeline = Pipeline(
            catalog=CATALOG,
            spool=self.spool,
            collecting=MadeLaptop(folder).collecting(),
            board=self.board,
            metrics=Metrics(),
            spooled=lambda: None,
        )
        self.governor = Governor(
            Vault(folder), pipeline=self.pipeline, board=self.board, clock=self.clock
        )

    @property
    def running(self) -> int:
        policy = self.pipeline.policy
        return 0 if policy is None else policy.version


@pytest.fixture
def governed(tmp_path: Path) -> Iterator[Governed]:
    made = Governed(tmp_path)
    yield made
    made.pipeline.stop()
    made.spool.close()


async def test_a_policy_whose_key_is_not_here_is_not_in_force(governed: Governed) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    signed = sign_policy(document(version=2), KEY)
    for _ in range(2):  # also when the one that was accepted is offered again
        report = await governor.offered(signed)
        assert not report.in_force
        assert "key of epoch 1" in report.refusal
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert governed.running == 2
    report = await governor.offered(signed)
    assert (report.in_force, report.refusal) == (True, "")


async def test_a_policy_that_expired_meanwhile_is_not_in_force(governed: Governed) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    signed = sign_policy(document(version=2, expires="2026-10-01"), KEY)
    assert (await governor.offered(signed)).in_force
    await governor.pause()
    governed.clock.us += 30 * DAY_US
    for _ in range(2):
        report = await governor.offered(signed)
        assert not report.in_force
        assert "has expired" in report.refusal
        await governor.begin(IDENTITY)  # a restart: what is on disk does not hold any more
    assert governed.running == 0


async def test_a_policy_that_cannot_be_run_ends_the_one_before_and_says_why(
    governed: Governed, monkeypatch: pytest.MonkeyPatch
) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    assert governed.running == 2

    def refuse(*_: object, **__: object) -> None:
        raise PolicyError(
            "the policy cannot be compiled", ["rule 7 names no field"], next_step="correct it"
        )

    monkeypatch.setattr("reticent_agent.pipeline.compile_plan", refuse)
    report = await governor.offered(sign_policy(document(version=3), KEY))
    assert not report.in_force
    assert "rule 7 names no field" in report.refusal
    assert governed.running == 0
    assert "rule 7 names no field" in str(governed.board.picture()["error"])


async def test_a_failure_of_any_other_kind_ends_collecting_too(
    governed: Governed, monkeypatch: pytest.MonkeyPatch
) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    monkeypatch.setattr("reticent_agent.pipeline.compile_plan", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await governor.offered(sign_policy(document(version=3), KEY))
    assert governed.running == 0


async def test_keys_that_arrive_on_an_open_stream_are_there_for_the_next_policy(
    governed: Governed, tmp_path: Path
) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    before = governed.pipeline.policy
    epoch_2 = policy_pb2.PseudonymKey(epoch=2, key=b"\x22" * 32)
    await governor.keyed([EPOCH_1, epoch_2])
    assert governed.pipeline.policy is before  # its own key is the same: nothing starts anew
    pseudonyms = {**document()["pseudonyms"], "epoch": 2}
    report = await governor.offered(sign_policy(document(version=3, pseudonyms=pseudonyms), KEY))
    assert (report.in_force, report.refusal) == (True, "")
    await governor.keyed([epoch_2])
    assert governed.running == 3
    kept = (tmp_path / "keys").read_text()
    assert b"\x22".hex() * 32 in kept
    assert b"\x11".hex() * 32 not in kept


async def test_a_policy_whose_key_was_destroyed_collects_nothing_more(governed: Governed) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    await governor.keyed([policy_pb2.PseudonymKey(epoch=2, key=b"\x22" * 32)])
    assert governed.running == 0


async def test_how_the_keys_are_kept_is_told_once_there_are_some(governed: Governed) -> None:
    assert governed.governor.keys_kept is None
    await governed.governor.keyed([EPOCH_1])
    assert governed.governor.keys_kept is Kept.FILE


async def test_why_no_policy_is_in_force_is_shown_until_one_is(
    governed: Governed, tmp_path: Path
) -> None:
    """A connection clears `error`; the reason why nothing is collected has a place of its own."""
    governor, board = governed.governor, governed.board
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert board.picture()["no_policy"] is None
    wrong = sign_policy(document(version=2), Ed25519PrivateKey.generate())
    report = await governor.offered(wrong)
    assert "No policy is in force" in report.refusal
    assert "unchanged" not in report.refusal
    board.set(state="connected", error=None)
    assert board.picture()["no_policy"] == report.refusal
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    assert board.picture()["no_policy"] is None
    refused = (await governor.offered(wrong)).refusal
    assert "The policy in force is unchanged" in refused
    assert board.picture()["no_policy"] is None  # the one before goes on


async def test_a_stored_policy_that_does_not_hold_is_not_said_to_be_in_force(
    governed: Governed,
) -> None:
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    signed = sign_policy(document(version=2, expires="2026-10-01"), KEY)
    assert (await governor.offered(signed)).in_force
    governed.clock.us += 30 * DAY_US
    await governor.begin(IDENTITY)
    why = str(governed.board.picture()["no_policy"])
    assert "the stored policy does not hold: " in why
    assert "has expired" in why
    assert "No policy is in force" in why
    assert "unchanged" not in why


async def test_a_policy_whose_first_day_is_still_to_come_is_taken_up_on_it(
    governed: Governed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server offers it no second time, so the laptop has to look by itself."""
    monkeypatch.setattr("reticent_agent.governor._LOOK_AGAIN_S", 0.01)
    monkeypatch.setattr("reticent_agent.governor._TIMER_SLACK_S", 0.01)
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    assert (await governor.offered(sign_policy(document(version=2), KEY))).in_force
    later = sign_policy(document(version=3, not_before="2026-10-01"), KEY)
    report = await governor.offered(later)
    assert not report.in_force
    assert report.refusal.startswith("policy 3 waits until 2026-10-01T00:00:00Z (not_before)")
    await asyncio.sleep(0.1)
    assert governed.running == 2
    governed.clock.us += 10 * DAY_US  # 2026-10-01 is past
    for _ in range(500):
        if governed.running == 3:
            break
        await asyncio.sleep(0.01)
    assert governed.running == 3
    assert governor.policy is not None
    assert governor.policy.version == 3


async def test_a_newer_policy_takes_the_place_of_one_that_waits(
    governed: Governed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_agent.governor._LOOK_AGAIN_S", 0.01)
    monkeypatch.setattr("reticent_agent.governor._TIMER_SLACK_S", 0.01)
    governor = governed.governor
    await governor.begin(IDENTITY)
    await governor.welcomed([EPOCH_1], clock_ahead_us=0)
    await governor.offered(sign_policy(document(version=2, not_before="2026-10-01"), KEY))
    assert "waits until" in str(governed.board.picture()["no_policy"])
    assert (await governor.offered(sign_policy(document(version=3), KEY))).in_force
    governed.clock.us += 10 * DAY_US
    await asyncio.sleep(0.1)
    assert governed.running == 3
