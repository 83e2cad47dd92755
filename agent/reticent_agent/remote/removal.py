"""What an uninstallation deletes on this laptop, and the two notes that see it through.

    uninstalling.json  written before anything is deleted; from then on no agent collects here
        {"device_id": hex, "command_id": hex, "reason", "begun_us", "machine": [[part, hex], …],
         "here": bool, "told": bool | null, "stayed": [name, …]}
        Notes of before lack the last three.
    uninstalled.json   the same, in one rename, once everything else of the agent's is gone

Must hold: each step may be cut off and is repeated by the next start; of the keys nothing is left
but what the disk itself remembers; keys go before anything else, and nothing that stays keeps
another from going; no file is deleted that is not the agent's own; what could not be deleted is
named.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from reticent_contract.v1 import identity_pb2

from reticent_agent import atomic, folder_lock
from reticent_agent.errors import AgentError, IdentityError
from reticent_agent.keepers import plain
from reticent_agent.local import place

log = logging.getLogger("reticent_agent.remote")

UNDER_WAY, OVER = "uninstalling.json", "uninstalled.json"
_BYTES_MAX = 64 << 10
# Overwritten as well as deleted. The identity's come last: with them the server is told.
_SECRETS = ("keys", "device.key.new", "machine.salt")
_COLLECTED = (
    *("spool.*", "policy.json", "policy.previous.json", "policy.floor", "consent.json"),
    *("asked.json", "status.json", "metrics.prom", "device.crt.new", "stopped.json"),
)
_IDENTITY = ("device.json", "device.crt", "ca.crt")
_IDENTITY_SECRETS = ("device.key",)
_WRAPPING = ("wrapping.key",)  # opens the others, and names the entry of a key store
# Beside its lock, which every agent makes before anything else and nothing deletes, each agent that
# was enrolled, or tried to be, has one of these. The names of the rest others may use as well.
_OF_AN_AGENT = ("device.json", "device.key", "spool.db", UNDER_WAY, OVER)
UNCONFIRMED = "whatever the disk did not confirm as deleted"
DAMAGED = "the note that says why is damaged"
# What stayed, by name, with the error's number.
Stayed = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Of which device, by which command, why, and since when (microseconds since 1970 UTC).

    `here`: somebody at the laptop asked, and the command's number is made up there. `told`: whether
    the device is out of service at the server; None: it is not known. `stayed`: names of what is
    the agent's own and could not be deleted.
    """

    device_id: UUID
    command_id: bytes
    reason: str
    begun_us: int
    machine: Sequence[identity_pb2.MachineSignal] = ()  # as the last Hello showed it
    here: bool = False
    told: bool | None = None
    stayed: tuple[str, ...] = ()

    @property
    def is_damaged(self) -> bool:
        """It counts as none wherever somebody can say anew what it said."""
        return not self.command_id

    @property
    def whose(self) -> str:
        """Who asked, and why, for people."""
        if self.is_damaged:
            return f"this agent was uninstalled ({DAMAGED})"
        if self.here:
            return f"this agent was uninstalled on this laptop ({self.reason})"
        return f"an administrator uninstalled this agent ({self.reason})"

    @property
    def asker(self) -> str:
        """The same while it is under way."""
        if self.is_damaged:
            return f"somebody ({DAMAGED})"
        return "somebody at this laptop" if self.here else f"an administrator ({self.reason})"

    def left(self) -> str:
        """What is not as it should be afterwards, "" where all is."""
        parts = [f"could not be deleted: {', '.join(self.stayed)}"] if self.stayed else []
        if self.told is False and self.device_id.int:
            parts.append(f"the server was not told: device {self.device_id} is to be retired there")
        return "; ".join(parts)


class UninstalledError(AgentError):
    """No agent starts where one was uninstalled, whatever token is configured."""

    def __init__(self, removal: Removal) -> None:
        super().__init__(
            f"{removal.whose}; nothing is collected; "
            "remove the program with the laptop's package manager, or run `reticent-agent enrol` "
            "with a new token to begin anew",
            permanent=True,
        )


def refuse(folder: Path) -> None:
    """For an agent that has the folder now, and whoever had it until then may have uninstalled.

    Raises AgentError.
    """
    gone = over(folder)
    if gone is not None:
        raise UninstalledError(gone)
    if under_way(folder) is not None:
        raise AgentError(
            "this agent is being uninstalled; nothing is collected; its next start ends that",
            permanent=False,
        )


def asked_here(
    device_id: UUID | None, *, now_us: int, machine: Sequence[identity_pb2.MachineSignal] = ()
) -> Removal:
    """What somebody at the laptop asks. Its number is the laptop's own: said twice, it is one."""
    return Removal(
        device_id=device_id or UUID(int=0),
        command_id=os.urandom(16),
        reason="by somebody who administers this laptop",
        begun_us=now_us,
        machine=machine,
        here=True,
    )


