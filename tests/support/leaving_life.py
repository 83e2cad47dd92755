"""A laptop's agent that was asked to uninstall, against a real server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from reticent_agent.collect.clock import SystemClock
from reticent_agent.remote import removal
from reticent_agent.remote.leaving import Leaving
from reticent_contract.limits import UNINSTALL_STUCK_S
from reticent_server.devices.actions import Action, ActionView

from support.laptop_life import Life, connected, until

OVER = {"agent.lock", removal.OVER}
DEVICE = "7d0f9f0e-5b9c-4c55-8f0f-3f2f8a1c9d10"


class KilledError(BaseException):
    """kill -9, as far as code that catches exceptions can tell."""


def agent_folder(parent: Path) -> Path:
    """Of an agent whose key is of no use any more, with somebody else's file."""
    made = parent / "agent"
    made.mkdir(mode=0o700)
    (made / "device.json").write_text(json.dumps({"device_id": DEVICE}))
    for name in ("device.key", "keys", "spool.db", "spool.db-wal", "policy.json", "someone.else"):
        (made / name).write_text("{")
    (made / "agent.lock").touch()
    return made


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def ask(life: Life) -> ActionView:
    return life.run.ask(life.device().device_id, Action.UNINSTALL, "returned, ticket 4711")


async def begun(life: Life) -> ActionView:
    """Asked of an agent that is connected, and its agent has ended."""
    life.start()
    await connected(life)
    await until(lambda: life.laptop.asked)
    asked = ask(life)
    assert life.task is not None
    await life.task
    assert life.agent.is_uninstalled
    return asked


def leave(life: Life) -> Leaving:
    return Leaving(life.config, clock=SystemClock(), chance=lambda: 0.0)


def files(life: Life) -> set[str]:
    return {str(path.relative_to(life.config.data_dir)) for path in life.config.data_dir.rglob("*")}


def stuck_for_good(life: Life) -> None:
    """As if it had been tried for long enough."""
    note = removal.under_way(life.config.data_dir)
    assert note is not None
    ago_us = round((UNINSTALL_STUCK_S + 1) * 1e6)
    removal.begin(life.config.data_dir, replace(note, begun_us=note.begun_us - ago_us))
