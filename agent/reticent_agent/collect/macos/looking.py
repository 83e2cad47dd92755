"""Looking again now and then, where macOS has nothing to wait for without its frameworks."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_agent.collect.model import Context
from reticent_agent.collect.stopping import wait_readable


def again(context: Context, *, every_s: float) -> Iterator[None]:
    """Once at the start and then every `every_s` seconds, until it stops."""
    while not context.stopping():
        yield
        wait_readable(context.stopping, (), seconds_max=every_s)
