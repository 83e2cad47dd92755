"""`reticent-agent run`: the agent as a service. SIGTERM and Ctrl-C end it cleanly."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from reticent_agent.config import Config
from reticent_agent.memory import limit_arenas
from reticent_agent.pipeline import Collecting
from reticent_agent.remote import removal
from reticent_agent.run import Agent

if TYPE_CHECKING:
    from reticent_agent.collect.model import CommandRunner, FileRoot

log = logging.getLogger("reticent_agent")


def run(config: Config) -> int:
    """Raises AgentError where it cannot start or go on, UninstalledError where it never may."""
    os.umask(0o077)
    limit_arenas()
    asyncio.run(_run(config))
    log.info("stopped")
    return 0


async def _run(config: Config) -> None:
    loop = asyncio.get_running_loop()
    removed = removal.over(config.data_dir)
    if removed is not None:
        raise removal.UninstalledError(removed)
    if removal.under_way(config.data_dir) is None:
        agent = Agent(config, this_laptop(config))
        _stop_on_signals(loop, agent.stop)
        gc.collect()
        gc.freeze()  # what was imported stays: later collections need not look at it
        await agent.run()
        if not agent.is_uninstalled:
            return
    from reticent_agent.collect.clock import SystemClock  # both once in a laptop's life
    from reticent_agent.remote.leaving import Leaving

    leaving = Leaving(config, clock=SystemClock())
    _stop_on_signals(loop, leaving.stop)
    await leaving.run()


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        return

    # Windows's loops take no signals. Ctrl-C and, of a service manager, Ctrl-Break come to the
    # main thread, which the loop leaves for them when it is woken.
    def signalled(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGBREAK):
        signal.signal(number, signalled)


def this_laptop(config: Config) -> Collecting:
    """The collectors of this operating system, over the configured file root."""
    from reticent_agent.collect import platform
    from reticent_agent.collect.clock import SystemClock

    why = platform.why_none()
    if why is not None:
        log.error(why)
    files, commands = _files_and_commands(config)
    return Collecting(
        collectors=platform.collectors(),
        sources=platform.sources,
        files=files,
        commands=commands,
        clock=SystemClock(),
        privileged=platform.privileged(of_laptop=config.file_root == Path("/")),
    )


def _files_and_commands(config: Config) -> tuple[FileRoot, CommandRunner]:
    """`file_root` is for copies of a Linux or macOS laptop: on Windows it is this laptop's."""
    if sys.platform == "win32":
        from reticent_agent.collect.windows.native import this_laptop as windows

        return windows.files(), windows.commands()
    from reticent_agent.collect.commands import ProcessRunner
    from reticent_agent.collect.files import DiskFiles

    return DiskFiles(config.file_root), ProcessRunner()
