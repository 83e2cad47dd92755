"""The running agent: enrols where it must, steers pipeline and stream by what the server orders.

Enters: a `Config`. Leaves: rows at the server; status.json, metrics.prom, logs.
Must hold: one agent a data directory; no policy or an expired one means nothing is collected;
stopping loses nothing that was collected.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NoReturn

from reticent_contract.catalog import CATALOG
from reticent_contract.v1 import policy_pb2, telemetry_pb2

from reticent_agent import __version__, folder_lock
from reticent_agent.away import Away
from reticent_agent.collect.apps.inbox import AppInbox
from reticent_agent.collect.model import Asked, EventSource
from reticent_agent.config import Config
from reticent_agent.consent.accounts import has_account
from reticent_agent.consent.answers import ConsentAnswers
from reticent_agent.consent.newcomers import watch
from reticent_agent.consent.persons import persons
from reticent_agent.consent.record import ConsentRecord
from reticent_agent.enrolling import configured_token, enrol_now
from reticent_agent.errors import AgentError, IdentityError, describe
from reticent_agent.governor import Governor
from reticent_agent.identity import Identity, IdentityStore, Stopped
from reticent_agent.identity.keys import key_sha256
from reticent_agent.keepers import KeeperError, machine
from reticent_agent.local import place
from reticent_agent.local.server import LocalServer
from reticent_agent.memory import give_back_soon
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import Collecting, Pipeline
from reticent_agent.remote import removal
from reticent_agent.remote.asked import WORDS
from reticent_agent.remote.orders import Orders
from reticent_agent.report.files import ReportFiles
from reticent_agent.report.status import StatusBoard
from reticent_agent.starting import open_spool, take_keys_over, tell_damage
from reticent_agent.stream.client import StreamClient, Surroundings
from reticent_agent.stream.model import (
    CertificateExpiredError,
    RekeyOrderedError,
    Standing,
    StopOrderedError,
    UninstallBegunError,
    Welcomed,
)

log = logging.getLogger("reticent_agent")

WRITE_AFTER_S = 1.0
DRAIN_S = 2.0


class Agent:
    """Make and run it inside one event loop. Implements `stream.model.Steering`."""

    def __init__(self, config: Config, collecting: Collecting) -> None:
        self._config = config
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._clock = collecting.clock
        self._metrics = Metrics()
        self._board = StatusBoard(self._changed)
        self._files = ReportFiles(config.data_dir, board=self._board, metrics=self._metrics)
        self._writing: asyncio.TimerHandle | None = None
        self._instance_id = os.urandom(16)
        self._vault = machine.vault(config)
        self._identities = IdentityStore(config.data_dir, vault=self._vault)
        self._lock = folder_lock.take(config.data_dir)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
        try:
            removal.refuse(config.data_dir)
            self._take_keys_over()
            self._spool = open_spool(
                config,
                now_us=self._clock.now_us,
                on_damage=lambda opened: tell_damage(self._pipeline, opened),
                soon=self._loop.call_soon,
            )
        except BaseException:
            self._lock.close()
            raise
        self._persons = partial(persons, collecting.files, sys.platform)
        self._consents = ConsentRecord(config.data_dir, persons=self._persons)
        self._apps = AppInbox()
        self._pipeline = Pipeline(
            catalog=CATALOG,
            spool=self._spool,
            collecting=replace(collecting, sources=self._with_inbox(collecting.sources)),
            board=self._board,
            metrics=self._metrics,
            spooled=self._spooled,
            agreed=self._consents.agreed,
        )
        self._governor = Governor(
            self._vault, pipeline=self._pipeline, board=self._board, clock=self._clock
        )
        self._client: StreamClient | None = None
        self._away = Away(config, self._identities, collecting, board=self._board)
        self._orders = Orders(
            self._governor,
            config,
            self._identities,
            machine=lambda: self._away.signals,
            board=self._board,
            clock=self._clock,
        )
        answers = ConsentAnswers(
            self._consents,
            policy=lambda: self._pipeline.policy,
            again=self._governor.again,
            pipeline=self._pipeline,
            spool=self._spool,
            clock=self._clock,
            has_account=partial(has_account, collecting.files),
        )
        handlers = {**answers.handlers(), **self._orders.handlers(), "apps.used": self._apps.take}
        self._door = LocalServer(place.folder(config), handlers)

    def _with_inbox(
        self, of_this_system: Callable[[Asked], Sequence[EventSource]]
    ) -> Callable[[Asked], Sequence[EventSource]]:
        """This system's own sources, and what helpers report through the door."""

        def sources(asked: Asked) -> Sequence[EventSource]:
            found = of_this_system(asked)
            used = asked.get("app_usage")
            return found if used is None else (*found, self._apps.source(used))

        return sources

    def stop(self) -> None:
        """Ends `run` soon, from the loop's thread."""
        self._stop.set()

    @property
    def is_uninstalled(self) -> bool:
        """Begun, and nobody stopped it: `remote.leaving` goes on once this agent has ended."""
        return self._orders.begun and not self._stop.is_set()

    async def run(self) -> None:
        """Until `stop`. Raises AgentError where it cannot go on."""
        await self._door.start()
        ends = [asyncio.create_task(end.wait()) for end in (self._stop, self._orders.ending)]
        working = asyncio.create_task(self._work())
        newcomers = asyncio.create_task(
            watch(
                policy=lambda: self._pipeline.policy,
                persons=self._persons,
                again=self._governor.again,
            )
        )
        try:
            await asyncio.wait({*ends, working, newcomers}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done() and not self._orders.begun:
                await self._drain()
        finally:
            await self._end(*ends, working, newcomers)
        for task in (working, newcomers):
            if not task.cancelled():
                task.result()

    async def _end(self, *tasks: asyncio.Task[object]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._door.stop()
        await asyncio.to_thread(self._pipeline.stop)
        self._board.set(state="stopped")
        self._write()
        self._disk.shutdown(wait=True)
        self._spool.close()
        self._lock.close()

    async def _work(self) -> None:
        await self._away.look()
        identity = await self._identity()
        self._tell_keys(identity)
        detail = (
            f"version {__version__}; device key {identity.kept}; "
            f"pseudonym keys {self._governor.keys_kept or 'none yet'}"
        )
        self._pipeline.health("started", component="agent", detail=detail)
        while True:
            try:
                await self._stream(identity)
            except UninstallBegunError:
                return
            except StopOrderedError as order:
                log.warning("the server stopped this device", exc_info=order)
                self._identities.stop(Stopped(order.reason, self._clock.now_us()))
                await self._idle(str(order))
            except (RekeyOrderedError, CertificateExpiredError) as error:
                log.warning("a new identity is needed", exc_info=error)
                identity = await self._new_identity(error)

    async def _identity(self) -> Identity:
        """The one on disk, or a new one by the configured token."""
        stopped = self._identities.stopped()
        if stopped is not None:
            await self._idle(
                f"the server stopped this device ({stopped.reason}); nothing is collected; to take "
                "it into service again stop the agent, run `reticent-agent enrol -` with a new "
                "token, then start it"
            )
        identity = self._identities.load()
        if identity is None:
            token = configured_token(self._config)
            if token is None:
                raise IdentityError(
                    "this laptop is not enrolled and no token is configured; nothing is collected; "
                    "run `reticent-agent enrol --token-file FILE`",
                    permanent=True,
                )
            self._board.set(state="connecting", error=None)
            identity = await enrol_now(self._config, token, vault=self._vault, patient=True)
        self._board.set(device_id=str(identity.device_id))
        return identity

    async def _new_identity(self, why: AgentError) -> Identity:
        """After the old one was withdrawn. Without a usable token: collects nothing, and waits."""
        if isinstance(why, RekeyOrderedError):
            self._identities.discard()
        else:
            back = await self._away.come_back()
            if back is not None:
                return back
        lacks = "there is no valid enrolment token here"
        try:
            token = configured_token(self._config)
            if token is not None and token.expires_s > self._governor.now_s():
                await self._governor.pause()
                self._identities.discard()
                identity = await enrol_now(self._config, token, vault=self._vault, patient=True)
                self._board.set(device_id=str(identity.device_id), error=None)
                return identity
        except AgentError as error:
            lacks = f"enrolling again failed: {error}"
        return await self._idle(
            f"{why}; {lacks}; nothing is collected; stop the agent, run `reticent-agent enrol -` "
            "with a new token, then start it"
        )

    async def _stream(self, identity: Identity) -> None:
        await self._governor.begin(identity)
        self._client = StreamClient(
            Surroundings(
                spool=self._spool,
                disk=self._disk,
                steering=self,
                identities=self._identities,
                metrics=self._metrics,
                now_us=self._clock.now_us,
                chance=random.random,
                proxy=self._config.proxy,
            )
        )
        self._orders.client = self._client
        await self._client.run()

    async def _idle(self, why: str) -> NoReturn:
        """Nothing is collected or sent, until somebody stops or enrols this agent."""
        await self._governor.pause()
        self._board.set(state="stopped", error=why)
        log.warning(why)
        while True:
            await asyncio.Event().wait()

    # Steering.

    def standing(self) -> Standing:
        policy = self._governor.policy
        return Standing(
            catalog_version=CATALOG.version,
            policy_version=0 if policy is None else policy.version,
            policy_sha256=b"" if policy is None else policy.sha256,
            instance_id=self._instance_id,
            pseudonym_keys_kept=self._governor.keys_kept,
            machine_signals=self._away.signals,
            actions=tuple(WORDS),
        )

    async def asked(self, command: telemetry_pb2.Command) -> telemetry_pb2.CommandReport | None:
        return await self._orders.obey(command)

    async def welcomed(self, welcomed: Welcomed) -> telemetry_pb2.PolicyReport | None:
        give_back_soon(self._loop)  # what only the start needed
        report = await self._governor.welcomed(
            welcomed.keys, clock_ahead_us=welcomed.clock_ahead_us
        )
        self._tell_keys(self._identities.load())
        return report

    async def keyed(
        self, keys: Sequence[policy_pb2.PseudonymKey]
    ) -> telemetry_pb2.PolicyReport | None:
        return await self._governor.keyed(keys)

    async def offered(self, signed: policy_pb2.SignedPolicy) -> telemetry_pb2.PolicyReport:
        return await self._governor.offered(signed)

    def acked(self, rows: int) -> None:
        self._metrics.add("reticent_agent_rows_acked_total", rows)
        self._board.count_rows(acked=rows)
        self._count_spooled()

    def batch_refused(self, *, seq: int, rows: int, reason: str) -> None:
        log.warning(
            "the server refused a batch",
            extra={"fields": {"seq": seq, "why": reason, "rows": rows}},
        )
        self._metrics.add("reticent_agent_batches_refused_total", reason=reason)
        self._board.count_rows(dropped=rows)
        self._pipeline.health("batch_refused", component="stream", reason=reason, count=rows)

    def stream_replaced(self, *, reason: str, batches: int) -> None:
        log.warning("a new stream begins", extra={"fields": {"why": reason, "batches": batches}})
        self._pipeline.health("spool_damaged", component="stream", reason=reason, count=batches)

    def connection(self, state: str, *, error: str | None) -> None:
        facts: dict[str, object] = {"state": state}
        if error is not None or state == "connected":
            facts["error"] = error
        self._board.set(**facts)

    # Reports.

    def _spooled(self) -> None:
        """From the pipeline's thread."""
        self._in_loop(self._count_spooled)
        if self._client is not None:
            self._in_loop(self._client.wake)

    def _count_spooled(self) -> None:
        stats = self._spool.stats()
        self._board.count_rows(spooled=stats.rows + stats.rows_waiting)
        self._metrics.set("reticent_agent_spool_rows", stats.rows + stats.rows_waiting)
        self._metrics.set("reticent_agent_spool_bytes", stats.bytes)

    def _changed(self) -> None:
        """From any thread: the files are written soon, together with what else changes."""
        self._in_loop(self._write_soon)

    def _write_soon(self) -> None:
        if self._writing is None and not self._lock.closed:  # else it is another's folder
            self._writing = self._loop.call_later(WRITE_AFTER_S, self._write)

    def _write(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        self._files.write(now_us=self._clock.now_us())

    def _in_loop(self, call: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended: the last write has been done
            self._loop.call_soon_threadsafe(call)

    async def _drain(self) -> None:
        """Gives what was just collected a moment to leave; what does not, stays spooled."""
        self._pipeline.health("stopped", component="agent")
        await asyncio.to_thread(self._pipeline.stop)
        if self._board.picture()["state"] != "connected" or self._client is None:
            return
        self._client.wake()
        until = time.monotonic() + DRAIN_S
        while time.monotonic() < until:
            stats = self._spool.stats()
            if not stats.rows and not stats.batches_waiting:
                return
            await asyncio.sleep(0.05)

    def _take_keys_over(self) -> None:
        """Seals what lies plain. Raises KeeperError, shown by `status`, where keys do not open."""
        try:
            take_keys_over(self._vault)
        except KeeperError as error:
            self._board.set(state="stopped", error=describe(error))
            self._write()
            raise

    def _tell_keys(self, identity: Identity | None) -> None:
        if identity is not None:
            self._board.set(key_sha256=key_sha256(identity.certificate))
            self._board.set(keys={"device": identity.kept, "pseudonyms": self._governor.keys_kept})
