"""`reticent-agent uninstall`: ends the agent on this laptop, as whoever administers it asks.

Enters: a yes. Leaves: what an order from afar leaves (`remote.leaving`), and words that say how it
went. Must hold: a running agent ends it itself, for it has the folder; killed in the middle, the
next run, or the service, goes on; what the server was not told and what stayed is said.

The program itself goes by the package manager: here it is only said how.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from reticent_agent import folder_lock
from reticent_agent.collect.model import Clock
from reticent_agent.commands.enrol import become_owner_of
from reticent_agent.config import Config
from reticent_agent.errors import AgentError, ConsentError
from reticent_agent.identity import IdentityStore
from reticent_agent.keepers import machine
from reticent_agent.local import place
from reticent_agent.local.client import ask
from reticent_agent.remote import removal
from reticent_agent.remote.removal import Removal

_WAIT_S = 120.0  # for a running agent: it ends, deletes, and tells the server
_DOOR_S = 10.0  # an agent that starts opens its door soon
_LOOK_S = 0.2
_FREE_LOOKS = 10  # an agent that ends lets go of the folder, and takes it again to go on there
_PACKAGED = Path("/usr/lib/reticent-agent")


class UninstallError(AgentError):
    """It was not begun, or is not over yet."""


def run(config: Config, *, yes: bool, as_json: bool) -> int:
    """0 once it is over, now or before; 1 where nobody agreed. Raises AgentError, also where the
    folder is no agent's: its files may bear the same names."""
    os.umask(0o077)
    folder = config.data_dir
    if not folder.is_dir():
        return _tell(None, folder, as_json=as_json)
    become_owner_of(folder)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise UninstallError(
            f"{folder} may not be changed by this user; nothing was uninstalled; use sudo, or run "
            "it as the user whose folder it is",
            permanent=True,
        )
    if not removal.is_of_an_agent(folder):
        raise UninstallError(
            f"{folder} is no agent's folder; nothing was changed; give the right --data or "
            "--config",
            permanent=True,
        )
    done = removal.over(folder)
    if done is None:
        if removal.under_way(folder) is None and not (yes or _agreed(folder)):
            sys.stderr.write("nothing was changed\n")
            return 1
        done = _carry_out(config)
    return _tell(done, folder, as_json=as_json)


def _agreed(folder: Path) -> bool:
    """Asked where somebody can answer. Raises UninstallError elsewhere."""
    if not sys.stdin.isatty():
        raise UninstallError(
            "nobody can be asked here; nothing was changed; add --yes where it is meant",
            permanent=True,
        )
    sys.stderr.write(
        f"This ends the agent for good: rows that were not sent, keys and certificate in {folder} "
        "are deleted,\nand the server is told that the laptop leaves. Type yes to go on: "
    )
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() == "yes"


def _carry_out(config: Config) -> Removal:
    """By the running agent where there is one, else here."""
    folder, until = config.data_dir, time.monotonic() + _WAIT_S
    is_asked, free_looks = False, 0
    while time.monotonic() < until:
        done = removal.over(folder)
        if done is not None:
            return done
        is_free = not folder_lock.is_taken(folder)
        free_looks = free_looks + 1 if is_free else 0
        if is_free and (not is_asked or free_looks > _FREE_LOOKS):
            _say("deleting what the agent keeps here, and telling the server")
            _here(config)
            continue
        if not is_free and not is_asked:
            # Also one that ends already: then it knows that somebody waits.
            is_last = time.monotonic() > until - _WAIT_S + _DOOR_S
            is_asked = _asked_of_the_agent(config, is_last=is_last)
            if is_asked:
                _say("the running agent ends itself, deletes what it keeps, and tells the server")
        time.sleep(_LOOK_S)
    done = removal.over(folder)
    if done is not None:
        return done
    raise UninstallError(
        "the running agent is still at it: it goes on by itself, for at most a week where the "
        "server cannot be told; to end it now stop its service (on Linux `systemctl stop "
        "reticent-agent`) and run this again",
        permanent=False,
    )


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")


def _asked_of_the_agent(config: Config, *, is_last: bool) -> bool:
    """False where its door is not open yet. Raises UninstallError where it will not do it."""
    try:
        ask(place.folder(config), {"do": "uninstall"})
    except ConsentError as error:
        if removal.under_way(config.data_dir) is not None:  # it is at it, with its door closed
            return True
        if error.permanent or (is_last and folder_lock.is_taken(config.data_dir)):
            raise UninstallError(
                f"the running agent does not uninstall itself ({error}); nothing was uninstalled; "
                "stop its service (on Linux `systemctl stop reticent-agent`) and run this again",
                permanent=True,
            ) from None
        return False
    return True


def _here(config: Config) -> None:
    """No agent runs. One that starts meanwhile has the folder, and is waited for."""
    from reticent_agent.collect.clock import SystemClock
    from reticent_agent.remote.leaving import Leaving

    async def leave() -> None:
        clock = SystemClock()
        await Leaving(config, clock=clock, here=partial(_note, config, clock)).run()

    try:
        asyncio.run(leave())
    except AgentError:
        if not folder_lock.is_taken(config.data_dir):
            raise


async def _note(config: Config, clock: Clock) -> Removal:
    """Of the identity here, and of this machine as far as this user can read it."""
    from reticent_agent.away import Away
    from reticent_agent.commands.run import this_laptop
    from reticent_agent.report.status import StatusBoard

    identities = IdentityStore(config.data_dir, vault=machine.vault(config))
    try:
        identity = identities.load()
    except AgentError:  # damaged, or its keys do not open: it goes untold
        return removal.asked_here(identities.device_id(), now_us=clock.now_us())
    if identity is None:
        return removal.asked_here(None, now_us=clock.now_us())
    away = Away(config, identities, this_laptop(config), board=StatusBoard(lambda: None))
    await away.look()
    now_us = clock.now_us()  # what it took to look is nobody's wait for the server
    return removal.asked_here(identity.device_id, now_us=now_us, machine=away.signals)


def _tell(done: Removal | None, folder: Path, *, as_json: bool) -> int:
    if as_json:
        document = {
            "state": "uninstalled",
            "device_id": str(done.device_id) if done is not None and done.device_id.int else None,
            "server_told": None if done is None else done.told,
            "stayed": [] if done is None else list(done.stayed),
            "remove_program": _package_command(),
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return 0
    if done is None:
        sys.stdout.write(f"there is nothing of an agent here: {folder} does not exist\n")
    else:
        but = ", but for what is named below" if done.stayed else ""
        sys.stdout.write(f"uninstalled: what the agent kept here is deleted{but}\n")
        sys.stdout.write(_of_server(done))
        sys.stdout.writelines(f"stayed    {name}: delete it by hand\n" for name in done.stayed)
    sys.stdout.write(f"program   remove it with: {_package_command()}\n")
    return 0


def _of_server(done: Removal) -> str:
    if not done.device_id.int:
        return "server    was not told: nothing here says as which device it was enrolled\n"
    if done.told:
        return f"server    knows: device {done.device_id} is out of service\n"
    if done.told is None:
        return f"server    not known whether it was told of device {done.device_id}\n"
    return (
        f"server    was not told: it could not be reached, or the key is of no use any more; have "
        f"device {done.device_id} retired there\n"
    )


def _package_command() -> str:
    """What removes the program; it is not run here."""
    if _PACKAGED in Path(__file__).parents:
        return "apt purge reticent-agent"
    return "whatever installed it, e.g. pip uninstall reticent"
