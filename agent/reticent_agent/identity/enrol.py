"""From an enrolment token to an identity. Idempotent: the key is on disk before the call."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from reticent_contract import enrolment_token, limits
from reticent_contract.enrolment_token import EnrolmentToken, TokenError
from reticent_contract.v1 import enrolment_pb2, policy_pb2

from reticent_agent import __version__
from reticent_agent.errors import EnrolmentError, IdentityError
from reticent_agent.identity import keys
from reticent_agent.identity.store import Identity, IdentityStore
from reticent_agent.stream.backoff import Backoff
from reticent_agent.stream.channel import Endpoint, open_channel

ANSWER_WAIT_S = 20.0
_OS_FAMILIES = {"linux": "linux", "darwin": "macos", "win32": "windows"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The identity, stored already, and the policy that came with it."""

    identity: Identity
    policy: policy_pb2.SignedPolicy
    waiting: bool  # an administrator has to approve this laptop first


def read_token(text: str) -> EnrolmentToken:
    """Raises EnrolmentError (permanent) where the text is no token."""
    try:
        return enrolment_token.decode(text)
    except TokenError as error:
        raise EnrolmentError(str(error), permanent=True) from None


async def enrol(
    token: EnrolmentToken,
    *,
    store: IdentityStore,
    catalog_version: int,
    proxy: str | None,
) -> Enrolled:
    """One try. Raises EnrolmentError, permanent where another try cannot help; IdentityError."""
    key = await asyncio.to_thread(store.pending_key)
    request = enrolment_pb2.EnrolRequest(
        token_secret=token.secret,
        csr_der=await asyncio.to_thread(keys.request_der, key, store.tpm),
        agent_version=__version__,
        catalog_version=catalog_version,
        os_family=_OS_FAMILIES.get(sys.platform, sys.platform),
    )
    ca = keys.certificate_pem(token.ca_certificate_der)
    response = await _call(request, Endpoint(address=token.address, ca=ca, proxy=proxy))
    identity = _identity(response, key=key, token=token)
    return Enrolled(
        identity=store.save(identity),
        policy=response.policy,
        waiting=response.waiting_for_approval,
    )


async def enrol_patiently(
    token: EnrolmentToken,
    *,
    store: IdentityStore,
    catalog_version: int,
    proxy: str | None,
    chance: Callable[[], float],
    waiting: Callable[[EnrolmentError, float], None],
) -> Enrolled:
    """Tries until it works or cannot work. `waiting` hears why and for how many seconds."""
    backoff = Backoff(chance)
    while True:
        try:
            return await enrol(token, store=store, catalog_version=catalog_version, proxy=proxy)
        except EnrolmentError as error:
            if error.permanent:
                raise
            delay_s = backoff.next_s()
            waiting(error, delay_s)
        await asyncio.sleep(delay_s)


async def _call(
    request: enrolment_pb2.EnrolRequest, endpoint: Endpoint
) -> enrolment_pb2.EnrolResponse:
    async with open_channel(endpoint) as channel:
        import grpc  # after open_channel: TLS is set up before gRPC is loaded
        from reticent_contract.v1 import enrolment_pb2_grpc

        try:
            return await enrolment_pb2_grpc.EnrolmentServiceStub(channel).Enrol(
                request, timeout=ANSWER_WAIT_S, wait_for_ready=False
            )
        except grpc.aio.AioRpcError as error:
            raise _explained(error.code().name, endpoint.address, error.details()) from None


def _explained(code: str, address: str, details: str | None) -> EnrolmentError:
    said = f"{code}: {details}" if details else code
    if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
        return EnrolmentError(
            f"the server at {address} does not take this enrolment token ({said}); the laptop is "
            "not enrolled and nothing is collected; ask the administrator for a new token",
            permanent=True,
        )
    if code in ("INVALID_ARGUMENT", "UNIMPLEMENTED", "FAILED_PRECONDITION"):
        return EnrolmentError(
            f"the server at {address} cannot enrol this agent ({said}); nothing is collected; "
            "compare the versions of agent and server",
            permanent=True,
        )
    return EnrolmentError(
        f"the server at {address} cannot be reached or is busy ({said}); nothing is collected yet; "
        "try again when it answers (a running agent does so by itself); check address, proxy and "
        "firewall, and that the token came from this server",
        permanent=False,
    )


def _identity(
    response: enrolment_pb2.EnrolResponse, *, key: bytes, token: EnrolmentToken
) -> Identity:
    """Checks the answer before anything of it is stored.

    1. the identifier is a UUID; 2. the certificate is for our key; 3. there is a CA; 4. the
    address is one; 5. the policy key has 32 bytes; 6. the group is a name, where it says one: a key
    that the server knows already stays in its group, whatever the token says.
    """
    cas = response.ca_certificates_der
    try:
        certificate = keys.certificate_pem(response.certificate_der)
        ca = b"".join(keys.certificate_pem(der) for der in cas)
    except IdentityError:
        raise _bad_answer("a certificate in it is damaged") from None
    if len(response.device_id) != 16:
        raise _bad_answer("its device_id is not 16 bytes")
    if not keys.belongs(certificate, key):
        raise _bad_answer("its certificate is for another key")
    if not 1 <= len(cas) <= limits.CA_CERTIFICATES_MAX:
        raise _bad_answer("it has no CA certificate, or too many")
    host, _, port = response.telemetry_address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise _bad_answer("its telemetry address is not host:port")
    if len(response.policy_public_key) != 32:
        raise _bad_answer("its policy key is not 32 bytes")
    if len(response.group) > limits.NAME_CHARS_MAX or not response.group.isprintable():
        raise _bad_answer("the group in it is no name")
    if len(response.policy.canonical_json) > limits.POLICY_BYTES_MAX:
        raise _bad_answer("its policy is too large")
    return Identity(
        device_id=uuid.UUID(bytes=response.device_id),
        key=key,
        certificate=certificate,
        ca=ca,
        telemetry_address=response.telemetry_address,
        policy_public_key=response.policy_public_key,
        group=response.group or token.group,
        enrolment_address=token.address,
    )


def _bad_answer(what: str) -> EnrolmentError:
    return EnrolmentError(
        f"the server's answer to the enrolment cannot be used: {what}; the laptop is not enrolled; "
        "compare the versions of agent and server",
        permanent=True,
    )
