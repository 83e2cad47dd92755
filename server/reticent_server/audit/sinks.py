"""Where checkpoints go outside the database: files that only grow, and the machine's own syslog.

A file holds one statement a line, appended and synced. It may be append-only for the file system
too (`chattr +a`, a mount of another machine): nothing here rewrites it. A line torn by a crash is
ended by the next append and counts for nothing, because its checkpoint is appended again.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from reticent_server.audit.checkpoint import Checkpoint, checkpoint_of
from reticent_server.audit.signed import LINE_BYTES_MAX, parse

_TAIL_BYTES = 16 * LINE_BYTES_MAX
_SYSLOG_AUTHPRIV_NOTICE = 10 * 8 + 5  # RFC 5424, 6.2.1: facility 10, severity 5
SYSLOG_S = 2.0


class CheckpointFile:
    """Calls raise OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, checkpoints: Sequence[Checkpoint]) -> None:
        """On disk when it returns; made 0600 where missing."""
        if not checkpoints:
            return
        lines = "".join(f"{one.statement.line()}\n" for one in checkpoints)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            if self._is_torn():
                lines = "\n" + lines
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> Iterator[Checkpoint]:
        """In the file's order, by any key; a file that is not there has none."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            while line := file.readline(LINE_BYTES_MAX):
                found = _read(line)
                if found:
                    yield found

    def last(self, public_key: bytes) -> Checkpoint | None:
        """The one with the highest number among the file's last lines that this key signed."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL_BYTES))
                lines = file.read(_TAIL_BYTES).splitlines()
        except FileNotFoundError:
            return None
        found = [one for one in map(_read, lines) if one]
        found.sort(key=lambda one: one.mark.sequence, reverse=True)
        return next((one for one in found if one.statement.is_of(public_key)), None)

    def may_be_read(self) -> bool:
        """False where only appending is allowed."""
        return not self.path.exists() or os.access(self.path, os.R_OK)

    def _is_torn(self) -> bool:
        try:
            with self.path.open("rb") as file:
                if not file.seek(0, os.SEEK_END):
                    return False
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except PermissionError:  # may be written and not read: a blank line does no harm
            return True


class Syslog:
    """The machine's own, through its Unix socket; what forwards it elsewhere is the customer's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def tell(self, checkpoint: Checkpoint) -> None:
        """Raises OSError."""
        text = f"<{_SYSLOG_AUTHPRIV_NOTICE}>reticent-server: {checkpoint.statement.line()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(SYSLOG_S)
            sender.connect(str(self.path))
            sender.send(text.encode())


def _read(line: bytes) -> Checkpoint | None:
    try:
        statement = parse(line.decode().strip())
    except UnicodeDecodeError:
        return None
    return checkpoint_of(statement) if statement else None
