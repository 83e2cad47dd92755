"""Where the TPM is: the kernel's resource manager, or the Unix socket of a TPM in software.

Enters: one command. Leaves: one answer. Must hold: bounded in bytes and time, and one command at a
time: a device file answers who asked last.

Never /dev/tpm0: that one has no resource manager, and objects of others would be in the way.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from reticent_agent.keepers.model import StoreError
from reticent_agent.keepers.tpm.wire import HEADER_BYTES, MESSAGE_BYTES_MAX

ANSWER_WAIT_S = 60.0  # a slow TPM makes a key in seconds; the kernel gives up after two minutes


class Transport(Protocol):
    def transmit(self, command: bytes) -> bytes:
        """The answer to `command`. Raises OSError."""


class TpmDevice:
    """The TPM behind `path`. Opened anew for each use, so that the kernel flushes what is left."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def opened(self) -> Iterator[Transport]:
        """Raises StoreError where it cannot be opened or does not answer in time."""
        try:
            if stat.S_ISSOCK(self.path.stat().st_mode):
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                    connection.settimeout(ANSWER_WAIT_S)
                    connection.connect(str(self.path))
                    yield _Socket(connection)
            else:
                descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    yield _DeviceFile(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise StoreError(
                f"the TPM {self.path} cannot be used ({error.strerror or 'no answer in time'})"
            ) from None


class _DeviceFile:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def transmit(self, command: bytes) -> bytes:
        """The driver takes a command in one write and gives its answer in one read."""
        os.write(self._descriptor, command)
        ready, _, _ = select.select([self._descriptor], [], [], ANSWER_WAIT_S)
        if not ready:
            raise TimeoutError
        return os.read(self._descriptor, MESSAGE_BYTES_MAX)


class _Socket:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def transmit(self, command: bytes) -> bytes:
        self._connection.sendall(command)
        answer = self._exactly(HEADER_BYTES)
        size = int.from_bytes(answer[2:6])
        if not HEADER_BYTES <= size <= MESSAGE_BYTES_MAX:
            return answer  # whoever reads it sees that it is none
        return answer + self._exactly(size - HEADER_BYTES)

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            part = self._connection.recv(length - len(data))
            if not part:
                raise ConnectionResetError(None, "it closed the connection")
            data += part
        return data
