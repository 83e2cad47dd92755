"""Batches that must never be stored: refused with the reason, the number used up, no value kept."""

from __future__ import annotations

import asyncio
import io
import logging
from pathlib import Path
from typing import Any

import pytest
import zstandard
from reticent_contract import limits
from reticent_contract.batch import SpooledRow
from reticent_contract.rows import Pseudonym
from reticent_contract.v1 import telemetry_pb2
from reticent_server.log import JsonFormatter
from support.running import Running, batch, running
from support.telemetry_client import Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

CANARY = "Zebediah-Quagmire-4711"
TS_US = 1_763_800_000_000_000


def frame(payload: bytes, *, rows: int = 1, plain_bytes: int = 10) -> telemetry_pb2.BatchFrame:
    return telemetry_pb2.BatchFrame(rows=rows, plain_bytes=plain_bytes, payload=payload)


def packed(plain: bytes, *, rows: int = 1) -> telemetry_pb2.BatchFrame:
    return frame(zstandard.compress(plain), rows=rows, plain_bytes=len(plain))


def truncated() -> telemetry_pb2.BatchFrame:
    whole = batch()
    whole.payload = whole.payload[:-5]
    return whole


def miscounted() -> telemetry_pb2.BatchFrame:
    whole = batch()
    whole.rows = 7
    return whole


def bomb() -> telemetry_pb2.BatchFrame:
    payload = zstandard.compress(bytes(64 << 20))
    return frame(payload, plain_bytes=64 << 20)


def lying_bomb() -> telemetry_pb2.BatchFrame:
    return frame(zstandard.compress(bytes(64 << 20)), plain_bytes=1_000)


def not_utf8() -> telemetry_pb2.BatchFrame:
    rows = telemetry_pb2.TableRows(table="cpu", event="snapshot", ts_delta_us=[TS_US])
    rows.columns.add(field="vendor", encoding=1, dictionary=["AA"], index=[0])
    plain = telemetry_pb2.Batch(tables=[rows]).SerializeToString().replace(b"AA", b"\xff\xfe")
    return packed(plain)


def other_policy() -> telemetry_pb2.BatchFrame:
    whole = batch()
    whole.policy_version = 1
    whole.policy_sha256 = b"\x11" * 32
    return whole


def row(table: str, event: str, **values: Any) -> telemetry_pb2.BatchFrame:
    return batch(SpooledRow(table, event, TS_US, values))


def token(domain: str, epoch: int = 1) -> Pseudonym:
    return Pseudonym(domain, epoch, b"\x07" * 16)


BAD = {
    "truncated": (truncated, "malformed"),
    "random": (lambda: frame(b"\x00\x01\x02" * 50), "malformed"),
    "empty": (lambda: frame(b"", rows=0, plain_bytes=0), "malformed"),
    "not-a-batch": (lambda: packed(b"\xff" * 40), "malformed"),
    "not-utf8": (not_utf8, "malformed"),
    "miscounted": (miscounted, "malformed"),
    "bomb": (bomb, "too-large"),
    "lying-bomb": (lying_bomb, "malformed"),
    "too-many-rows": (lambda: frame(b"x", rows=limits.BATCH_ROWS_MAX + 1), "too-large"),
    "too-large": (lambda: frame(bytes(limits.BATCH_BYTES_MAX + 1)), "too-large"),
    "policy-never-published": (other_policy, "policy-unknown"),
    "unknown-table": (lambda: row("keystrokes", "line", text=CANARY), "field-unknown"),
    "unknown-event": (lambda: row("cpu", "melted", vendor=CANARY), "field-unknown"),
    "unknown-field": (lambda: row("cpu", "snapshot", owner=CANARY), "field-unknown"),
    "raw-where-pseudonym": (
        lambda: row("session", "logon", user_name=CANARY),
        "field-not-allowed",
    ),
    "raw-list-element": (
        lambda: row("network_interface", "snapshot", name="eth0", mac_address=CANARY),
        "field-not-allowed",
    ),
    "foreign-domain": (
        lambda: row("session", "logon", user_name=token("host")),
        "field-not-allowed",
    ),
    "foreign-epoch": (
        lambda: row("session", "logon", user_name=token("person", 9)),
        "field-not-allowed",
    ),
    "wrong-type": (lambda: row("cpu", "snapshot", logical_count=CANARY), "field-not-allowed"),
    "whole-address": (
        lambda: row("network_interface", "snapshot", name="eth0", ip_addresses=("10.1.2.3",)),
        "value-not-allowed",
    ),
    "secret-in-text": (
        lambda: row("log_line", "line", message=f"login password={CANARY} ok"),
        "value-not-allowed",
    ),
    "forged-token-in-text": (
        lambda: row("log_line", "line", message=f"<pn:{'x' * 9}:1:{'A' * 22}> {CANARY}"),
        "value-not-allowed",
    ),
}


async def refused(run: Running, stream: Conversation, name: str, seq: int) -> None:
    make, reason = BAD[name]
    await stream.send(seq, make())
    answer = (await stream.hear("refused")).refused
    assert (answer.seq, answer.reason) == (seq, reason)
    assert CANARY not in answer.detail
    assert (await stream.hear("ack")).ack.seq == seq  # the number is used up, durably


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_batch_is_refused_and_the_next_one_taken(data_dir: Path, name: str) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    try:
        async with running(data_dir) as run:
            laptop = await run.laptop()
            async with laptop.streaming() as stream:
                await refused(run, stream, name, 1)
                await stream.send(2, batch())
                await stream.acknowledged(2)
            async with laptop.streaming() as stream:
                assert stream.welcome.last_seq == 2
            bad, good = run.events.from_laptops
            assert list(bad.tables) == []
            assert bad.receipt["reason"] == BAD[name][1]
            assert "reason" not in good.receipt
            await asyncio.sleep(0.05)
            (entry,) = await asyncio.to_thread(run.services.ingest.quarantine.list)
            assert (entry.device_id, entry.seq) == (run.device_id(laptop), 1)
            key = (entry.device_id.bytes, laptop.stream_id)
            assert await asyncio.to_thread(run.services.ingest.quarantine.reached) == {key: 1}
            assert CANARY not in repr(entry) + repr(bad)
            refusals = run.services.metrics.registry.get_sample_value(
                "reticent_refused_total", {"reason": BAD[name][1]}
            )
            assert refusals == 1
    finally:
        logging.getLogger().removeHandler(handler)
    assert '"batch_refused"' in log.getvalue()
    assert CANARY not in log.getvalue()
    assert CANARY.encode() not in (data_dir / "control.db").read_bytes()


async def test_a_message_above_the_bound_ends_the_stream_and_nothing_else(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, frame(bytes(limits.MESSAGE_BYTES_MAX + 1)))
            code, _ = await stream.end()
            assert code.name == "RESOURCE_EXHAUSTED"
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)


async def test_pseudonyms_are_completed_before_they_are_stored(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            embedded = f"logon of <pn:person:1:{'B' * 21}A> failed"
            await stream.send(
                1,
                batch(
                    SpooledRow("session", "logon", TS_US, {"user_name": token("person")}),
                    SpooledRow("log_line", "line", TS_US, {"message": embedded}),
                ),
            )
            await stream.acknowledged(1)
        texts = [
            text
            for stored in run.events.from_laptops
            for table in stored.tables
            for column in table.columns
            for text in column.dictionary or ()
        ]
        message, user = sorted(texts)
        assert user.startswith("pn:person:1:")
        assert message.startswith("logon of <pn:person:1:")
        half = "BwcHBwcHBwcHBwcHBwcHBw"
        assert half not in user
        assert "B" * 21 not in message
