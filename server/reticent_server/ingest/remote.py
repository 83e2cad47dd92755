"""What an administrator asked of laptops, on its way to those that are connected, and back.

Enters: devices that have something to do, answers of laptops. Leaves: commands on open streams,
answers in the control store and the audit trail. Must hold: an agent is sent only what it says it
understands; an answer and its entry in the trail are stored together or not at all; a stream works
without all this.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_contract.v1 import telemetry_pb2
from sqlalchemy.orm import Session

from reticent_server.audit.filters import Outcome
from reticent_server.audit.service import AuditService, Entry
from reticent_server.devices.actions import MESSAGES, Action, ActionView, RemoteActions, message_of
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.uninstalling import Uninstalling
from reticent_server.ingest.connection import Connection, Response
from reticent_server.log import Log

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

_log = Log("ingest")


class _NothingNewError(Exception):
    """It was answered before, or is another laptop's: nothing is kept, and nothing recorded."""


class RemoteDelivery:
    """Of the event loop's thread, but for `notify`."""

    def __init__(
        self,
        service: IngestService,
        actions: RemoteActions,
        diagnostics: Diagnostics,
        uninstalling: Uninstalling,
        *,
        audit: AuditService,
    ) -> None:
        self._diagnostics = diagnostics
        self._uninstalling = uninstalling
        self._service = service
        self._actions = actions
        self._audit = audit
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
        with suppress(_NothingNewError):
            self._audit.record_with(lambda db: self._kept(db, device_id, report))
        if report.done and not report.begun:
            self._uninstalling.done(device_id)

    def _kept(self, db: Session, device_id: UUID, report: telemetry_pb2.CommandReport) -> Entry:
        """For the audit trail, in the transaction in which the answer is kept."""
        action_id, detail = UUID(bytes=report.command_id), report.detail
        if report.begun:
            begun = self._actions.begun(db, device_id, action_id)
            if begun is None:
                raise _NothingNewError
            return _entry(begun, ".begin", reason=f"asked by {begun.asked_by}")
        action = self._actions.answered(db, device_id, action_id, done=report.done, detail=detail)
        if action is None and report.uninstalled_here and report.done:
            action = self._actions.uninstalled_there(db, device_id, action_id, detail=detail)
        if action is None:
            raise _NothingNewError
        kept = ""
        if action.action is Action.DIAGNOSTICS and action.done:
            facts, left_out = self._diagnostics.keep(db, device_id, report.facts)
            kept = f"{facts} facts, {left_out} left out; "
        reason = action.detail or f"{kept}asked by {action.asked_by}"
        return _entry(action, "", reason=reason, outcome="done" if action.done else "failed")


def _entry(action: ActionView, step: str, *, reason: str, outcome: Outcome = "done") -> Entry:
    return Entry(
        actor="laptop",
        action=f"device.{action.action.value}{step}",
        object=f"device {action.device_id}",
        outcome=outcome,
        reason=reason,
    )
