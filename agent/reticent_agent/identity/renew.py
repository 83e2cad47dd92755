"""A new certificate for a new key, in good time, by proof of possession of the present one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from reticent_contract.v1 import telemetry_pb2

from reticent_agent.errors import IdentityError
from reticent_agent.identity import keys, roots
from reticent_agent.identity.store import Identity, IdentityStore

if TYPE_CHECKING:
    import grpc.aio

ANSWER_WAIT_S = 20.0
RENEW_AT = 0.5  # of the certificate's life
JITTER = 0.1  # of its life, either way: a fleet enrolled in one morning does not renew in one hour


def renew_after_s(identity: Identity, *, now_s: float, chance: float) -> float:
    """Seconds until the renewal is due, 0 where it is. `chance` is 0 ≤ x < 1."""
    not_before, not_after = identity.validity_s()
    life = not_after - not_before
    due = not_before + life * (RENEW_AT + JITTER * (2 * chance - 1))
    return max(0.0, due - now_s)


def is_expired(identity: Identity, *, now_s: float) -> bool:
    """By the laptop's clock; the server decides by its own."""
    return now_s > identity.validity_s()[1]


async def renew(channel: grpc.aio.Channel, *, store: IdentityStore, trusted: bytes) -> None:
    """Stores the next pair. Both pairs stay until a stream under the next one is welcomed.

    `trusted`: the CA certificates under which the channel was opened, PEM.

    Raises KeeperError; IdentityError: transient where the server could not be asked, permanent
    where its answer cannot be used.
    """
    import grpc
    from reticent_contract.v1 import telemetry_pb2_grpc

    key = await asyncio.to_thread(store.next_key)  # a TPM takes its time
    csr_der = await asyncio.to_thread(keys.request_der, key, store.tpm)
    request = telemetry_pb2.RenewRequest(csr_der=csr_der)
    try:
        response = await telemetry_pb2_grpc.TelemetryServiceStub(channel).Renew(
            request, timeout=ANSWER_WAIT_S
        )
    except grpc.aio.AioRpcError as error:
        raise IdentityError(
            f"the certificate was not renewed ({error.code().name}); the present one stays in use; "
            "the agent tries again by itself",
            permanent=False,
        ) from None
    certificate = keys.certificate_pem(response.certificate_der)
    ca = roots.taken(response.ca_certificates_der, response.ca_links_der, trusted=trusted)
    if not keys.belongs(certificate, key):
        raise IdentityError(
            "the server's answer to the renewal is for another key; the present certificate stays "
            "in use; compare the versions of agent and server",
            permanent=True,
        )
    store.save_next(certificate=certificate, ca=ca)
