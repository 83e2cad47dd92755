"""The stream against a server in this process: what it sends, what it does when told something."""

from __future__ import annotations

import asyncio
import hashlib
import time
from functools import partial
from typing import Any

import grpc
import pytest
from reticent_agent.identity import keys
from reticent_agent.stream.model import CertificateExpiredError, RekeyOrderedError, StopOrderedError
from reticent_contract.v1 import policy_pb2, telemetry_pb2
from reticent_contract.v1.telemetry_pb2 import Command
from support.connect_proxy import ConnectProxy
from support.fake_telemetry import FakeServer, Response, Send

from .conftest import Laptop, stored_messages

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def test_rows_arrive_once_and_leave_the_spool(server: FakeServer, laptop: Laptop) -> None:
    laptop.put(*(f"m{n}" for n in range(2_500)))
    laptop.start()
    await laptop.until_drained()
    assert stored_messages(server) == [f"m{n}" for n in range(2_500)]
    # The spool forgets a batch on its own thread, a moment before the count is told.
    await server.until(lambda: laptop.steered.rows_acked == 2_500)
    hello = server.hellos[0]
    assert (hello.protocol_version, hello.stream_id) == (1, laptop.spool.stream_id)
    assert list(hello.trusted_ca_sha256) == [hashlib.sha256(server.ca.der).digest()]
    assert laptop.steered.welcomes[0].keys[0].key == b"\x11" * 32


async def test_rows_that_come_later_are_sent_at_once(server: FakeServer, laptop: Laptop) -> None:
    laptop.start()
    await server.until(lambda: "connected" in laptop.steered.states)
    for number in range(5):
        laptop.put(f"m{number}")
        laptop.client.wake()
        await server.until(partial(lambda n: server.rows == n + 1, number), seconds=5)
    assert [f.seq for f in server.stored[laptop.spool.stream_id]] == [1, 2, 3, 4, 5]


async def test_the_server_sets_the_window(server: FakeServer, laptop: Laptop) -> None:
    server.in_flight_max, server.ack_delay_s = 2, 0.05
    for number in range(8):
        laptop.put(f"m{number}", version=number + 1)
    laptop.start()
    await laptop.until_drained()
    assert server.rows == 8
    assert server.most_in_flight <= 2


