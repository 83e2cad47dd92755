"""A thread that does what is asked for: at once, and then again and again until it is done."""

from __future__ import annotations

import threading
from collections.abc import Callable

from reticent_server.errors import ServerError
from reticent_server.limits import ERASURE_LOOK_S, ERASURE_POLL_S, ERASURE_SLOWER
from reticent_server.log import Log


class PacedThread:
    """`start` and `stop` once each; `ask` in any thread.

    `step`: one round; how many things are not done yet. While there are any the rounds follow each
    other more and more slowly, as one may stay open for weeks: after `wait_s` at first, never later
    than ERASURE_LOOK_S. What fails is told to `log` as an event, `unfinished` where the server says
    why and `failed` else, and is tried again after ten times `wait_s`.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], int],
        *,
        log: Log,
        unfinished: str,
        failed: str,
        wait_s: Callable[[], float] = lambda: ERASURE_POLL_S,
    ) -> None:
        self._step = step
        self._log = log
        self._unfinished, self._failed = unfinished, failed
        self._wait_s = wait_s
        self._asked = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        self._asked.set()

    def stop(self) -> None:
        """Blocks until the step under way has ended; the next start goes on."""
        self._ending.set()
        self._asked.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        again_s = 0.0
        while not self._ending.is_set():
            wait_s = ERASURE_LOOK_S
            self._asked.clear()
            try:
                if self._step():
                    wait_s = min(max(ERASURE_SLOWER * again_s, self._wait_s()), ERASURE_LOOK_S)
                    again_s = wait_s
                else:
                    again_s = 0.0
            except ServerError as error:
                self._log.error(self._unfinished, error)
                wait_s = 10 * self._wait_s()
            except Exception as error:  # noqa: BLE001 - what is asked for stays so, and is tried again
                self._log.error(self._failed, error)
                wait_s = 10 * self._wait_s()
            if self._asked.wait(wait_s):
                again_s = 0.0
