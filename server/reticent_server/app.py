"""One running server: its stores, its three ports, its start and its end.

Start, in this order: keys, stores, services, then the ports; ready last. A port that is taken or a
key that is missing stops the start, and what was opened is closed again. End: no new work, what
was accepted is stored and acknowledged, then ports and stores are closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from reticent_contract.catalog import CATALOG

from reticent_server.approvals.service import ApprovalService
from reticent_server.audit import AuditService
from reticent_server.audit.trail import checkpoints_of
from reticent_server.audit.watch import AuditWatch
from reticent_server.auth import AccountService
from reticent_server.auth.passkeys import relying_party
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.config import Ports, ServerConfig, host_port
from reticent_server.data_dir import control_path, events_path, secrets_dir
from reticent_server.devices.actions import RemoteActions
from reticent_server.devices.authentication import DeviceAuthentication
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.groups import DeviceGroups
from reticent_server.devices.service import DeviceService
from reticent_server.devices.uninstalling import Uninstalling
from reticent_server.enrolment.rate import AddressLimits
from reticent_server.enrolment.returning import ReturnService
from reticent_server.enrolment.service import EnrolmentService
from reticent_server.epochs.files import EpochFiles
from reticent_server.epochs.service import EpochService
from reticent_server.epochs.uses import EpochUses
from reticent_server.erasure.job import Eraser
from reticent_server.erasure.service import ErasureService
from reticent_server.errors import ServerError, StoreError
from reticent_server.health import Health
from reticent_server.ingest.service import IngestService
from reticent_server.keys import load_keys
from reticent_server.limits import APPEND_ENDS_S, APPROVALS_EXPIRE_EVERY_S, UNINSTALL_LOOK_S
from reticent_server.log import Log
from reticent_server.metrics import Metrics
from reticent_server.minding import mind, regularly
from reticent_server.place.places import Places
from reticent_server.policies.service import PolicyService
from reticent_server.ports import EnrolmentPort, HttpsPort, TelemetryPort
from reticent_server.retention.cuts import Cuts
from reticent_server.retention.job import Retention
from reticent_server.retention.rules import Rules
from reticent_server.rights.finding import Finder
from reticent_server.rights.job import RightsEraser
from reticent_server.rights.service import RightsService
from reticent_server.scim.service import ScimService
from reticent_server.services import Services
from reticent_server.store.control.engine import ControlStore, open_control
from reticent_server.store.events import EventStore, open_chdb

if TYPE_CHECKING:
    from reticent_server.sso.service import SingleSignOn

CONTROL_THREADS = 4

_log = Log("app")
OpenEvents = Callable[[ServerConfig, bytes], EventStore]


def open_events(config: ServerConfig, key: bytes) -> EventStore:
    return open_chdb(events_path(config.data_dir), key=key)


class Server:
    """`start` and `stop` once each. `addresses` and `services` are there between them."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        open_events: OpenEvents = open_events,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._open_events = open_events
        self._clock = clock
        self._closing = contextlib.AsyncExitStack()
        self._services: Services | None = None
        self.addresses: Mapping[str, str] = {}

    @property
    def services(self) -> Services:
        """Raises ServerError before `start`."""
        if self._services is None:
            raise ServerError("the server is not started, so it has no services yet")
        return self._services

    async def start(self) -> None:
        """Serves when it returns. Raises ServerError, and then nothing is left open."""
        try:
            async with self._closing:
                await self._start()
                self._closing = self._closing.pop_all()
        except StoreError as error:
            _log.error("not_started", error)
            raise

    async def stop(self) -> None:
        """Graceful, within STOP_S (limits). Again it does nothing."""
        if self._services is not None:
            self._services.health.broken("stopping", "the server is stopping")
        await self._closing.aclose()
        self._services = None

    async def _start(self) -> None:
        config, clock, closing = self._config, self._clock, self._closing
        keys = load_keys(config.data_dir, clock=clock, token=config.ca)
        health, metrics = Health(), Metrics()
        health.broken("start", "the server is starting")
        executor = ThreadPoolExecutor(CONTROL_THREADS, thread_name_prefix="control")
        closing.callback(executor.shutdown)
        # One thread for all appends: chDB's writer must not change threads.
        writer = ThreadPoolExecutor(1, thread_name_prefix="event-writer")
        closing.callback(writer.shutdown)
        loop = asyncio.get_running_loop()
        control = open_control(control_path(config.data_dir))
        closing.callback(control.close)
        events = await loop.run_in_executor(writer, self._open_events, config, keys.events)
        closing.push_async_callback(lambda: loop.run_in_executor(writer, events.close))

        audit = AuditService(control, clock=clock)
        audit_watch = AuditWatch(
            audit,
            checkpoints_of(config, control, audit, clock=clock),
            health=health,
            metrics=metrics,
            clock=clock,
        )
        audit_watch.start()
        closing.push_async_callback(lambda: loop.run_in_executor(executor, audit_watch.stop))
        approvals = ApprovalService(
            control, audit=audit, rules=config.approvals, key=keys.login, clock=clock
        )
        policies = PolicyService(
            control,
            signing_key=keys.policy,
            catalog=CATALOG,
            has_epoch=EpochFiles(config.data_dir).has,
            clock=clock,
        )
        epochs = EpochService(
            config.data_dir,
            uses=EpochUses(control, policies),
            signing_key=keys.policy,
            record=audit.record,
            clock=clock,
        )
        devices = DeviceService(control, clock=clock)
        authentication = DeviceAuthentication(control, keys.ca, clock=clock)
        groups = DeviceGroups(control, clock=clock)
        erasures = ErasureService(control, devices, clock=clock)
        cuts = Cuts(control, clock=clock)
        rights = RightsService(control, audit=audit, key=keys.login, clock=clock)
        finder = Finder(policies, events, config.data_dir)
        diagnostics = Diagnostics(control, clock=clock)
        actions = RemoteActions(control, clock=clock)
        uninstalling = Uninstalling(control, devices, record_with=audit.record_with, clock=clock)
        address_limits = AddressLimits()
        enrolment = EnrolmentService(
            control,
            ca=keys.ca,
            metrics=metrics,
            record_with=audit.record_with,
            address_limits=address_limits,
            clock=clock,
        )
        returns = ReturnService(
            ca=keys.ca,
            devices=devices,
            groups=groups,
            metrics=metrics,
            limits=address_limits,
            record_with=audit.record_with,
            clock=clock,
        )
        ingest = IngestService(
            control=control,
            events=events,
            devices=devices,
            actions=actions,
            diagnostics=diagnostics,
            uninstalling=uninstalling,
            authentication=authentication,
            policies=policies,
            keys=keys,
            catalog=CATALOG,
            metrics=metrics,
            health=health,
            executor=executor,
            writer=writer,
            places=Places(config.geoip, broken=metrics.geo_file_broken),
            audit=audit,
            clock=clock,
        )
        epochs.on_change(ingest.notify_keys)
        certificate = ServerCertificate(
            ca=keys.ca,
            path=secrets_dir(config.data_dir) / "server.pem",
            names=config.certificate_names,
            clock=clock,
        )
        telemetry = TelemetryPort(config, ingest, certificate, metrics)
        closing.push_async_callback(telemetry.stop)
        enrolling = EnrolmentPort(
            config,
            enrolment,
            returns,
            certificate,
            executor=executor,
            ca=keys.ca,
            policies=policies,
            telemetry_address=host_port(config.public_name, telemetry.port),
            metrics=metrics,
        )
        closing.push_async_callback(enrolling.stop)
        https = HttpsPort(config, certificate)
        closing.push_async_callback(https.stop)
        ports = Ports(enrolment=enrolling.port, telemetry=telemetry.port, console=https.port)
        services = Services(
            config=replace(config, ports=ports),  # the ports in use, where 0 was asked for
            control=control,
            events=events,
            ca=keys.ca,
            policies=policies,
            epochs=epochs,
            devices=devices,
            groups=groups,
            actions=actions,
            enrolment=enrolment,
            ingest=ingest,
            metrics=metrics,
            health=health,
            accounts=AccountService(
                control,
                clock=clock,
                rules=config.login,
                key=keys.login,
                party=relying_party(config.public_name, ports.console),
                local_log_on=config.oidc.local_log_on if config.oidc else "all",
            ),
            audit=audit,
            audit_watch=audit_watch,
            erasures=erasures,
            cuts=cuts,
            diagnostics=diagnostics,
            approvals=approvals,
            rights=rights,
            finder=finder,
            scim=ScimService(control, oidc=config.oidc, clock=clock),
            sso=_single_sign_on(replace(config, ports=ports), control, keys.login, clock),
        )
        ingest.start()
        closing.push_async_callback(ingest.stop)
        eraser = Eraser(erasures, events, ingest, record=audit.record, health=health)
        eraser.start()
        closing.push_async_callback(lambda: loop.run_in_executor(executor, eraser.stop))
        retention = Retention(
            Rules(control, policies),
            cuts,
            events,
            diagnostics=diagnostics,
            erased=erasures.done_ids,
            record_with=audit.record_with,
            metrics=metrics,
            health=health,
            clock=clock,
        )
        retention.start()
        closing.push_async_callback(lambda: loop.run_in_executor(executor, retention.stop))
        rights_eraser = RightsEraser(
            rights,
            finder,
            events,
            cuts,
            clock=clock,
            # One thread stores, in order: what comes after is done once all that began before is.
            written=lambda: writer.submit(int).result(APPEND_ENDS_S),
        )
        rights_eraser.start()
        closing.push_async_callback(lambda: loop.run_in_executor(executor, rights_eraser.stop))
        closing.callback(
            events.stop_deleting
        )  # first of all: a long one is ended at the next start
        await telemetry.start()
        await enrolling.start()
        await https.start(services)
        self.certificate = certificate
        minder = asyncio.create_task(mind(config, keys.ca, certificate, health, clock))
        closing.callback(minder.cancel)
        for step, every_s, failed in (
            (approvals.expiring.run, APPROVALS_EXPIRE_EVERY_S, "approvals_not_expired"),
            (uninstalling.run, UNINSTALL_LOOK_S, "uninstalled_not_retired"),
        ):
            closing.callback(asyncio.create_task(regularly(step, every_s, executor, failed)).cancel)
        self._services = services
        self.addresses = {
            "console": host_port(config.public_name, ports.console),
            "telemetry": host_port(config.public_name, ports.telemetry),
            "enrolment": host_port(config.public_name, ports.enrolment),
        }
        health.works("start")
        _log.info("server_started", **self.addresses)
        closing.callback(lambda: _log.info("server_stopping"))


def _single_sign_on(
    config: ServerConfig, control: ControlStore, key: bytes, clock: Callable[[], float]
) -> SingleSignOn | None:
    """Its libraries are loaded where there is a provider alone."""
    if config.oidc is None:
        return None
    from reticent_server.sso.service import single_sign_on

    return single_sign_on(config, control, key=key, clock=clock)


async def serve(config: ServerConfig, on_started: Callable[[Server], None] | None = None) -> None:
    """Runs a server until SIGINT or SIGTERM: the one task of its process.

    Raises ServerError where it cannot start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = Server(config)
    await server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # What the start has made stays for as long as the process does.
    gc.collect()
    gc.freeze()
    try:
        if on_started is not None:
            on_started(server)
        await stop.wait()
    finally:
        await server.stop()


def run(config: ServerConfig, on_started: Callable[[Server], None] | None = None) -> None:
    """`serve` in a loop of its own, the fastest there is."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(serve(config, on_started))
    else:
        uvloop.run(serve(config, on_started))
