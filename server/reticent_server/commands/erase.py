"""`reticent-server device erase`: a device's rows and its record, for good."""

from __future__ import annotations

import argparse
import time
from typing import Any
from uuid import UUID

from reticent_server.commands.client import LocalServer
from reticent_server.commands.common import put_json, say
from reticent_server.errors import ServerError

_WAIT_S = 120.0  # the event store removes files within half a minute
_LOOK_S = 0.5


def add_action(actions: Any) -> argparse.ArgumentParser:
    """The parser that was added to `device`."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "erase",
        help="delete all that a laptop sent, and its record, for good",
        description="Delete every row that a laptop sent, and its record, for good. Its key is "
        "never good again. Older backups still hold it until they expire.",
    )
    parser.add_argument("device", metavar="DEVICE", help="its ID")
    parser.add_argument(
        "--reason", required=True, help="for the second person and the audit trail: no name in it"
    )
    parser.add_argument("--confirm", required=True, metavar="DEVICE", help="its ID once more")
    parser.add_argument("--no-wait", action="store_true", help="do not wait until it is done")
    parser.set_defaults(call=_erase)
    return parser


def _erase(options: argparse.Namespace, server: LocalServer) -> int:
    try:
        path = f"/api/v1/devices/{UUID(options.device)}"
    except ValueError:
        raise ServerError(
            "that is no device's ID; nothing was erased; `reticent-server device list` shows them"
        ) from None
    body = {"reason": options.reason, "confirm": options.confirm}
    erasure = server.ask("POST", f"{path}/erase", body)
    ends_s = time.monotonic() + (0 if options.no_wait else _WAIT_S)
    while erasure["done_at"] is None and time.monotonic() < ends_s:
        time.sleep(_LOOK_S)
        erasure = server.get(f"{path}/erasure")
    if options.json:
        put_json(erasure)
        return 0
    if erasure["done_at"] is not None:
        say(f"erased: {erasure['rows']} rows deleted, and no file holds one any more")
    elif erasure["deleted_at"] is not None:
        say(f"{erasure['rows']} rows are deleted; the files of before are removed by itself")
    else:
        say("being erased; it goes on by itself, after a restart too")
    say(erasure["backups"])
    return 0
