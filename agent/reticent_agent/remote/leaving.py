"""Ends an agent for good: from the note on disk to the last file.

Enters: the note (`removal`), written by an agent that has ended since, by one that was killed, or
by somebody at the laptop. Leaves: an empty folder with a note for the laptop's owner, and a server
that was told. Must hold: the server is told while the key is still here, and after everything else
is gone; neither a server that is not reached, nor a key that cannot be opened, nor a file that
cannot be deleted or written keeps a key here for ever; what is said afterwards is so.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from reticent_contract.limits import (
    RECONNECT_MAX_S,
    UNINSTALL_HERE_S,
    UNINSTALL_STUCK_S,
    UNINSTALL_TELL_S,
)

from reticent_agent import folder_lock
from reticent_agent.collect.model import Clock
from reticent_agent.config import Config
from reticent_agent.errors import AgentError
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.renew import is_expired
from reticent_agent.keepers import StoreError, machine
from reticent_agent.keepers.tpm.private_key import HandshakeSigner
from reticent_agent.keepers.tpm.signing import is_tpm_key
from reticent_agent.local import place
from reticent_agent.remote import removal
from reticent_agent.remote.farewell import say_done
from reticent_agent.remote.removal import Removal, Stayed
from reticent_agent.stream.backoff import Backoff
from reticent_agent.stream.channel import Endpoint

log = logging.getLogger("reticent_agent.remote")
_T = TypeVar("_T")

_HERE_AGAIN_S = 2.0
_CLOCK_STEP_S = 60.0  # a clock that is put right goes back by less
IN_A_KEY_STORE = "the wrapping key in the system's key store"


class Leaving:
    """Make and run it inside one event loop, once no agent runs with this folder.

    `here` makes the note where somebody at the laptop asks and waits, whoever asked before.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock,
        here: Callable[[], Awaitable[Removal]] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._clock = clock
        self._here = here
        self._since = clock.monotonic()
        self._tries = 0
        self._told: bool | None = None  # as `Removal.told`, where no note could take it
        self._said: set[tuple[object, ...]] = set()
        self._backoff = Backoff(chance)
        self._stop = asyncio.Event()
        self._vault = machine.vault(config)
        self._identities = IdentityStore(config.data_dir, vault=self._vault)

    def stop(self) -> None:
        """Ends `run` soon, from the loop's thread; the next start goes on."""
        self._stop.set()

    async def run(self) -> None:
        """Until it is over, or `stop`. Raises AgentError where another agent has the folder."""
        with folder_lock.take(self._config.data_dir):
            await self._take_note()
            self._since = self._clock.monotonic()
            tasks = {asyncio.create_task(self._work()), asyncio.create_task(self._stop.wait())}
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await _ended(tasks)
        for task in done:
            task.result()

    async def _take_note(self) -> None:
        """Raises AgentError where it cannot be written: then nothing has begun."""
        folder = self._config.data_dir
        if self._here is None or removal.over(folder) is not None:
            return
        asked = removal.under_way(folder)
        if asked is None or asked.is_damaged:
            asked = await self._here()
        try:
            removal.begin(folder, replace(asked, here=True))
        except OSError as error:
            raise AgentError(
                f"{folder} cannot be written ({error.strerror}); nothing was uninstalled; make "
                "room there, or run this as root or the agent's user",
                permanent=True,
            ) from None

    async def _work(self) -> None:
        while True:
            asked = removal.under_way(self._config.data_dir)
            if asked is None or await self._step(asked):
                return
            longest_s = _HERE_AGAIN_S if asked.here else RECONNECT_MAX_S
            await asyncio.sleep(min(longest_s, self._backoff.next_s()))

    async def _step(self, asked: Removal) -> bool:
        """True where it is over. Raises AgentError.

        1. a renewal that a crash cut off is finished, so that the key is the one the server knows;
        2. all that was collected goes; 3. the server says that it takes this key no more, or is not
        asked any longer; that is noted; 4. the identity goes, and what a key store keeps of it;
        5. that is noted. What does not work holds the next step up for UNINSTALL_STUCK_S, or
        UNINSTALL_HERE_S, and then no longer.
        """
        folder, door = self._config.data_dir, place.folder(self._config)
        for_good = self._is_over(asked, UNINSTALL_HERE_S if asked.here else UNINSTALL_STUCK_S)
        identity = await _whole(self._identity)
        stayed = await _whole(removal.delete_collected, folder, door=door)
        self._tell_stayed(stayed)
        if stayed and not for_good:
            return False
        if asked.told is None:
            whose = self._identities.device_id() if asked.is_damaged else None
            asked = replace(asked, stayed=tuple(stayed), device_id=whose or asked.device_id)
            if self._told is None:
                self._told = await self._tell(asked, identity)
            if self._told is None:
                self._once("the server was not told yet that this agent is uninstalled")
                return False
            asked = replace(asked, told=self._told)
            if not await self._is_noted(removal.begin, asked) and not for_good:
                return False
        remains = await _whole(self._delete_identity, for_good=for_good)
        self._tell_stayed(remains)
        if remains and not for_good:
            return False
        over = replace(asked, stayed=(*stayed, *remains))
        if await self._is_noted(removal.finish, over):
            fields = {"server_told": over.told, "stayed": removal.known_names(over.stayed)}
            log.warning("this agent was uninstalled", extra={"fields": fields})
            return True
        if asked.here and for_good:
            raise AgentError(_not_noted(over), permanent=False)
        return False

    async def _is_noted(self, write: Callable[[Path, Removal], None], note: Removal) -> bool:
        try:
            await _whole(write, self._config.data_dir, note)
        except OSError as error:
            self._once("how far it is cannot be written down", errno=error.errno)
            return False
        return True

    def _delete_identity(self, *, for_good: bool) -> Stayed:
        """The wrapping key after what its file names in a key store."""
        stayed = removal.delete_identity(self._config.data_dir)
        kept = self._forget()
        if kept and not for_good:
            return {**stayed, **kept}
        return {**stayed, **kept, **removal.delete_wrapping_key(self._config.data_dir)}

    async def _tell(self, asked: Removal, identity: Identity | None) -> bool | None:
        """Whether the device is out of service there; None: the server is to be told again.

        False: nobody here can tell it, or it was not reached for long enough.
        """
        if identity is None or self._is_late(asked, identity):
            return False
        self._tries += 1
        return await say_done(
            identity, asked, endpoint=self._endpoint(identity), now_us=self._clock.now_us()
        )

    def _forget(self) -> Stayed:
        """What a key store still has."""
        try:
            self._vault.forget()
        except (StoreError, AgentError, OSError) as error:
            self._once("a key store keeps its entry", error)
            return {IN_A_KEY_STORE: 0}
        return {}

    def _identity(self) -> Identity | None:
        """None where there is none to speak with, which keeps nothing from being deleted."""
        try:
            return self._identities.load(use_current=True)
        except (AgentError, OSError) as error:
            self._once("the server cannot be told", error)
            return None

    def _tell_stayed(self, stayed: Stayed) -> None:
        for name, number in stayed.items():
            known = removal.known_names([name])
            self._once("something of this agent cannot be deleted", name=known, errno=number)

    def _once(self, what: str, error: Exception | None = None, **fields: object) -> None:
        """Logs it the first time: it is tried again and again, and how it went is said at last."""
        if (what, *fields.values()) not in self._said:
            self._said.add((what, *fields.values()))
            log.warning(what, exc_info=error, extra={"fields": fields})

    def _is_late(self, asked: Removal, identity: Identity) -> bool:
        late = self._is_over(asked, UNINSTALL_TELL_S)
        if asked.here:  # tried once by whoever goes on, however long ago it began
            late = bool(self._tries) and self._is_over(asked, UNINSTALL_HERE_S)
        return late or asked.is_damaged or is_expired(identity, now_s=self._now_us() / 1e6)

    def _is_over(self, asked: Removal, seconds: float) -> bool:
        """By either clock: one that stands, or was set back, makes no wait endless."""
        age_s = (self._now_us() - asked.begun_us) / 1_000_000
        here_s = self._clock.monotonic() - self._since
        return max(age_s, here_s) > seconds or age_s < -_CLOCK_STEP_S

    def _now_us(self) -> int:
        return self._clock.now_us()

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


def _not_noted(over: Removal) -> str:
    left = f" ({over.left()})" if over.left() else ""
    return (
        f"what could be deleted of this agent is deleted{left}, but the note that says so cannot "
        "be written; make room in the agent's folder, or check its rights, and run this again"
    )


async def _whole(work: Callable[..., _T], *args: object, **named: object) -> _T:
    """In a thread, and to its end, also where `run` is stopped meanwhile: whoever has the folder
    next finds nobody at work in it."""
    task = asyncio.create_task(asyncio.to_thread(work, *args, **named))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _ended([task])
        raise


async def _ended(tasks: Iterable[asyncio.Task[_T]]) -> None:
    """Waits for all, however often whoever waits is cancelled meanwhile."""
    while going := [task for task in tasks if not task.done()]:
        with suppress(asyncio.CancelledError):
            await asyncio.wait(going)
