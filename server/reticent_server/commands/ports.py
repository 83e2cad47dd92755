"""Which TCP ports of this machine are free."""

from __future__ import annotations

import errno
import socket
from dataclasses import astuple

from reticent_server.config import Ports

LOOPBACK = "127.0.0.1"


def choose_ports() -> Ports:
    """Three free ports. Another program may take one before it is used; starting then says so."""
    held = [socket.create_server((LOOPBACK, 0)) for _ in range(3)]
    try:
        enrolment, telemetry, console = (each.getsockname()[1] for each in held)
    finally:
        for each in held:
            each.close()
    return Ports(enrolment=enrolment, telemetry=telemetry, console=console)


def ports_in_use(ports: Ports) -> list[int]:
    """Those of `ports` that another program listens on; 0 is never in use."""
    return [port for port in astuple(ports) if port and not _is_free(port)]


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((LOOPBACK, port)):
            return True
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return False
        raise
