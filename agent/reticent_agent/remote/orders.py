"""Does what an administrator asks: a new key, a pause, its end, diagnostics, an uninstallation.

Must hold: what was done before is not done again, only answered again; what cannot be written down
is not reported as done; an uninstallation that was written down ends this agent, whatever becomes
of the stream that brought it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reticent_contract.diagnostics import Facts
from reticent_contract.v1 import identity_pb2, telemetry_pb2

from reticent_agent.collect.model import Clock
from reticent_agent.config import Config
from reticent_agent.errors import AgentError
from reticent_agent.governor import Governor
from reticent_agent.identity import IdentityStore
from reticent_agent.local.server import Handler
from reticent_agent.remote import removal
from reticent_agent.remote.asked import printable
from reticent_agent.report.status import StatusBoard
from reticent_agent.stream.client import StreamClient

log = logging.getLogger("reticent_agent.remote")

Command = telemetry_pb2.Command
Report = telemetry_pb2.CommandReport
_BEGUN_TOLD_S = 10.0  # as long as its stream may take to tell the server that it begins
_ANSWERED_S = 0.5  # as long as an answer takes to the next process


class Orders:
    """Of the event loop's thread. `client`: the stream that a new key is asked of.

    `machine` gives the hardware as Hello shows it.
    """

    def __init__(
        self,
        governor: Governor,
        config: Config,
        identities: IdentityStore,
        *,
        machine: Callable[[], Sequence[identity_pb2.MachineSignal]],
        board: StatusBoard,
        clock: Clock,
    ) -> None:
        self._config = config
        self._identities = identities
        self._machine = machine
        self._governor = governor
        self._board = board
        self._clock = clock
        self.client: StreamClient | None = None
        self.begun = False  # an uninstallation: there is no way back
        self._is_waited_for = False  # by somebody at the laptop
        self.ending = asyncio.Event()  # this agent ends, whoever has heard of it by then
        board.set(asked=governor.asked.picture())

    def handlers(self) -> Mapping[str, Handler]:
        """What the agent's door does of it."""
        return {"uninstall": self.uninstall_here}

    async def obey(self, command: Command) -> Report | None:
        """None: the answer comes when the command comes again, over the next stream."""
        known = self._governor.asked.known(command)
        if known is not None:
            return known
        try:
            if command.action == Command.ACTION_PAUSE:
                await self._governor.pause_until(command.until_us, command.reason)
            elif command.action == Command.ACTION_RESUME:
                await self._governor.resume()
            elif command.action == Command.ACTION_DIAGNOSTICS:
                return await self._diagnostics(command)
            elif command.action == Command.ACTION_UNINSTALL:
                return await self._uninstall(command)
            elif self.client is not None:
                self.client.renew_now(lambda: self._note(command, done=True))
                return None
        except OSError as error:
            why = f"the disk did not take it ({error.strerror})"
            return self._note(command, done=False, detail=why)
        return self._note(command, done=True)

    async def _diagnostics(self, command: Command) -> Report | None:
        try:
            facts = await asyncio.to_thread(self._gather)
        except Exception as error:  # noqa: BLE001 - unanswered it comes again for ever
            why = f"they could not be gathered ({type(error).__name__})"
            return self._note(command, done=False, detail=why)
        return self._note(command, done=True, facts=facts)

    async def _uninstall(self, command: Command) -> Report | None:
        """Writes the note that there is no way back from, and ends collecting. Raises OSError.

        The agent ends when the answer has gone; `leaving` does the rest.
        """
        device_id = await asyncio.to_thread(self._identities.device_id)
        if device_id is None:
            return self._note(command, done=False, detail="it does not know which device it is")
        if command.device_id != device_id.bytes:
            return self._note(command, done=False, detail="it is meant for another laptop")
        self._begin(
            removal.Removal(
                device_id=device_id,
                command_id=command.command_id,
                reason=printable(command.reason),
                begun_us=self._clock.now_us(),
                machine=self._machine(),
                here=self._is_waited_for,
            ),
            ends_after_s=_BEGUN_TOLD_S,
        )
        log.warning("an administrator asked to uninstall this agent")
        await asyncio.shield(self._governor.end())  # also where the stream ends meanwhile
        return Report(command_id=command.command_id, begun=True)

    async def uninstall_here(self, user_id: int, _: Mapping[str, object]) -> Mapping[str, object]:
        """The door's handler: `reticent-agent uninstall`. Raises AgentError."""
        if user_id not in (0, os.geteuid()):
            raise AgentError(
                "only root, or the user whose the agent's folder is, uninstalls it; nothing was "
                "changed; use sudo",
                permanent=True,
            )
        folder = self._config.data_dir
        device_id = await asyncio.to_thread(self._identities.device_id)
        note = removal.under_way(folder)
        if note is None or note.is_damaged:
            note = removal.asked_here(
                device_id, now_us=self._clock.now_us(), machine=self._machine()
            )
        try:
            self._begin(replace(note, here=True), ends_after_s=_ANSWERED_S)
        except OSError as error:
            raise AgentError(
                f"{folder} cannot be written ({error.strerror}); nothing was uninstalled; make "
                "room there, then ask again",
                permanent=False,
            ) from None
        self._is_waited_for = True
        log.warning("somebody at this laptop asked to uninstall this agent")
        return {"begun": True}

    def _begin(self, note: removal.Removal, *, ends_after_s: float) -> None:
        """Raises OSError, and then nothing has begun."""
        removal.begin(self._config.data_dir, note)
        self.begun = True
        asyncio.get_running_loop().call_later(ends_after_s, self.ending.set)

    def _gather(self) -> Facts:
        # Seldom asked for, and not to be paid for by every agent's memory.
        from reticent_agent.report.diagnostics import gather

        return gather(self._config, self._board.picture(), load=self._identities.load)

    def _note(
        self, command: Command, *, done: bool, detail: str = "", facts: Facts | None = None
    ) -> Report | None:
        """None where it cannot be written down: it is asked again, and done again."""
        asked = self._governor.asked
        try:
            report = asked.note(
                command, now_us=self._clock.now_us(), done=done, detail=detail, facts=facts
            )
        except OSError as error:
            log.warning("what was asked is not written", extra={"fields": {"errno": error.errno}})
            return None
        self._board.set(asked=asked.picture())
        return report
