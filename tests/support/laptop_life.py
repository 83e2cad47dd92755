"""The whole agent against a real server, both in the test's own event loop."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reticent_agent.config import Config
from reticent_agent.errors import AgentError
from reticent_agent.run import Agent
from reticent_server.devices.actions import Action, ActionView
from reticent_server.devices.view import DeviceView

from support.made_laptop import MadeLaptop
from support.running import Running, running

SERIAL = "MADEUP-BOARD-7731"


@dataclass
class Life:
    """A server, and a laptop's agent that starts and stops."""

    run: Running
    laptop: MadeLaptop
    config: Config
    task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.agent = Agent(self.config, self.laptop.collecting())
        self.task = asyncio.create_task(self.agent.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.agent.stop()
            with suppress(AgentError):
                await self.task
            self.task = None

    def status(self) -> dict[str, object]:
        file = self.config.data_dir / "status.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def device(self) -> DeviceView:
        (device,) = self.run.services.devices.list().devices
        return device

    async def ask(self, action: Action, *, pause_s: int | None = None) -> ActionView:
        """Once the laptop has answered."""
        asked = self.run.ask(self.device().device_id, action, "exam week", pause_s=pause_s)
        await until(lambda: self._find(asked.action_id).done is not None)
        return self._find(asked.action_id)

    def _find(self, action_id: uuid.UUID) -> ActionView:
        listed = self.run.services.actions.list(self.device().device_id)
        return next(one for one in listed if one.action_id == action_id)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def living(data_dir: Path, tmp_path: Path) -> AsyncIterator[Life]:
    state: dict[str, Any] = {
        "board": [{"serial": SERIAL}],
        "disk": [{"name": "sda", "serial": "MADEUP-DISK-1", "removable": False}],
        "os": [{"name": "Debian", "version": "12"}],
    }
    folder = tmp_path / "agent"
    async with running(data_dir) as run:
        config = Config(data_dir=folder, token=run.token(), proxy="none")
        made = Life(run, MadeLaptop(tmp_path, state), config)
        yield made
        await made.stop()


async def connected(life: Life) -> None:
    await until(lambda: life.status().get("state") == "connected")
