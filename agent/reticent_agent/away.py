"""A laptop that was off for longer than its certificate lives: what it shows to be taken back.

Enters: this laptop's own parts, its expired identity. Leaves: signals for Hello, and an identity
that is good again, or the need for a token.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence

from reticent_contract.v1 import identity_pb2

from reticent_agent.collect.model import Context
from reticent_agent.config import Config
from reticent_agent.errors import EnrolmentError, describe
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.machine import signals
from reticent_agent.identity.returning import come_back
from reticent_agent.pipeline import Collecting
from reticent_agent.report.status import StatusBoard
from reticent_agent.stream.backoff import Backoff

log = logging.getLogger("reticent_agent.identity")

LOOK_S = 20.0  # at most, for reading which machine this is


class Away:
    """`signals`: of this machine, none before `look`."""

    def __init__(
        self,
        config: Config,
        identities: IdentityStore,
        collecting: Collecting,
        *,
        board: StatusBoard,
    ) -> None:
        self._config = config
        self._identities = identities
        self._collecting = collecting
        self._board = board
        self._backoff = Backoff(random.random)
        self.signals: Sequence[identity_pb2.MachineSignal] = ()

    async def look(self) -> None:
        """Reads which machine this is; nothing of it is kept but the tokens."""
        self.signals = await asyncio.to_thread(self._look)
        self._board.set(machine=sorted({signal.kind for signal in self.signals}))

    async def come_back(self) -> Identity | None:
        """The identity with a certificate of today. None: this laptop needs a token.

        It is as it was where the server was not reached: then the stream tries again.
        """
        identity = self._identities.load(use_current=True)
        if identity is None:
            return None
        try:
            back = await come_back(
                identity, store=self._identities, signals=self.signals, proxy=self._config.proxy
            )
        except EnrolmentError as error:
            log.warning("the laptop does not come back by its key", exc_info=error)
            if error.permanent:
                return None
            self._board.set(state="offline", error=describe(error))
            await asyncio.sleep(self._backoff.next_s())
            return identity
        self._backoff.reset()
        self._board.set(error=None)
        log.info("the server took this laptop back by its key")
        return back

    def _look(self) -> Sequence[identity_pb2.MachineSignal]:
        ends_at = time.monotonic() + LOOK_S
        context = Context(
            files=self._collecting.files,
            commands=self._collecting.commands,
            clock=self._collecting.clock,
            stopping=lambda: time.monotonic() > ends_at,
            privileged=self._collecting.privileged,
        )
        return signals(self._config.data_dir, self._collecting.collectors, context)
