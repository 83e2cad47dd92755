"""Does what an administrator asks: a new key, a pause, its end, diagnostics, an uninstallation.

Must hold: what was done before is not done again, only answered again; what cannot be written down
is not reported as done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from reticent_contract.diagnostics import Facts
from reticent_contract.v1 import identity_pb2, telemetry_pb2

from reticent_agent.collect.model import Clock
from reticent_agent.config import Config
from reticent_agent.errors import AgentError, describe
from reticent_agent.governor import Governor
from reticent_agent.identity import Identity
from reticent_agent.remote import removal
from reticent_agent.remote.asked import printable
from reticent_agent.report.status import StatusBoard
from reticent_agent.stream.client import StreamClient

log = logging.getLogger("reticent_agent.remote")

Command = telemetry_pb2.Command
Report = telemetry_pb2.CommandReport


class Orders:
    """Of the event loop's thread. `client`: the stream that a new key is asked of.

    `load` gives the laptop's identity, `machine` the hardware as Hello shows it.
    """

    def __init__(
        self,
        governor: Governor,
        config: Config,
        load: Callable[[], Identity | None],
        *,
        machine: Callable[[], Sequence[identity_pb2.MachineSignal]],
        board: StatusBoard,
        clock: Clock,
    ) -> None:
        self._config = config
        self._load = load
        self._machine = machine
        self._governor = governor
        self._board = board
        self._clock = clock
        self.client: StreamClient | None = None
        board.set(asked=governor.asked.picture())

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
        try:
            identity = await asyncio.to_thread(self._load)
        except AgentError as error:
            return self._note(command, done=False, detail=describe(error))
        if identity is None or command.device_id != identity.device_id.bytes:
            return self._note(command, done=False, detail="it is meant for another laptop")
        removal.begin(
            self._config.data_dir,
            removal.Removal(
                device_id=identity.device_id,
                command_id=command.command_id,
                reason=printable(command.reason),
                begun_us=self._clock.now_us(),
                machine=self._machine(),
            ),
        )
        log.warning("an administrator asked to uninstall this agent")
        await self._governor.end()
        return Report(command_id=command.command_id, begun=True)

    def _gather(self) -> Facts:
        # Seldom asked for, and not to be paid for by every agent's memory.
        from reticent_agent.report.diagnostics import gather

        return gather(self._config, self._board.picture(), load=self._load)

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
