"""The enrolment port: gRPC in, `EnrolmentService` behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, NoReturn, TypeVar

import grpc
from reticent_contract.v1 import enrolment_pb2, enrolment_pb2_grpc, policy_pb2

from reticent_server.ca.authority import CertificateAuthority
from reticent_server.devices import signals
from reticent_server.enrolment.returning import Returning, ReturnService
from reticent_server.enrolment.service import Enrolled, Enrolment, EnrolmentService
from reticent_server.errors import EnrolmentError, ServerError
from reticent_server.log import Log
from reticent_server.peer import PeerAddress, address_of, network_of

_log = Log("enrolment")
_STATUS = {
    "rate-limited": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "request-bad": grpc.StatusCode.INVALID_ARGUMENT,
    "token-unknown": grpc.StatusCode.UNAUTHENTICATED,
    "token-revoked": grpc.StatusCode.UNAUTHENTICATED,
    "token-expired": grpc.StatusCode.UNAUTHENTICATED,
    "token-used-up": grpc.StatusCode.UNAUTHENTICATED,
}
Context = grpc.aio.ServicerContext[enrolment_pb2.EnrolRequest, enrolment_pb2.EnrolResponse]
ReturnContext = grpc.aio.ServicerContext[enrolment_pb2.ReturnRequest, enrolment_pb2.ReturnResponse]
_Wanted = TypeVar("_Wanted", Enrolment, Returning)
_Response = TypeVar("_Response")


class EnrolmentServicer(enrolment_pb2_grpc.EnrolmentServiceServicer):
    """`telemetry_address` is asked each time: the port may be chosen only at start."""

    def __init__(
        self,
        service: EnrolmentService,
        returns: ReturnService,
        *,
        executor: Executor,
        ca: CertificateAuthority,
        policy_public_key: bytes,
        policy_of: Callable[[Enrolled], policy_pb2.SignedPolicy],
        telemetry_address: Callable[[], str],
        peer_address: PeerAddress = address_of,
    ) -> None:
        self._service = service
        self._returns = returns
        self._executor = executor
        self._ca = ca
        self._policy_public_key = policy_public_key
        self._policy_of = policy_of
        self._telemetry_address = telemetry_address
        self._peer_address = peer_address

    async def Enrol(  # noqa: N802 - gRPC's name
        self, request: enrolment_pb2.EnrolRequest, context: Context
    ) -> enrolment_pb2.EnrolResponse:
        wanted = Enrolment(
            secret=request.token_secret,
            csr_der=request.csr_der,
            agent_version=request.agent_version,
            catalog_version=request.catalog_version,
            os_family=request.os_family,
            address=self._peer_address(context.peer()),
        )
        return await self._answer(context, self._enrol, wanted)

    async def Return(  # noqa: N802 - gRPC's name
        self, request: enrolment_pb2.ReturnRequest, context: ReturnContext
    ) -> enrolment_pb2.ReturnResponse:
        wanted = Returning(
            certificate_der=request.certificate_der,
            csr_der=request.csr_der,
            shown=signals.read(request.machine_signals),
            address=self._peer_address(context.peer()),
        )
        return await self._answer(context, self._take_back, wanted)

    async def _answer(
        self,
        context: grpc.aio.ServicerContext[Any, Any],
        call: Callable[[_Wanted], _Response],
        wanted: _Wanted,
    ) -> _Response:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, call, wanted)
        except EnrolmentError as error:
            if error.reason != "rate-limited":  # counted; a line for each would fill the disk
                _log.warning(
                    "enrolment_refused", reason=error.reason, network=network_of(wanted.address)
                )
            status = _STATUS.get(error.reason, grpc.StatusCode.FAILED_PRECONDITION)
            if error.reason.startswith("return-"):
                status = grpc.StatusCode.PERMISSION_DENIED
            await _abort(context, status, str(error))
        except ServerError as error:
            _log.error("enrolment_failed", error)
            await _abort(
                context,
                grpc.StatusCode.UNAVAILABLE,
                "the server cannot enrol just now; nothing was changed; try again later",
            )

    def _take_back(self, wanted: Returning) -> enrolment_pb2.ReturnResponse:
        issued = self._returns.take_back(wanted)
        _log.info("device_returned", serial=issued.serial)
        return enrolment_pb2.ReturnResponse(
            certificate_der=issued.der,
            ca_certificates_der=self._ca.roots_der,
            ca_links_der=self._ca.links_der,
        )

    def _enrol(self, wanted: Enrolment) -> enrolment_pb2.EnrolResponse:
        enrolled: Enrolled = self._service.enrol(wanted)
        _log.info("device_enrolled", device_id=enrolled.device_id, again=enrolled.again)
        return enrolment_pb2.EnrolResponse(
            device_id=enrolled.device_id.bytes,
            certificate_der=enrolled.certificate.der,
            ca_certificates_der=self._ca.roots_der,
            telemetry_address=self._telemetry_address(),
            policy_public_key=self._policy_public_key,
            # Who is not approved gets no policy, and so collects nothing.
            policy=None if enrolled.waiting else self._policy_of(enrolled),
            group=enrolled.group,
            waiting_for_approval=enrolled.waiting,
        )


async def _abort(
    context: grpc.aio.ServicerContext[Any, Any], code: grpc.StatusCode, sentence: str
) -> NoReturn:
    await context.abort(code, sentence)
