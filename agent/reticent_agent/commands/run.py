"""`reticent-agent run`: the agent as a service. SIGTERM and Ctrl-C end it cleanly."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal

from reticent_agent.config import Config
from reticent_agent.memory import limit_arenas
from reticent_agent.pipeline import Collecting
from reticent_agent.run import Agent

log = logging.getLogger("reticent_agent")


def run(config: Config) -> int:
    """Raises AgentError where it cannot start or go on."""
    os.umask(0o077)
    limit_arenas()
    asyncio.run(_run(config))
    log.info("stopped")
    return 0


async def _run(config: Config) -> None:
    loop = asyncio.get_running_loop()
    agent = Agent(config, this_laptop(config))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop)
    gc.collect()
    gc.freeze()  # what was imported stays: later collections need not look at it
    await agent.run()


def this_laptop(config: Config) -> Collecting:
    """The collectors of this operating system, over the configured file root."""
    from reticent_agent.collect import platform
    from reticent_agent.collect.clock import SystemClock
    from reticent_agent.collect.commands import ProcessRunner
    from reticent_agent.collect.files import DiskFiles

    why = platform.why_none()
    if why is not None:
        log.error(why)
    files = DiskFiles(config.file_root)
    return Collecting(
        collectors=platform.collectors(),
        sources=platform.sources,
        files=files,
        commands=ProcessRunner(),
        clock=SystemClock(),
        privileged=platform.privileged(of_laptop=files.is_laptop),
    )
