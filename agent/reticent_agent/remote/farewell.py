"""One conversation with the server about an uninstallation: done, and the key may go.

Enters: the identity, what was asked. Leaves: whether the device is out of service at the server.
Must hold: it sends no row and no fact but that it is done; only the server's own word, over TLS
under the pinned CA, counts as its answer.
"""

from __future__ import annotations

import asyncio
import os

from reticent_contract.catalog import CATALOG
from reticent_contract.v1 import telemetry_pb2

from reticent_agent.identity import Identity
from reticent_agent.identity.keys import fingerprints
from reticent_agent.remote.removal import Removal, known_names
from reticent_agent.stream.channel import Endpoint, open_channel
from reticent_agent.stream.hello import hello_of
from reticent_agent.stream.model import Standing

ANSWER_WAIT_S = 20.0
Command = telemetry_pb2.Command


async def say_done(
    identity: Identity, removal: Removal, *, endpoint: Endpoint, now_us: int
) -> bool | None:
    """True once the device is out of service, now or before. None: it is to be said again.

    False: the server trusts this key no longer, and wants another of whoever has it. Nothing can be
    said with it, and the device is not known to be out of service.
    """
    channel = open_channel(endpoint)
    import grpc.aio  # after open_channel: TLS is set up before gRPC is loaded
    from reticent_contract.v1 import telemetry_pb2_grpc

    call = telemetry_pb2_grpc.TelemetryServiceStub(channel).Stream()
    try:
        async with asyncio.timeout(ANSWER_WAIT_S):
            await call.write(_hello(identity, removal, now_us=now_us))
            while isinstance(frame := await call.read(), telemetry_pb2.StreamResponse):
                kind = frame.WhichOneof("frame")
                if kind == "command" and frame.command.action == Command.ACTION_STOP:
                    return True
                if kind == "command" and frame.command.action == Command.ACTION_REKEY:
                    return False
                if kind == "welcome":
                    report = _report(removal)
                    await call.write(telemetry_pb2.StreamRequest(command_report=report))
                elif kind == "ping":
                    pong = telemetry_pb2.Pong(nonce=frame.ping.nonce)
                    await call.write(telemetry_pb2.StreamRequest(pong=pong))
    except (TimeoutError, grpc.aio.AioRpcError, asyncio.InvalidStateError):
        return None
    finally:
        call.cancel()
        await channel.close()
    return None


def _hello(identity: Identity, removal: Removal, *, now_us: int) -> telemetry_pb2.StreamRequest:
    """Of a new stream that stays empty; the hardware as it was shown last."""
    standing = Standing(
        catalog_version=CATALOG.version,
        policy_version=0,
        policy_sha256=b"",
        instance_id=os.urandom(16),
        machine_signals=removal.machine,
        actions=[Command.ACTION_UNINSTALL],
    )
    hello = hello_of(
        standing,
        stream_id=os.urandom(16),
        now_us=now_us,
        device_key_kept=identity.kept,
        trusted_ca_sha256=fingerprints(identity.ca),
    )
    return telemetry_pb2.StreamRequest(hello=hello)


def _report(removal: Removal) -> telemetry_pb2.CommandReport:
    stayed = known_names(removal.stayed)
    return telemetry_pb2.CommandReport(
        command_id=removal.command_id,
        done=True,
        detail=f"could not be deleted there: {stayed}" if stayed else "",
        uninstalled_here=removal.here,
    )