def is_of_an_agent(folder: Path) -> bool:
    """Whether an uninstallation may empty it, also where one has half emptied it."""
    if not (folder / folder_lock.NAME).is_file():
        return False
    return any((folder / name).exists() for name in _OF_AN_AGENT)


def begin(folder: Path, removal: Removal) -> None:
    """Durable when it returns: there is no way back. Raises OSError, and then nothing has begun."""
    document = {
        "device_id": removal.device_id.hex,
        "command_id": removal.command_id.hex(),
        "reason": removal.reason,
        "begun_us": removal.begun_us,
        "machine": [[signal.kind, signal.token.hex()] for signal in removal.machine],
        "here": removal.here,
        "told": removal.told,
        "stayed": list(removal.stayed),
    }
    atomic.write_file(folder / UNDER_WAY, json.dumps(document, indent=1).encode())


def under_way(folder: Path) -> Removal | None:
    """What was begun and is not over. Raises IdentityError."""
    return _read(folder / UNDER_WAY)


def over(folder: Path) -> Removal | None:
    """What was done here. Raises IdentityError."""
    return _read(folder / OVER)


def delete_collected(folder: Path, *, door: Path) -> Stayed:
    """Everything but what the server is told with, keys first.

    `door`: the folder of the agent's socket.
    """
    stayed = _delete(folder, _COLLECTED, secrets=_SECRETS)
    stayed |= plain.delete(door / place.NAME)
    if door == folder / "run":  # else it is the service manager's
        with suppress(OSError):
            door.rmdir()
    return stayed


def delete_identity(folder: Path) -> Stayed:
    """What the server was told with, but for the key that opens it."""
    return _delete(folder, _IDENTITY, secrets=_IDENTITY_SECRETS)


def delete_wrapping_key(folder: Path) -> Stayed:
    """The last of the keys, once what it names in a key store is gone."""
    return _delete(folder, (), secrets=_WRAPPING)


def finish(folder: Path, removal: Removal) -> None:
    """The note says that it is over, and how it went. Raises OSError."""
    with suppress(FileNotFoundError):
        if removal != under_way(folder):
            begin(folder, removal)
        (folder / UNDER_WAY).replace(folder / OVER)
    atomic.sync_folder(folder)


def known_names(stayed: Sequence[str]) -> str:
    """For the server: the agent's own names alone, whatever stands behind one's dot."""
    return ", ".join(sorted({"spool.*" if name.startswith("spool.") else name for name in stayed}))


def forget(folder: Path) -> None:
    """Somebody enrolled this laptop anew. Raises OSError."""
    (folder / OVER).unlink(missing_ok=True)


def _delete(folder: Path, names: Sequence[str], *, secrets: Sequence[str]) -> dict[str, int]:
    """As much as can be, with what a crash left beside it; first the secrets, overwritten."""
    stayed: dict[str, int] = {}
    for name in secrets:
        stayed |= plain.destroy(folder / name)
    try:
        for form in (form for name in names for form in (name, f"{name}.tmp")):
            # Of one name no glob: it passes over a link that leads nowhere.
            for path in list(folder.glob(form)) if "*" in form else [folder / form]:
                stayed |= plain.delete(path)
        atomic.sync_folder(folder)
    except OSError as error:
        stayed[UNCONFIRMED] = error.errno or 0
    return stayed


def _read(path: Path) -> Removal | None:
    try:
        data = atomic.read_file(path, bytes_max=_BYTES_MAX)
    except OSError as error:
        raise IdentityError(
            f"{path} cannot be read ({error.strerror or 'too large'}); nothing is collected; run "
            "as the agent's user, or check the file's rights",
            permanent=True,
        ) from None
    if data is None:
        return None
    try:
        document = json.loads(data)
        return Removal(
            device_id=UUID(hex=document["device_id"]),
            command_id=bytes.fromhex(document["command_id"]),
            reason=str(document["reason"]),
            begun_us=int(document["begun_us"]),
            machine=[
                identity_pb2.MachineSignal(kind=str(kind), token=bytes.fromhex(token))
                for kind, token in document["machine"]
            ],
            here=document.get("here") is True,
            told=document.get("told"),
            stayed=tuple(map(str, document.get("stayed", ()))),
        )
    except (ValueError, KeyError, TypeError):
        log.warning("the note about the uninstallation is damaged; it goes on all the same")
        return Removal(device_id=UUID(int=0), command_id=b"", reason="", begun_us=0)
