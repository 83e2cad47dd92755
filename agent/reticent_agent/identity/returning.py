"""After too long a time off: a new certificate for the key that this laptop has, without a token.

The server says whether: see its enrolment/returning.py. The key and the device stay.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from reticent_contract.v1 import enrolment_pb2, identity_pb2

from reticent_agent.errors import EnrolmentError, IdentityError, describe
from reticent_agent.identity import keys, roots
from reticent_agent.identity.store import Identity, IdentityStore
from reticent_agent.stream.channel import Endpoint, is_distrust, open_channel

ANSWER_WAIT_S = 20.0


async def come_back(
    identity: Identity,
    *,
    store: IdentityStore,
    signals: Sequence[identity_pb2.MachineSignal],
    proxy: str | None,
) -> Identity:
    """The same device with a certificate of today, stored already.

    Raises EnrolmentError, permanent where the server wants a token; IdentityError.
    """
    if not identity.enrolment_address:
        raise _refused("this laptop enrolled before it was told where to return to")
    request = enrolment_pb2.ReturnRequest(
        certificate_der=keys.certificate_der(identity.certificate),
        csr_der=await asyncio.to_thread(keys.request_der, identity.key, store.tpm),
        machine_signals=signals,
    )
    endpoint = Endpoint(address=identity.enrolment_address, ca=identity.ca, proxy=proxy)
    async with open_channel(endpoint) as channel:
        import grpc  # after open_channel: TLS is set up before gRPC is loaded
        from reticent_contract.v1 import enrolment_pb2_grpc

        try:
            response = await enrolment_pb2_grpc.EnrolmentServiceStub(channel).Return(
                request, timeout=ANSWER_WAIT_S, wait_for_ready=False
            )
        except grpc.aio.AioRpcError as error:
            code, details = error.code().name, error.details()
            if is_distrust(details):
                raise EnrolmentError(
                    f"the server at {identity.enrolment_address} shows a certificate that this "
                    "laptop does not trust; nothing is collected; if the administrator says that "
                    "the server's root was exchanged while this laptop was off, run "
                    "`reticent-agent enrol --replace` with a new token; else somebody may be in "
                    "the way",
                    permanent=False,
                ) from None
            if code in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"):
                raise EnrolmentError(
                    f"the server at {identity.enrolment_address} cannot be reached or is busy "
                    f"({code}); nothing is collected; the agent tries again by itself",
                    permanent=False,
                ) from None
            raise _refused(details or code) from None
    certificate = keys.certificate_pem(response.certificate_der)
    try:
        ca = roots.taken(response.ca_certificates_der, response.ca_links_der, trusted=identity.ca)
    except IdentityError as error:
        raise _refused(describe(error)) from None
    if not keys.belongs(certificate, identity.key):
        raise _refused("its answer is for another key")
    return store.save(replace(identity, certificate=certificate, ca=ca, is_next=False))


def _refused(why: str) -> EnrolmentError:
    return EnrolmentError(
        f"the server does not take this laptop back without a token ({why}); the identity is as "
        "before; ask the administrator for a new token",
        permanent=True,
    )
