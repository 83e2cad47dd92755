"""A server on a thread of this process, for commands that ask a running one.

Real ports, TLS and control store; its events are in memory. It starts in a tenth of the time of a
process, which RunningSite has.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from reticent_server.app import Server
from reticent_server.config import ServerConfig

from support.console_events import MemoryEvents
from support.running import ANY_PORTS

START_S = 60.0


@contextmanager
def served(data_dir: Path) -> Iterator[None]:
    """From when it answers until it has stopped."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=asyncio.run, args=(_serve(data_dir, started),))
    thread.start()
    loop, stop = started.result(START_S)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(
    data_dir: Path, started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]
) -> None:
    server = Server(
        ServerConfig(data_dir=data_dir, ports=ANY_PORTS),
        open_events=lambda _config, _key: MemoryEvents(),
    )
    try:
        await server.start()
    except BaseException as error:
        started.set_exception(error)
        raise
    stop = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()
    await server.stop()
