"""`reticent-agent session`: runs in a person's session, from logon to logoff.

It asks the agent first whether anybody wants to know. While nobody does, it looks at nothing and
asks again every few minutes. What it saw waits here, bounded, while the agent cannot be reached.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from reticent_agent.collect.clock import SystemClock
from reticent_agent.config import Config
from reticent_agent.errors import AgentError, ConsentError
from reticent_agent.local import place
from reticent_agent.local.client import ask
from reticent_agent.session.foreground import Application, Foreground, Used
from reticent_agent.session.programs import ProgramError

log = logging.getLogger("reticent_agent.session")

ASK_AGAIN_S = 300.0  # while nobody asks, or the agent does not run
TELL_EVERY_S = 30.0
WAITING_MAX = 1_000
TOLD_AT_ONCE_MAX = 100  # fits a request
_LOCK = "reticent-session.lock"


class _OverError(Exception):
    """Nobody asks any more: ends a look from within."""


Look = Callable[[Callable[[Application | None], None]], None]


def run(config: Config) -> int:
    """Until it is stopped. 0 also where another helper of this session runs already."""
    held = _alone()
    if held is None:
        return 0
    folder = place.folder(config)
    with held:
        while True:
            if _is_asked(folder, {"used": []}):
                why, look = source(os.environ, sys.platform)
                if look is None:
                    _is_asked(folder, {"used": [], "cannot": why})
                    log.warning("which application is in front is not told here: %s", why)
                else:
                    report(folder, look)
            time.sleep(ASK_AGAIN_S)


def source(environment: Mapping[str, str], platform: str) -> tuple[str, Look | None]:
    """How this desktop tells what is in front; or why it does not."""
    if platform == "darwin":
        return "", _look_at_macos
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        return "wayland", None
    display = environment.get("DISPLAY")
    if not display:
        return "no_display", None

    def look(told: Callable[[Application | None], None]) -> None:
        from reticent_agent.session import x11

        x11.follow(display, told)

    return "", look


def report(folder: Path, look: Look) -> None:
    """Looks and reports until nobody asks any more, or there is nothing to look at."""
    changes: queue.Queue[Application | AgentError | None] = queue.Queue(WAITING_MAX)
    over = threading.Event()

    def told(change: Application | AgentError | None) -> None:
        if over.is_set():
            raise _OverError
        changes.put(change)

    threading.Thread(target=_looking, args=(look, told), daemon=True).start()
    try:
        _report(folder, changes)
    finally:
        over.set()  # whoever looks ends with the next change


def _report(folder: Path, changes: queue.Queue[Application | AgentError | None]) -> None:
    foreground = Foreground(SystemClock())
    waiting: deque[Used] = deque(maxlen=WAITING_MAX)  # the oldest go first
    current: Application | None = None
    tell_at = time.monotonic() + TELL_EVERY_S
    ask_at = time.monotonic() + ASK_AGAIN_S  # with nothing to tell: whether anybody still asks
    while True:
        try:
            change = changes.get(timeout=max(0.0, tell_at - time.monotonic()))
        except queue.Empty:
            change = current  # the same: a long time in front is told in parts
        ended = foreground.changed(None if isinstance(change, AgentError) else change)
        if ended is not None:
            waiting.append(ended)
        if isinstance(change, AgentError):
            _tell(folder, waiting)
            if isinstance(change, ProgramError):
                _is_asked(folder, {"used": [], "cannot": change.term})
            log.warning("nothing more is seen", exc_info=change)
            return
        current = change
        now = time.monotonic()
        if now >= tell_at:
            is_due = bool(waiting) or now >= ask_at
            if is_due and _tell(folder, waiting) is False:
                return
            ask_at = now + ASK_AGAIN_S if is_due else ask_at
            tell_at = now + TELL_EVERY_S


def _looking(look: Look, told: Callable[[Application | AgentError | None], None]) -> None:
    try:
        look(told)
    except AgentError as error:
        with suppress(_OverError):
            told(error)
    except _OverError:
        return


def _look_at_macos(told: Callable[[Application | None], None]) -> None:
    from reticent_agent.session import lsappinfo

    while True:
        told(lsappinfo.look())
        time.sleep(lsappinfo.LOOK_S)


def _tell(folder: Path, waiting: deque[Used]) -> bool | None:
    """False where nobody asks any more; None where the agent could not be told."""
    while True:
        some = [waiting[i] for i in range(min(len(waiting), TOLD_AT_ONCE_MAX))]
        asked = _is_asked(folder, {"used": [one.document() for one in some]})
        if asked:
            for _ in some:
                waiting.popleft()
        if not asked or not waiting:
            return asked


def _is_asked(folder: Path, words: Mapping[str, object]) -> bool | None:
    try:
        answer = ask(folder, {"do": "apps.used", **words})
    except ConsentError:
        return None  # no agent, or a busy one
    return None if answer.get("busy") else bool(answer.get("asked"))


def _alone() -> IO[bytes] | None:
    """A lock of this person's session; None where another helper has it."""
    import fcntl

    folder = os.environ.get("XDG_RUNTIME_DIR")
    file = ((Path(folder) if folder else Path.home()) / _LOCK).open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
