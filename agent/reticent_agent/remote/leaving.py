"""Ends an agent for good, as an administrator asked: from the note on disk to the last file.

Enters: the note (`removal`), written by an agent that has ended since, or by one that was killed.
Leaves: an empty folder with a note for the laptop's owner, and a server that was told. Must hold:
the server is told while the key is still here, and after everything else is gone; a server that is
not reached, or a key that cannot be opened, keeps nothing here for ever.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

from reticent_contract.limits import UNINSTALL_TELL_S

from reticent_agent import folder_lock
from reticent_agent.collect.model import Clock
from reticent_agent.config import Config
from reticent_agent.errors import AgentError
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.renew import is_expired
from reticent_agent.keepers import machine
from reticent_agent.keepers.tpm.private_key import HandshakeSigner
from reticent_agent.keepers.tpm.signing import is_tpm_key
from reticent_agent.remote import removal
from reticent_agent.remote.farewell import say_done
from reticent_agent.remote.removal import Removal
from reticent_agent.stream.backoff import Backoff
from reticent_agent.stream.channel import Endpoint

log = logging.getLogger("reticent_agent.remote")


class Leaving:
    """Make and run it inside one event loop, once no agent runs with this folder."""

    def __init__(
        self, config: Config, *, clock: Clock, chance: Callable[[], float] = random.random
    ) -> None:
        self._config = config
        self._clock = clock
        self._backoff = Backoff(chance)
        self._stop = asyncio.Event()
        self._identities = IdentityStore(config.data_dir, vault=machine.vault(config))

    def stop(self) -> None:
        """Ends `run` soon, from the loop's thread; the next start goes on."""
        self._stop.set()

    async def run(self) -> None:
        """Until it is over, or `stop`. Raises AgentError where another agent has the folder."""
        with folder_lock.take(self._config.data_dir):
            tasks = {asyncio.create_task(self._work()), asyncio.create_task(self._stop.wait())}
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _work(self) -> None:
        while True:
            try:
                asked = removal.under_way(self._config.data_dir)
                if asked is None or await self._step(asked):
                    return
            except OSError as error:
                fields = {"errno": error.errno}
                log.error("what is here cannot be deleted", extra={"fields": fields})
            await asyncio.sleep(self._backoff.next_s())

    async def _step(self, asked: Removal) -> bool:
        """True where it is over. Raises OSError.

        1. a renewal that a crash cut off is finished, so that the key is the one the server knows;
        2. all that was collected goes; 3. the server says that it takes this key no more, or is not
        asked any longer; 4. the identity goes.
        """
        folder = self._config.data_dir
        identity = await asyncio.to_thread(self._identity)
        await asyncio.to_thread(removal.delete_collected, folder)
        if identity is not None and not self._is_late(asked, identity):
            told = await say_done(
                identity, asked, endpoint=self._endpoint(identity), now_us=self._clock.now_us()
            )
            if not told:
                log.warning("the server was not told yet that this agent is uninstalled")
                return False
        await asyncio.to_thread(removal.finish, folder)
        log.warning("this agent was uninstalled, as an administrator asked")
        return True

    def _identity(self) -> Identity | None:
        """None where there is none to speak with, which keeps nothing from being deleted."""
        try:
            return self._identities.load(use_current=True)
        except AgentError as error:
            log.warning("the server cannot be told", exc_info=error)
            return None

    def _is_late(self, asked: Removal, identity: Identity) -> bool:
        now_us = self._clock.now_us()
        late = now_us - asked.begun_us > UNINSTALL_TELL_S * 1_000_000
        return late or not asked.command_id or is_expired(identity, now_s=now_us / 1e6)

    def _endpoint(self, identity: Identity) -> Endpoint:
        in_tpm = is_tpm_key(identity.key)
        return Endpoint(
            address=identity.telemetry_address,
            ca=identity.ca,
            key=None if in_tpm else identity.key,
            sign=HandshakeSigner(identity.key, self._identities.tpm) if in_tpm else None,
            certificate=identity.certificate,
            proxy=self._config.proxy,
        )
