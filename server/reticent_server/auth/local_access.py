"""How the command line on the server's own machine reaches the running server.

    data_dir/run/server.json   0600, written when the application starts, removed at its end
      {"pid", "addresses": {"console", "telemetry", "enrolment"}, "connect": [host, port],
       "ca": path of ca.crt, "token": an API token of the built-in account `local`}

Must hold: the token is in that file and in the server's memory, nowhere else; it dies with the
process. Whoever may read the file may open the stores anyway.
"""

from __future__ import annotations

import json
import os

from reticent_server.ca.files import write_secret
from reticent_server.config import host_port
from reticent_server.data_dir import local_access_path
from reticent_server.services import Services

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


def open_local_access(services: Services) -> None:
    """Blocks. Raises ServerError."""
    config = services.config
    ports = config.ports  # those in use, whatever was asked for
    document = {
        "pid": os.getpid(),
        "addresses": {
            "console": host_port(config.public_name, ports.console),
            "telemetry": host_port(config.public_name, ports.telemetry),
            "enrolment": host_port(config.public_name, ports.enrolment),
        },
        "connect": [ANY_ADDRESS.get(config.listen, config.listen), ports.console],
        "ca": str((config.data_dir / "ca.crt").absolute()),
        "token": services.accounts.tokens.open_local(),
    }
    write_secret(local_access_path(config.data_dir), json.dumps(document).encode())


def close_local_access(services: Services) -> None:
    """Idempotent."""
    services.accounts.tokens.close_local()
    local_access_path(services.config.data_dir).unlink(missing_ok=True)
