"""Keeps the stream up: connects, converses, waits with full jitter, connects again.

Renews the certificate at half its life; a renewed pair is confirmed by the first welcome under it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from reticent_agent.errors import AgentError, IdentityError, StreamError, describe
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.keys import fingerprints
from reticent_agent.identity.renew import is_expired, renew, renew_after_s
from reticent_agent.keepers.model import KeeperError
from reticent_agent.keepers.tpm.private_key import HandshakeSigner
from reticent_agent.keepers.tpm.signing import is_tpm_key
from reticent_agent.metrics import Metrics
from reticent_agent.spool import Spool
from reticent_agent.stream.backoff import Backoff
from reticent_agent.stream.channel import Endpoint, is_distrust, open_channel
from reticent_agent.stream.model import (
    ApprovalAwaitedError,
    CertificateExpiredError,
    OrderedError,
    RekeyOrderedError,
    Steering,
)
from reticent_agent.stream.session import Session, Tools

if TYPE_CHECKING:
    import grpc.aio

log = logging.getLogger("reticent_agent.stream")

_RENEW_RETRY_S = 3_600.0
_APPROVAL_RETRY_S = 60.0
_STEADY_S = 30.0  # a stream that held this long starts the next wait short again


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the client uses of the process. `chance` yields 0 ≤ x < 1."""

    spool: Spool
    disk: Executor
    steering: Steering
    identities: IdentityStore
    metrics: Metrics
    now_us: Callable[[], int]
    chance: Callable[[], float]
    proxy: str | None = None


