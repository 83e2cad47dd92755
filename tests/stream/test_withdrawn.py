"""Rows that were withdrawn are not sent, and the server's chain of receipts has no gap by it."""

from __future__ import annotations

import pytest
from reticent_contract.batch import CHAIN_BEGINS, count_tuples, decode_batch, receipt_of
from reticent_contract.redact.plan import NO_CONSENT
from reticent_contract.v1 import telemetry_pb2
from support.batch_rows import redacted
from support.fake_telemetry import FakeServer, Send

from .conftest import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


def put(laptop: Laptop, version: int) -> None:
    rows = [
        redacted("site_visit", "visit", site="taken-back.example"),
        redacted("session", "logon", remote=True),
    ]
    laptop.spool.append(rows, policy_version=version, policy_sha256=b"\x07" * 32)


def stored(server: FakeServer, laptop: Laptop) -> list[tuple[list[str], int]]:
    """Tables and how many rows are said to be withdrawn, by batch; their chain is whole."""
    found, previous = [], CHAIN_BEGINS
    for number, frame in enumerate(server.stored[laptop.spool.stream_id], start=1):
        decoded = decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
        receipt = receipt_of(
            stream_id=laptop.spool.stream_id,
            seq=number,
            policy_version=frame.policy_version,
            policy_sha256=frame.policy_sha256,
            rows=frame.rows,
            payload=frame.payload,
            counts=count_tuples(decoded.counts),
            previous=previous,
        )
        assert (frame.seq, frame.receipt.sha256) == (number, receipt.sha256)
        previous = receipt.sha256
        gone = sum(count.count for count in decoded.counts if count.rule == NO_CONSENT)
        found.append((sorted(table.table for table in decoded.tables), gone))
    return found


async def test_batches_of_a_laptop_that_was_away_go_without_them(
    server: FakeServer, laptop: Laptop
) -> None:
    for version in range(1, 4):
        put(laptop, version)
        laptop.spool.seal()
    laptop.spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
    laptop.spool.end_withdrawal("site_visit", rule=NO_CONSENT)
    put(laptop, 4)
    laptop.start()
    await laptop.until_drained()
    both = (["session", "site_visit"], 0)
    assert stored(server, laptop) == [(["session"], 1)] * 3 + [both]


async def test_what_had_arrived_stays_and_what_had_not_goes_without_them(
    server: FakeServer, laptop: Laptop
) -> None:
    """The connection breaks when the first batch is stored, before its ack; then comes the no."""

    async def break_off(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        server.stored.setdefault(laptop.spool.stream_id, []).append(frame)
        server.last_seq[laptop.spool.stream_id] = frame.seq
        laptop.spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
        laptop.spool.end_withdrawal("site_visit", rule=NO_CONSENT)
        server.on_batch = None
        raise RuntimeError("the connection breaks")

    for version in range(1, 4):
        put(laptop, version)
        laptop.spool.seal()
    server.on_batch = break_off
    laptop.start()
    await laptop.until_drained()
    arrived = (["session", "site_visit"], 0)
    assert stored(server, laptop) == [arrived, (["session"], 1), (["session"], 1)]


async def test_a_stream_that_is_open_connects_anew_before_it_goes_on(
    server: FakeServer, laptop: Laptop
) -> None:
    """What is read already and waits for the window is not sent either."""
    server.in_flight_max = 1

    async def withdraw_then_store(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        server.on_batch = None
        laptop.spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
        laptop.spool.end_withdrawal("site_visit", rule=NO_CONSENT)
        return False

    for version in range(1, 4):
        put(laptop, version)
        laptop.spool.seal()
    server.on_batch = withdraw_then_store
    laptop.start()
    await laptop.until_drained()
    arrived = (["session", "site_visit"], 0)
    assert stored(server, laptop) == [arrived, (["session"], 1), (["session"], 1)]
    assert len(server.hellos) == 2
