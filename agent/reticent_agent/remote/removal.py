"""What an uninstall from afar deletes on this laptop, and the two notes that see it through.

    uninstalling.json  written before anything is deleted; from then on no agent collects here
        {"device_id": hex, "command_id": hex, "reason", "begun_us", "machine": [[part, hex], …]}
    uninstalled.json   the same, in one rename, once everything else of the agent's is gone

Must hold: each step may be cut off and is repeated by the next start; of the keys nothing is left
but what the disk itself remembers; no file is deleted that is not the agent's own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from reticent_contract.v1 import identity_pb2

from reticent_agent import atomic
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
_IDENTITY_SECRETS = ("device.key", "wrapping.key")  # the last opens the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Of which device, by which command, why, and since when (microseconds since 1970 UTC)."""

    device_id: UUID
    command_id: bytes
    reason: str
    begun_us: int
    machine: Sequence[identity_pb2.MachineSignal] = ()  # as the last Hello showed it


class UninstalledError(AgentError):
    """No agent starts where one was uninstalled from afar, whatever token is configured."""

    def __init__(self, removal: Removal) -> None:
        super().__init__(
            f"an administrator uninstalled this agent ({removal.reason}); nothing is collected; "
            "remove the program with the laptop's package manager, or run `reticent-agent enrol` "
            "with a new token to begin anew",
            permanent=True,
        )


def begin(folder: Path, removal: Removal) -> None:
    """Durable when it returns: there is no way back. Raises OSError, and then nothing has begun."""
    document = {
        "device_id": removal.device_id.hex,
        "command_id": removal.command_id.hex(),
        "reason": removal.reason,
        "begun_us": removal.begun_us,
        "machine": [[signal.kind, signal.token.hex()] for signal in removal.machine],
    }
    atomic.write_file(folder / UNDER_WAY, json.dumps(document, indent=1).encode())


def under_way(folder: Path) -> Removal | None:
    """What was begun and is not over. Raises IdentityError."""
    return _read(folder / UNDER_WAY)


def over(folder: Path) -> Removal | None:
    """What was done here. Raises IdentityError."""
    return _read(folder / OVER)


def delete_collected(folder: Path) -> None:
    """Everything but what the server is told with. Raises OSError, and then some of it is left."""
    with suppress(OSError):  # the door's, where it is not in the service manager's folder
        (folder / "run" / place.NAME).unlink(missing_ok=True)
        (folder / "run").rmdir()
    _delete(folder, _COLLECTED, secrets=_SECRETS)


def finish(folder: Path) -> None:
    """The identity goes, then the note says so. Raises OSError."""
    _delete(folder, _IDENTITY, secrets=_IDENTITY_SECRETS)
    with suppress(FileNotFoundError):
        (folder / UNDER_WAY).replace(folder / OVER)
    atomic.sync_folder(folder)


def forget(folder: Path) -> None:
    """Somebody enrolled this laptop anew. Raises OSError."""
    (folder / OVER).unlink(missing_ok=True)


def _delete(folder: Path, names: Sequence[str], *, secrets: Sequence[str]) -> None:
    """As much as can be, with what a crash left beside it. Raises OSError where some stayed."""
    stayed: OSError | None = None
    found = [path for name in names for form in (name, f"{name}.tmp") for path in folder.glob(form)]
    for path in (*found, *(folder / name for name in secrets)):
        try:
            if path.name in secrets:
                plain.destroy(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            stayed = error
    atomic.sync_folder(folder)
    if stayed is not None:
        raise stayed


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
        )
    except (ValueError, KeyError, TypeError):
        log.warning("the note about the uninstallation is damaged; it goes on all the same")
        return Removal(device_id=UUID(int=0), command_id=b"", reason="", begun_us=0)
