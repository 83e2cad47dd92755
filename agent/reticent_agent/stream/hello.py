"""What the agent says first on a stream."""

from __future__ import annotations

from collections.abc import Sequence

from reticent_contract.kept import Kept
from reticent_contract.v1 import telemetry_pb2

from reticent_agent import __version__
from reticent_agent.stream.model import Standing

PROTOCOL_VERSION = 1


def hello_of(
    standing: Standing,
    *,
    stream_id: bytes,
    now_us: int,
    device_key_kept: Kept,
    trusted_ca_sha256: Sequence[bytes],
) -> telemetry_pb2.Hello:
    return telemetry_pb2.Hello(
        protocol_version=PROTOCOL_VERSION,
        catalog_version=standing.catalog_version,
        agent_version=__version__,
        stream_id=stream_id,
        instance_id=standing.instance_id,
        policy_version=standing.policy_version,
        policy_sha256=standing.policy_sha256,
        now_us=now_us,
        device_key_kept=device_key_kept,
        pseudonym_keys_kept=standing.pseudonym_keys_kept or "",
        machine_signals=standing.machine_signals,
        actions=standing.actions,
        trusted_ca_sha256=trusted_ca_sha256,
    )
