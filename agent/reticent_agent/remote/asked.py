"""What an administrator asked of this laptop: done once, and shown to its owner.

Enters: commands of the server that have a number and a reason. Leaves: reports to the server, and
asked.json, which `reticent-agent status` shows. Must hold: a command is done once, however often it
comes; a pause that was asked for ends by itself; both hold over restarts.

    {"asked": [{"id": hex, "action", "reason", "at_us", "done", "detail"}, …newest last],
     the newest that asked for diagnostics with "facts": {name: what went to the server},
     "paused": {"until_us", "reason"} | null}
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from reticent_contract.diagnostics import Facts, to_messages
from reticent_contract.limits import REASON_CHARS_MAX
from reticent_contract.v1 import telemetry_pb2

from reticent_agent import atomic

log = logging.getLogger("reticent_agent.remote")

NAME = "asked.json"
ASKED_MAX = 100
_BYTES_MAX = 256 << 10
Command = telemetry_pb2.Command
WORDS = {
    Command.ACTION_NEW_KEY: "new-key",
    Command.ACTION_PAUSE: "pause",
    Command.ACTION_RESUME: "resume",
    Command.ACTION_DIAGNOSTICS: "diagnostics",
    Command.ACTION_UNINSTALL: "uninstall",
}


class Asked:
    """The file in `folder`, the data directory. One that is damaged counts as empty."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._asked, self._paused = _read(self._path)

    def known(self, command: Command) -> telemetry_pb2.CommandReport | None:
        """The answer to a command that was done, or could not be, before."""
        for entry in self._asked:
            if entry.get("id") == command.command_id.hex():
                return telemetry_pb2.CommandReport(
                    command_id=command.command_id,
                    done=bool(entry.get("done")),
                    detail=str(entry.get("detail") or ""),
                    facts=to_messages(_facts(entry)),
                )
        return None

    def note(
        self,
        command: Command,
        *,
        now_us: int,
        done: bool,
        detail: str = "",
        facts: Facts | None = None,
    ) -> telemetry_pb2.CommandReport:
        """Writes down what became of a command, before it is answered. Raises OSError."""
        entry: dict[str, object] = {
            "id": command.command_id.hex(),
            "action": WORDS[command.action],
            "reason": printable(command.reason),
            "at_us": now_us,
            "done": done,
            "detail": detail,
        }
        if facts is not None:
            self._asked = [{k: v for k, v in e.items() if k != "facts"} for e in self._asked]
            entry["facts"] = dict(facts)
        self._asked = [*self._asked, entry][-ASKED_MAX:]
        self._write()
        log.warning("an administrator asked", extra={"fields": {"action": entry["action"]}})
        return telemetry_pb2.CommandReport(
            command_id=command.command_id, done=done, detail=detail, facts=to_messages(facts or {})
        )

    @property
    def paused_until_us(self) -> int:
        """0 where nothing is paused. By the server's clock."""
        return 0 if self._paused is None else int(str(self._paused["until_us"]))

    @property
    def pause_reason(self) -> str:
        return "" if self._paused is None else str(self._paused["reason"])

    def pause(self, *, until_us: int, reason: str) -> None:
        """Raises OSError, and then nothing is paused that would not be after a restart."""
        self._set_paused({"until_us": until_us, "reason": printable(reason)})

    def resume(self) -> None:
        """Raises OSError."""
        if self._paused is not None:
            self._set_paused(None)

    def picture(self) -> list[Mapping[str, object]]:
        """For the laptop's owner, newest last."""
        return [{k: v for k, v in entry.items() if k != "id"} for entry in self._asked]

    def _set_paused(self, paused: dict[str, object] | None) -> None:
        before, self._paused = self._paused, paused
        try:
            self._write()
        except OSError:
            self._paused = before
            raise

    def _write(self) -> None:
        document = {"asked": self._asked, "paused": self._paused}
        atomic.write_file(self._path, json.dumps(document, indent=1).encode())


def _read(path: Path) -> tuple[list[dict[str, object]], dict[str, object] | None]:
    try:
        data = atomic.read_file(path, bytes_max=_BYTES_MAX)
        if data is None:
            return [], None
        document = json.loads(data)
        asked = [dict(entry) for entry in document["asked"]][-ASKED_MAX:]
        paused = document["paused"]
        if paused is not None:
            paused = {"until_us": int(paused["until_us"]), "reason": str(paused["reason"])}
        return asked, paused
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("what was asked before cannot be read and counts as nothing")
        return [], None


def _facts(entry: Mapping[str, object]) -> Facts:
    """What an entry holds, also one that somebody changed: `to_messages` takes the list's alone."""
    found = entry.get("facts")
    return found if isinstance(found, dict) else {}


def printable(reason: str) -> str:
    return "".join(c if c.isprintable() else " " for c in reason[:REASON_CHARS_MAX])