class StreamClient:
    """Make it inside the event loop that runs it."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._with = surroundings
        self._wake = asyncio.Event()
        self._backoff = Backoff(surroundings.chance)
        self._offline_since = time.monotonic()
        self._welcomed_at: float | None = None
        self._delivered = False
        self._welcome = asyncio.Event()
        self._use_current = False  # the renewed pair was not taken: try the one before
        self._renew_asked = asyncio.Event()
        self._renewed: Callable[[], object] | None = None  # of a renewal that somebody asked for
        self._order_doubted = False  # an order to rekey met the older pair of two

    def renew_now(self, renewed: Callable[[], object]) -> None:
        """A new key at the next chance, which is at once where the stream is up.

        `renewed` is called once the server has accepted it. From the loop's thread.
        """
        self._renewed = renewed
        self._renew_asked.set()

    def wake(self) -> None:
        """Rows were spooled, or something else to send is there. From the loop's thread."""
        self._wake.set()

    async def run(self) -> NoReturn:
        """Until cancelled. Raises OrderedError, CertificateExpiredError, IdentityError."""
        while True:
            identity = self._identity()
            error = await self._converse(identity)
            if self._worked():
                self._backoff.reset()
            delay_s = self._backoff.next_s()
            waits = isinstance(error, ApprovalAwaitedError)
            if waits:  # people approve, and seldom within a minute
                delay_s = _APPROVAL_RETRY_S * (0.5 + self._with.chance())
            self._with.steering.connection("waiting" if waits else "offline", error=describe(error))
            log.warning(
                "the stream is down",
                extra={"fields": {"reason": describe(error), "again_in_s": round(delay_s, 1)}},
            )
            await asyncio.sleep(delay_s)

    def _worked(self) -> bool:
        """A line that is cut often but delivers is no reason to wait longer each time."""
        steady_since = self._welcomed_at
        steady = steady_since is not None and time.monotonic() - steady_since >= _STEADY_S
        return steady or self._delivered

    def _identity(self) -> Identity:
        identity = self._with.identities.load(use_current=self._use_current)
        if identity is None:
            raise IdentityError(
                "this laptop is not enrolled; nothing is sent; run `reticent-agent enrol` with a "
                "token",
                permanent=True,
            )
        return identity

    def _signer(self, identity: Identity) -> HandshakeSigner | None:
        """Where the key is in a TPM."""
        if not is_tpm_key(identity.key):
            return None
        return HandshakeSigner(identity.key, self._with.identities.tpm)

    async def _converse(self, identity: Identity) -> Exception:
        """One connection. Returns why it ended; raises what another try cannot help."""
        import grpc.aio
        from reticent_contract.v1 import telemetry_pb2_grpc

        self._welcomed_at = None
        self._delivered = False
        self._welcome.clear()
        self._with.steering.connection("connecting", error=None)
        signer = self._signer(identity)
        endpoint = Endpoint(
            address=identity.telemetry_address,
            ca=identity.ca,
            key=identity.key if signer is None else None,
            sign=signer,
            certificate=identity.certificate,
            proxy=self._with.proxy,
        )
        failure: Exception
        channel = open_channel(endpoint)
        try:
            call = telemetry_pb2_grpc.TelemetryServiceStub(channel).Stream()
            session = Session(
                call,
                self._tools(),
                offline_s=self._offline_s(),
                device_key_kept=identity.kept,
                trusted_ca_sha256=fingerprints(identity.ca),
            )
            renewing = asyncio.create_task(self._renew_in_time(channel, identity))
            talking = asyncio.create_task(session.run(lambda: self._welcomed(identity)))
            try:
                await asyncio.wait({renewing, talking}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (renewing, talking):
                    task.cancel()
                ends = await asyncio.gather(renewing, talking, return_exceptions=True)
                done = call.done()
                call.cancel()
                self._delivered = session.delivered
            failure = next(end for end in reversed(ends) if isinstance(end, Exception))
            if isinstance(failure, asyncio.InvalidStateError) and done:
                # Written to after the other side had ended it: what it said then is the reason.
                failure = _explained((await call.code()).name, await call.details(), identity)
        except grpc.aio.AioRpcError as error:
            failure = error
        finally:
            await channel.close()
        self._with.metrics.set("reticent_agent_connected", 0)
        if isinstance(failure, OrderedError):
            return self._doubted(identity, failure)
        if signer is not None and signer.trouble is not None:
            failure = signer.trouble
        if isinstance(failure, grpc.aio.AioRpcError):
            failure = _explained(failure.code().name, failure.details(), identity)
        if isinstance(failure, asyncio.InvalidStateError):
            failure = StreamError("the connection broke; what is spooled stays", permanent=False)
        if not isinstance(failure, AgentError):
            raise failure
        self._after(identity, failure)
        return failure

    def _doubted(self, identity: Identity, order: OrderedError) -> AgentError:
        """An order to rekey that the older of two pairs got may be meant for that pair only.

        The server may have seen the renewed pair already (its welcome was lost), and then takes
        whoever comes with the older one for a copy. So the renewed pair is tried once more before
        an order is obeyed. Raises the order where there is no such doubt.
        """
        if (
            not isinstance(order, RekeyOrderedError)
            or self._order_doubted
            or identity.is_next
            or not self._use_current
            or not self._has_next()
        ):
            raise order
        self._order_doubted = True
        self._use_current = False
        return StreamError(
            f"{order}; the renewed certificate is tried once more before that", permanent=False
        )

    def _has_next(self) -> bool:
        identity = self._with.identities.load()
        return identity is not None and identity.is_next

    def _after(self, identity: Identity, failure: Exception) -> None:
        if self._welcomed_at is not None:
            self._offline_since = time.monotonic()
            return
        self._with.metrics.add("reticent_agent_connects_total", outcome="failed")
        self._use_current = identity.is_next
        if not identity.is_next and is_expired(identity, now_s=self._with.now_us() / 1e6):
            raise CertificateExpiredError(
                f"the device certificate has expired and the server was not reached with it "
                f"({describe(failure)}); what is spooled stays; enrol this laptop again with a new "
                "token",
                permanent=False,
            )

    def _welcomed(self, identity: Identity) -> None:
        self._welcomed_at = time.monotonic()
        self._welcome.set()
        self._with.metrics.add("reticent_agent_connects_total", outcome="welcomed")
        self._with.metrics.set("reticent_agent_connected", 1)
        if identity.is_next:
            self._with.identities.confirm()
            log.info("the renewed certificate is in use")
            if self._renewed is not None:
                self._renewed()
                self._renewed = None
        elif self._use_current:
            self._with.identities.withdraw_next()
            log.warning("the renewed certificate was not accepted; the one before stays in use")
        self._use_current = False
        self._order_doubted = False
        self._with.steering.connection("connected", error=None)

    async def _renew_in_time(self, channel: grpc.aio.Channel, identity: Identity) -> NoReturn:
        """Ends the stream once a new pair is there: the next connection uses it."""
        await self._welcome.wait()
        chance = self._with.chance()
        while True:
            delay_s = renew_after_s(identity, now_s=self._with.now_us() / 1e6, chance=chance)
            if delay_s > 0 and not self._renew_asked.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(delay_s):
                        await self._renew_asked.wait()
                continue
            try:
                await renew(channel, store=self._with.identities, trusted=identity.ca)
            except (IdentityError, KeeperError) as error:
                log.warning("renewal failed", exc_info=error)
                await asyncio.sleep(_RENEW_RETRY_S * (0.5 + self._with.chance()))
                continue
            self._renew_asked.clear()
            self._backoff.reset()
            raise StreamError("the certificate was renewed: connecting with it", permanent=False)

    def _tools(self) -> Tools:
        return Tools(
            spool=self._with.spool,
            disk=self._with.disk,
            steering=self._with.steering,
            wake=self._wake,
            now_us=self._with.now_us,
            chance=self._with.chance,
            batch_sent=lambda: self._with.metrics.add("reticent_agent_batches_sent_total"),
        )

    def _offline_s(self) -> float:
        return time.monotonic() - self._offline_since


def _explained(code: str, details: str | None, identity: Identity) -> StreamError:
    said = f"{code}: {details}" if details else code
    if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
        return StreamError(
            f"the server at {identity.telemetry_address} does not accept this device ({said}); "
            "what is spooled stays; ask the administrator whether it was revoked, and enrol it "
            "again with a new token if it was not meant",
            permanent=True,
        )
    if is_distrust(details):
        return StreamError(
            f"the server at {identity.telemetry_address} shows a certificate that this laptop does "
            f"not trust ({said}); nothing was sent, and what is spooled stays; if the "
            "administrator says that the server's root was exchanged while this laptop was off, "
            "run `reticent-agent enrol --replace` with a new token; else somebody may be in the "
            "way",
            permanent=False,
        )
    return StreamError(
        f"no stream to {identity.telemetry_address} ({said}); what is spooled stays; the agent "
        "tries again by itself; if it lasts, `reticent-agent doctor` looks for the cause",
        permanent=False,
    )
