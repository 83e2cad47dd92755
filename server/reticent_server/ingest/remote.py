"""What an administrator asked of laptops, on its way to those that are connected, and back.

Enters: devices that have something to do, answers of laptops. Leaves: commands on open streams,
answers in the control store and the audit trail. Must hold: an agent is sent only what it says it
understands; a stream works without all this.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_contract.v1 import telemetry_pb2

from reticent_server.devices.actions import MESSAGES, Action, RemoteActions, message_of
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.uninstalling import Uninstalling
from reticent_server.ingest.connection import Connection, Response
from reticent_server.log import Log
from reticent_server.recorder import Recorder

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

_log = Log("ingest")


class RemoteDelivery:
    """Of the event loop's thread, but for `notify`."""

    def __init__(
        self,
        service: IngestService,
        actions: RemoteActions,
        diagnostics: Diagnostics,
        uninstalling: Uninstalling,
        *,
        record: Recorder,
    ) -> None:
        self._diagnostics = diagnostics
        self._uninstalling = uninstalling
        self._service = service
        self._actions = actions
        self._record = record
        self._loop = asyncio.get_running_loop()
        actions.on_asked(self.notify)

    def notify(self, device_id: UUID) -> None:
        self._loop.call_soon_threadsafe(self._asked, device_id)

    def _asked(self, device_id: UUID) -> None:
        connection = self._service.live.get(device_id)
        if connection is not None and connection.welcomed:  # else its Hello asks
            self._service.start_task(self.deliver(connection))

    async def deliver(self, connection: Connection) -> None:
        """What this laptop has not answered yet. An agent knows by its number what it has done."""
        in_thread = self._service.in_thread
        try:
            waiting = await in_thread(self._actions.open, connection.device_id)
            known = [
                one
                for one in waiting
                if MESSAGES[one.action] in connection.actions
                and one.action_id not in connection.actions_sent
            ]
            for action in known:
                connection.actions_sent.add(action.action_id)
                connection.send(Response(command=message_of(action)))
            if known:
                await in_thread(self._actions.delivered, [one.action_id for one in known])
        except Exception as error:  # noqa: BLE001 - the stream works without; the next Hello asks
            _log.error("actions_not_delivered", error, device_id=connection.device_id)

    async def answered(self, device_id: UUID, report: telemetry_pb2.CommandReport) -> None:
        """What became of an action. One that was answered, or is another's, changes nothing."""
        if len(report.command_id) != 16:
            return
        try:
            await self._service.in_thread(self._keep, device_id, report)
        except Exception as error:  # noqa: BLE001 - it is asked again with the next Hello
            _log.error("action_not_answered", error, device_id=device_id)

    def _keep(self, device_id: UUID, report: telemetry_pb2.CommandReport) -> None:
        action_id = UUID(bytes=report.command_id)
        if report.begun:
            begun = self._actions.begun(device_id, action_id)
            if begun is not None:
                self._record(
                    actor="laptop",
                    action=f"device.{begun.action.value}.begin",
                    object=f"device {device_id}",
                    reason=f"asked by {begun.asked_by}",
                )
            return
        action = self._actions.answered(
            device_id, action_id, done=report.done, detail=report.detail
        )
        if action is None and report.uninstalled_here and report.done:
            action = self._actions.uninstalled_there(device_id, action_id, detail=report.detail)
        if action is not None:
            kept = ""
            if action.action is Action.DIAGNOSTICS and action.done:
                facts, left_out = self._diagnostics.keep(device_id, report.facts)
                kept = f"{facts} facts, {left_out} left out; "
            self._record(
                actor="laptop",
                action=f"device.{action.action.value}",
                object=f"device {device_id}",
                outcome="done" if action.done else "failed",
                reason=action.detail or f"{kept}asked by {action.asked_by}",
            )
        if report.done:
            self._uninstalling.done(device_id)