async def test_a_lost_ack_makes_a_duplicate_that_is_stored_once(
    server: FakeServer, laptop: Laptop
) -> None:
    lost: list[object] = []

    async def lose_first_ack(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        if lost:
            return False
        lost.append(frame.seq)
        server.stored.setdefault(laptop.spool.stream_id, []).append(frame)
        server.last_seq[laptop.spool.stream_id] = frame.seq
        raise RuntimeError("the connection breaks after the batch was stored")

    server.on_batch = lose_first_ack
    laptop.put("once")
    laptop.start()
    await laptop.until_drained()
    assert lost == [1]
    assert stored_messages(server) == ["once"]


async def test_a_gap_is_answered_from_the_number_that_is_expected(
    server: FakeServer, laptop: Laptop
) -> None:
    swallowed: list[object] = []

    async def swallow_the_second(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        if frame.seq == 2 and not swallowed:
            swallowed.append(frame.seq)
            return True
        return False

    server.on_batch = swallow_the_second
    for number in range(9):
        laptop.put(f"m{number}", version=number + 1)
    laptop.start()
    await laptop.until_drained()
    assert swallowed == [2]
    assert stored_messages(server) == [f"m{n}" for n in range(9)]
    assert len(server.hellos) == 1


async def test_a_refused_batch_is_given_up_and_the_next_goes_on(
    server: FakeServer, laptop: Laptop
) -> None:
    async def refuse_the_first(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        if frame.seq != 1:
            return False
        server.last_seq[laptop.spool.stream_id] = 1
        refused = telemetry_pb2.Refused(seq=1, reason="field-not-allowed", detail="os.name")
        await send(Response(refused=refused))
        return True

    server.on_batch = refuse_the_first
    laptop.put("a", "b")
    laptop.put("c", version=2)
    laptop.start()
    await server.until(lambda: bool(server.rows and laptop.steered.refused))
    assert laptop.steered.refused == [(1, 2, "field-not-allowed")]
    assert stored_messages(server) == ["c"]
    assert {s.batch.seq: s.state for s in laptop.spool.sent()}[1] == "refused"


async def test_retry_after_is_silence(server: FakeServer, laptop: Laptop) -> None:
    laptop.start()
    await server.until(lambda: bool(laptop.steered.welcomes))
    await server.push(Response(retry_after=telemetry_pb2.RetryAfter(delay_ms=600, reason="busy")))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    laptop.put("late")
    laptop.client.wake()
    await server.until(lambda: server.rows == 1)
    assert time.monotonic() - started >= 0.4


async def test_policies_are_reported_good_or_bad(server: FakeServer, laptop: Laptop) -> None:
    laptop.start()
    await server.until(lambda: bool(laptop.steered.welcomes))
    for version in (2, 3):
        policy = policy_pb2.SignedPolicy(version=version, sha256=bytes([version]) * 32)
        push = telemetry_pb2.PolicyPush(policy=policy)
        await server.push(Response(policy_push=push))
    await server.until(lambda: len(server.reports) == 2)
    assert [(r.version, r.in_force, r.refusal) for r in server.reports] == [
        (2, True, ""),
        (3, False, "odd"),
    ]


async def test_keys_are_taken_before_the_policy_behind_them(
    server: FakeServer, laptop: Laptop
) -> None:
    laptop.start()
    await server.until(lambda: bool(laptop.steered.welcomes))
    keys = [policy_pb2.PseudonymKey(epoch=n, key=bytes([n]) * 32) for n in (1, 2)]
    await server.push(Response(key_push=telemetry_pb2.KeyPush(pseudonym_keys=keys)))
    policy = policy_pb2.SignedPolicy(version=2, sha256=b"\2" * 32)
    await server.push(Response(policy_push=telemetry_pb2.PolicyPush(policy=policy)))
    await server.until(lambda: bool(server.reports))
    assert laptop.steered.pushed == [{1: b"\1" * 32, 2: b"\2" * 32}]


async def test_a_ping_is_answered(server: FakeServer, laptop: Laptop) -> None:
    laptop.start()
    await server.until(lambda: bool(laptop.steered.welcomes))
    await server.push(Response(ping=telemetry_pb2.Ping(nonce=77)))
    await server.until(lambda: server.pongs == [77])


@pytest.mark.parametrize(
    ("action", "error"),
    [(Command.ACTION_REKEY, RekeyOrderedError), (Command.ACTION_STOP, StopOrderedError)],
)
@pytest.mark.parametrize("early", [True, False])
async def test_an_order_ends_the_stream(
    server: FakeServer, laptop: Laptop, action: Any, error: type[Exception], early: bool
) -> None:
    frame = Response(command=Command(action=action, reason="lost"))

    async def order(send: Send) -> bool:
        await send(frame)
        await asyncio.sleep(5)
        return True

    server.on_hello = order if early else None
    laptop.start()
    if not early:
        await server.until(lambda: bool(laptop.steered.welcomes))
        await server.push(frame)
    with pytest.raises(error, match="lost"):
        await asyncio.wait_for(laptop.running, 5)


@pytest.mark.parametrize(("server_has", "reason"), [(0, "server_behind"), (9, "server_ahead")])
async def test_numbers_that_do_not_fit_begin_a_new_stream(
    server: FakeServer, laptop: Laptop, server_has: int, reason: str
) -> None:
    laptop.put("acked long ago")
    laptop.spool.seal()
    laptop.spool.acknowledge(1)
    laptop.put("waits")
    laptop.spool.seal()
    old = laptop.spool.stream_id
    server.last_seq[old] = server_has
    laptop.start()
    await laptop.until_drained()
    assert laptop.steered.replaced == [(reason, 1)]
    assert laptop.spool.stream_id != old
    assert stored_messages(server) == ["waits"]
    assert [f.seq for f in server.stored[laptop.spool.stream_id]] == [1]


async def test_an_ack_of_what_was_never_sent_is_not_believed(
    server: FakeServer, laptop: Laptop
) -> None:
    async def overdo(frame: telemetry_pb2.BatchFrame, send: Send) -> bool:
        server.on_batch = None
        await send(Response(ack=telemetry_pb2.Ack(seq=99)))
        return True

    server.on_batch = overdo
    laptop.put("kept")
    laptop.start()
    await laptop.until_drained()
    assert stored_messages(server) == ["kept"]
    assert any("acked batch 99" in error for error in laptop.steered.errors)


async def test_a_server_under_another_ca_gets_nothing(server: FakeServer, laptop: Laptop) -> None:
    foreign = FakeServer()
    await foreign.start()
    identity = laptop.identities.load()
    assert identity is not None
    document = (laptop.folder / "device.json").read_text()
    (laptop.folder / "device.json").write_text(document.replace(server.address, foreign.address))
    laptop.put("not for strangers")
    laptop.start()
    await server.until(lambda: len(laptop.steered.errors) >= 2)
    await foreign.stop()
    assert foreign.hellos == []
    assert "`reticent-agent enrol --replace` with a new token" in laptop.steered.errors[0]
    assert laptop.spool.stats().rows == 1


async def test_a_device_that_is_not_accepted_says_what_to_do(
    server: FakeServer, laptop: Laptop
) -> None:
    server.stream_error = (grpc.StatusCode.UNAUTHENTICATED, "revoked")
    laptop.put("kept")
    laptop.start()
    # gRPC says "INTERNAL" of a stream refused before its first message; the next one is told.
    told = "does not accept this device"
    await server.until(lambda: any(told in error for error in laptop.steered.errors))
    assert "connected" not in laptop.steered.states
    assert laptop.spool.stats().rows == 1


async def test_a_certificate_is_renewed_at_half_its_life_and_confirmed(
    server: FakeServer, laptop: Laptop
) -> None:
    laptop.enrol(life_s=62)  # not_before lies 60 s back: the half is over
    before = laptop.identities.load()
    assert before is not None
    laptop.put("a")
    laptop.start()
    await server.until(lambda: server.renewals == 1 and len(server.hellos) == 2)
    await server.until(lambda: not list(laptop.folder.glob("*.new")))
    await laptop.until_drained()
    after = laptop.identities.load()
    assert after is not None
    assert after.certificate != before.certificate
    assert after.key != before.key
    assert after.device_id == before.device_id
    assert not after.is_next
    assert not list(laptop.folder.glob("*.new"))


async def test_a_renewed_certificate_that_is_not_taken_is_given_up(
    server: FakeServer, laptop: Laptop
) -> None:
    current = laptop.identities.load()
    assert current is not None
    key = laptop.identities.next_key()
    der = server.ca.device(keys.request_der(key), current.device_id)
    laptop.identities.save_next(certificate=keys.certificate_pem(der), ca=server.ca.pem)
    server.only_key = current.certificate
    laptop.put("a")
    laptop.start()
    await laptop.until_drained()
    after = laptop.identities.load()
    assert after == current
    assert not list(laptop.folder.glob("*.new"))


@pytest.mark.parametrize("new_pair_works", [True, False])
async def test_an_order_to_rekey_is_doubted_once_while_a_renewed_pair_is_there(
    server: FakeServer, laptop: Laptop, new_pair_works: bool
) -> None:
    current = laptop.identities.load()
    assert current is not None
    key = laptop.identities.next_key()
    der = server.ca.device(keys.request_der(key), current.device_id)
    renewed = keys.certificate_pem(der)
    laptop.identities.save_next(certificate=renewed, ca=server.ca.pem)
    met = 0

    async def meet(send: Send) -> bool:
        """The renewed pair's welcome is lost, so the laptop comes with the pair before."""
        nonlocal met
        met += 1
        if met % 2:
            if new_pair_works and met == 3:
                return False
            raise RuntimeError("the connection breaks before the welcome")
        order = Command(action=Command.ACTION_REKEY, reason="a copy")
        await send(Response(command=order))
        await asyncio.sleep(5)
        return True

    server.on_hello = meet
    laptop.put("a")
    laptop.start()
    if new_pair_works:
        await laptop.until_drained()
        after = laptop.identities.load()
        assert after is not None
        assert (after.certificate, after.is_next) == (renewed, False)
        assert met == 3
    else:
        with pytest.raises(RekeyOrderedError, match="a copy"):
            await asyncio.wait_for(laptop.running, 10)
        assert met == 4


async def test_an_expired_certificate_that_leads_nowhere_is_told(
    server: FakeServer, laptop: Laptop
) -> None:
    laptop.enrol(life_s=-1)
    laptop.start()
    with pytest.raises(CertificateExpiredError, match="enrol this laptop again"):
        await asyncio.wait_for(laptop.running, 10)


@pytest.mark.parametrize("way", ["config", "https_proxy", "HTTPS_PROXY"])
async def test_the_stream_goes_through_a_proxy(
    server: FakeServer, laptop: Laptop, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "grpc_proxy", "http_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")  # so that it is put back, whoever sets it meanwhile
        monkeypatch.delenv(name)
    proxy = ConnectProxy()
    if way == "config":
        laptop.proxy = proxy.address
    else:
        laptop.proxy = None
        monkeypatch.setenv(way, proxy.address)
    laptop.put("through the proxy")
    laptop.start()
    await laptop.until_drained()
    assert proxy.connections == 1
    proxy.cut()
    laptop.put("again")
    laptop.client.wake()
    await laptop.until_drained()
    assert proxy.connections >= 2
    assert stored_messages(server) == ["through the proxy", "again"]


async def test_the_drain_after_an_outage_waits_a_random_part(
    server: FakeServer, laptop: Laptop
) -> None:
    laptop.chance = lambda: 0.5
    laptop.put("waited")
    laptop.start()
    laptop.client._offline_since -= 20  # as if the server had been away for 20 s: up to 2 s
    started = time.monotonic()
    await laptop.until_drained()
    assert time.monotonic() - started >= 0.9


async def test_tls_1_2_is_not_spoken(server: FakeServer) -> None:
    import ssl

    host, _, port = server.enrolment_address.rpartition(":")
    for version, accepted in ((ssl.TLSVersion.TLSv1_2, False), (ssl.TLSVersion.TLSv1_3, True)):
        context = ssl.create_default_context(cadata=server.ca.pem.decode())
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2"])
        try:
            _, writer = await asyncio.open_connection(host, int(port), ssl=context)
        except (ssl.SSLError, ConnectionError):
            spoken = False
        else:
            spoken = True
            writer.close()
        assert spoken is accepted


def test_the_agent_asks_for_nothing_below_tls_1_3() -> None:
    import os

    assert os.environ["GRPC_SSL_CIPHER_SUITES"] == "ECDHE-RSA-AES256-GCM-SHA384"
    assert grpc.__version__
