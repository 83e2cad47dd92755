"""Decides whether collecting goes on: by the policy, its dates, and the keys that it needs.

Enters: signed policies, pseudonym keys, the server's time. Leaves: a pipeline that collects under
the policy in force, or one that pauses. Must hold: no policy, an expired one, or one without its
keys means that nothing is collected.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from reticent_contract.catalog import CATALOG
from reticent_contract.kept import Kept
from reticent_contract.limits import POLICY_CLOCK_TOLERANCE_S, REASON_CHARS_MAX
from reticent_contract.policy import Policy, PolicyError
from reticent_contract.redact import KeyRing
from reticent_contract.v1 import policy_pb2, telemetry_pb2

from reticent_agent.collect.model import Clock
from reticent_agent.errors import PolicyRefusedError, PolicyWaitsError, describe
from reticent_agent.identity import Identity
from reticent_agent.keepers.vault import Vault
from reticent_agent.pipeline import Pipeline
from reticent_agent.policy.accept import Judge
from reticent_agent.policy.keys import KeyStore
from reticent_agent.policy.store import PolicyStore
from reticent_agent.remote.asked import Asked
from reticent_agent.report.status import StatusBoard

log = logging.getLogger("reticent_agent.policy")

CLOCK_TOLERANCE_US = 300 * 1_000_000
_LOOK_AGAIN_S = 86_400.0  # clocks are turned, and timers do not count a suspended laptop's time
_LOOK_AT_PAUSE_S = 600.0  # likewise
_TIMER_SLACK_S = 1.0


class Governor:
    """Belongs to one event loop; what takes long runs in threads."""

    def __init__(
        self, vault: Vault, *, pipeline: Pipeline, board: StatusBoard, clock: Clock
    ) -> None:
        self._folder = vault.folder
        self._pipeline = pipeline
        self._board = board
        self._clock = clock
        self._clock_ahead_us = 0
        self._keys = KeyStore(vault.folder, vault=vault)
        self._judge: Judge | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._expiring: asyncio.Task[None] | None = None
        # The stream's orders and people's consent both start collecting anew: one at a time.
        self._changing = asyncio.Lock()
        self._asked = Asked(vault.folder)
        self._resuming: asyncio.TimerHandle | None = None
        self._resumed: asyncio.Task[None] | None = None
        # A policy whose first day is still to come: the server offers it no second time.
        self._waiting: asyncio.TimerHandle | None = None
        self._taken_up: asyncio.Task[telemetry_pb2.PolicyReport] | None = None
        self._offering = asyncio.Lock()
        self.policy: Policy | None = None  # verified, whether or not its keys are here

    @property
    def keys_kept(self) -> Kept | None:
        """How the pseudonym keys lie on this laptop; None: there are none yet."""
        return self._keys.kept

    def now_s(self) -> int:
        """By the server's clock, as far as it is known."""
        return (self._clock.now_us() + self._clock_ahead_us) // 1_000_000

    async def begin(self, identity: Identity) -> None:
        """The policy that was in force under this identity's server goes on, if it still holds."""
        self._judge = Judge(
            store=PolicyStore(self._folder),
            public_key=identity.policy_public_key,
            catalog=CATALOG,
            group=identity.group,
        )
        self.policy = None
        self._wait_no_more()
        try:
            self.policy = self._judge.stored(now_s=self.now_s())
        except PolicyRefusedError as error:
            self._say("the stored policy does not hold", error)
            self._board.set(no_policy=describe(error))
        if self.policy is None:
            await self.pause()
        else:
            await self._collect(self.policy)

    async def pause(self) -> None:
        """Nothing is collected until a policy is put in force."""
        async with self._changing:
            await self._pause()

    async def end(self) -> None:
        """Nothing is collected any more, whatever is put in force."""
        self._wait_no_more()
        async with self._changing:
            await asyncio.to_thread(self._pipeline.stop)

    @property
    def asked(self) -> Asked:
        """What an administrator asked of this laptop."""
        return self._asked

    def is_paused(self) -> bool:
        """True while a pause lasts that an administrator asked for."""
        return self._asked.paused_until_us > self.now_s() * 1_000_000

    async def pause_until(self, until_us: int, reason: str) -> None:
        """Nothing is collected before then; what is spooled is still sent. Raises OSError."""
        self._asked.pause(until_us=until_us, reason=reason)
        async with self._changing:
            await self._pause()
        self._watch_pause()

    async def resume(self) -> None:
        """A pause is over: collects under the policy in force. Raises OSError."""
        self._asked.resume()
        self._watch_pause()
        if self.policy is not None and self._pipeline.policy is None:
            await self._collect(self.policy)

    def _watch_pause(self) -> None:
        """Tells the owner, and looks again when the pause may be over."""
        if self._resuming is not None:
            self._resuming.cancel()
            self._resuming = None
        until_us = self._asked.paused_until_us
        if not until_us:
            self._board.set(paused=None)
            return
        self._board.set(paused={"until_us": until_us, "reason": self._asked.pause_reason})
        left_s = until_us / 1_000_000 - self.now_s()
        self._resuming = asyncio.get_running_loop().call_later(
            max(0.0, min(_LOOK_AT_PAUSE_S, left_s)) + _TIMER_SLACK_S, self._check_pause
        )

    def _check_pause(self) -> None:
        if self.is_paused():
            self._watch_pause()
        else:
            self._resumed = asyncio.create_task(self._resume_now())

    async def _resume_now(self) -> None:
        try:
            await self.resume()
        except OSError as error:
            fields = {"errno": error.errno}
            log.warning("the end of a pause is not written", extra={"fields": fields})
            self._watch_pause()  # the pause is over all the same: tries again

    async def _pause(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        await asyncio.to_thread(self._pipeline.pause)

    async def welcomed(
        self, received: Sequence[policy_pb2.PseudonymKey], *, clock_ahead_us: int
    ) -> telemetry_pb2.PolicyReport | None:
        """A welcome: keys and the server's time. May be what collecting waited for.

        The report is of a policy that Hello named and that cannot be run all the same.
        """
        before_us, self._clock_ahead_us = self._clock_ahead_us, clock_ahead_us
        report = await self.keyed(received)
        if abs(clock_ahead_us - before_us) > CLOCK_TOLERANCE_US:
            self._pipeline.health(
                "clock_changed",
                component="clock",
                reason="differs_from_server",
                detail="count is the difference in seconds",
                count=abs(clock_ahead_us) // 1_000_000,
            )
        return report

    async def keyed(
        self, received: Sequence[policy_pb2.PseudonymKey]
    ) -> telemetry_pb2.PolicyReport | None:
        """All keys that the server has now; those it does not name are deleted here too.

        The report is of a policy that cannot be run with them.
        """
        known = self._keys.load()
        keys = self._keys.update(received)
        policy = self.policy
        if policy is None:
            return None
        changed = known.epochs.get(policy.epoch) != keys.epochs.get(policy.epoch)
        why = ""
        if self._pipeline.policy is None or changed:
            why = await self._collect(policy)
        if not why:
            return None
        return telemetry_pb2.PolicyReport(
            version=policy.version, sha256=policy.sha256, refusal=_told(why)
        )

    async def offered(self, signed: policy_pb2.SignedPolicy) -> telemetry_pb2.PolicyReport:
        """In force only where rows are collected under it now; else with the reason.

        A policy that is refused leaves the one before in force. One that was accepted and cannot
        be run (its time, its key, its rules) ends the one before: nothing is collected. One whose
        first day is still to come is taken up then, and reported with the next Hello.
        """
        self._wait_no_more()
        async with self._offering:
            return await self._offered(signed)

    async def _offered(self, signed: policy_pb2.SignedPolicy) -> telemetry_pb2.PolicyReport:
        report = telemetry_pb2.PolicyReport(version=signed.version, sha256=signed.sha256)
        try:
            if self._judge is None:
                raise PolicyRefusedError(
                    "the agent is not enrolled; no policy is in force; enrol it first"
                )
            accepted = await asyncio.to_thread(
                self._judge.accept,
                signed,
                now_s=self.now_s(),
                is_one_in_force=self._pipeline.policy is not None or self.is_paused(),
            )
            policy = accepted or self.policy
            if policy is None:  # the one on disk, which did not hold when it was last looked at
                policy = await asyncio.to_thread(self._judge.stored, now_s=self.now_s())
        except PolicyRefusedError as error:
            report.refusal = _told(str(error))
            if self._pipeline.policy is None and not self.is_paused():
                self._board.set(no_policy=describe(error))
            if isinstance(error, PolicyWaitsError):
                log.info("a policy waits for its day", extra={"fields": {"until_s": error.until_s}})
                self._wait(signed, error.until_s)
                return report
            log.warning("a policy was refused", exc_info=error)
            self._pipeline.health(
                "policy_refused", component="policy", detail=f"version {signed.version}"
            )
            return report
        self.policy = policy
        if policy is not None and self._pipeline.policy is not policy:
            report.refusal = _told(await self._collect(policy))
        # A pause has an end and ends no policy.
        report.in_force = policy is not None and (
            self._pipeline.policy is policy or self.is_paused()
        )
        return report

    def _wait(self, signed: policy_pb2.SignedPolicy, until_s: int) -> None:
        """Offers it to itself on its first day, by the server's clock; looks at that daily."""
        self._wait_no_more()
        left_s = max(0.0, min(_LOOK_AGAIN_S, until_s - self.now_s())) + _TIMER_SLACK_S
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(left_s, self._check_waiting, signed, until_s)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _check_waiting(self, signed: policy_pb2.SignedPolicy, until_s: int) -> None:
        if self.now_s() < until_s:
            self._wait(signed, until_s)
        else:
            self._taken_up = asyncio.create_task(self.offered(signed))

    async def again(self) -> None:
        """Collects anew under the policy in force: people have agreed to something, or withdrawn.

        When this returns, nothing is collected that needs a consent that is not there.
        """
        async with self._changing:
            policy = self.policy
            if policy is not None and self._pipeline.policy is not None:
                await self._collect_now(policy)

    async def _collect(self, policy: Policy) -> str:
        """Starts under `policy`, and says "", or pauses and says why it cannot be run now."""
        async with self._changing:
            return await self._collect_now(policy)

    async def _collect_now(self, policy: Policy) -> str:
        why = await self._run(policy)
        self._board.set(no_policy=why or None)
        return why

    async def _run(self, policy: Policy) -> str:
        if self.is_paused():
            await self._pause()
            self._watch_pause()
            return ""
        keys = self._keys.load()
        ring = KeyRing(keys.epochs, keys.device)
        problem = policy.time_problem(self.now_s())
        if problem is not None:
            return await self._expire(policy, problem)
        if not ring.has(policy.epoch):
            await self._pause()
            return (
                f"the pseudonym key of epoch {policy.epoch} is not here; nothing is collected "
                "until the next welcome brings it"
            )
        try:
            await asyncio.to_thread(self._pipeline.start, policy, ring)
        except PolicyError as error:
            await self._pause()  # the one before is not in force any more
            refusal = PolicyRefusedError(
                f"policy {policy.version} was accepted and cannot be run "
                f"({'; '.join(error.problems) or 'its keys or rules do not fit'}); nothing is "
                "collected; the administrator has to publish a new version"
            )
            self._say("the policy cannot be run", refusal)
            self._pipeline.health(
                "policy_refused", component="policy", detail=f"version {policy.version}"
            )
            return str(refusal)
        except Exception:
            await self._pause()
            raise
        self._board.set(error=None)
        log.info("collecting", extra={"fields": {"policy_version": policy.version}})
        self._watch_expiry(policy)
        return ""

    def _watch_expiry(self, policy: Policy) -> None:
        """Looks again when the policy may have expired, and at least daily."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if policy.expires_s is None:
            return
        left_s = policy.expires_s + POLICY_CLOCK_TOLERANCE_S - self.now_s()
        self._expiry = asyncio.get_running_loop().call_later(
            max(0.0, min(_LOOK_AGAIN_S, left_s)) + _TIMER_SLACK_S, self._check_expiry, policy
        )

    def _check_expiry(self, policy: Policy) -> None:
        if self._pipeline.policy is not policy:
            return
        problem = policy.time_problem(self.now_s())
        if problem is None:
            self._watch_expiry(policy)
        else:
            self._expiring = asyncio.create_task(self._expire_now(policy, problem))

    async def _expire_now(self, policy: Policy, problem: str) -> None:
        async with self._changing:
            if self._pipeline.policy is policy:
                await self._expire(policy, problem)

    async def _expire(self, policy: Policy, problem: str) -> str:
        error = PolicyRefusedError(
            f"policy {policy.version} does not hold: {problem}; nothing is collected, what is "
            "spooled is still sent; the administrator has to publish a new version"
        )
        self._say("the policy does not hold any more", error)
        self._board.set(no_policy=describe(error))
        await self._pause()
        return str(error)

    def _say(self, message: str, error: PolicyRefusedError) -> None:
        log.error(message, exc_info=error)
        self._board.set(error=describe(error))


def _told(why: str) -> str:
    """As much of it as goes to the server, which keeps no more; what is cut stands in the log."""
    return why if len(why) <= REASON_CHARS_MAX else why[: REASON_CHARS_MAX - 1] + "…"
