"""How the command line on the server's own machine reaches the running server.

    data_dir/run/server.json   0600, written after the ports are open, removed at the end
      {"pid", "addresses": {"console", "telemetry", "enrolment"}, "connect": [host, port],
       "ca": path of ca.crt, "token": an API token of the built-in account `local`}

Must hold: the token is in that file and in the server's memory, nowhere else; it dies with the
process. Whoever may read the file may open the stores anyway.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from reticent_server.ca.files import write_secret
from reticent_server.services import Services

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


def path_of(data_dir: Path) -> Path:
    return data_dir / "run" / "server.json"


def open_local_access(services: Services, addresses: Mapping[str, str]) -> None:
    """Blocks. `addresses`: "host:port" of each port as it is now. Raises ServerError."""
    config = services.config
    port = int(addresses["console"].rpartition(":")[2])
    document = {
        "pid": os.getpid(),
        "addresses": dict(addresses),
        "connect": [ANY_ADDRESS.get(config.listen, config.listen), port],
        "ca": str((config.data_dir / "ca.crt").absolute()),
        "token": services.accounts.tokens.open_local(),
    }
    write_secret(path_of(config.data_dir), json.dumps(document).encode())


def close_local_access(services: Services) -> None:
    """Idempotent."""
    services.accounts.tokens.close_local()
    path_of(services.config.data_dir).unlink(missing_ok=True)
