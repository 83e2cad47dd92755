"""`reticent-server unseal`: opens sealed values from standard input. Needs no server and no stores.

in      one value a line, `sealed:…`, or one event a line, as `query --json` prints it
out     as many lines in the same order: the value as JSON text, or the event with every sealed
        value opened. A line that holds none, or one that does not open, is said on standard
        error by its number, stands as an empty line, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from reticent_contract.limits import MESSAGE_BYTES_MAX
from reticent_contract.redact.sealed import PrivateKey, SealError, parse_sealed, unseal

from reticent_server.commands.common import add_passphrase, put, put_json, say
from reticent_server.commands.policy.seal_key import load_private, read_passphrase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Open sealed values offline, with the privacy officer's key. They are read from standard "
        "input: one value a line (sealed:…), or one event a line, as `query --json` prints it. As "
        "many lines come out, in the same order; one that does not open is empty, is named on "
        "standard error, and makes the exit code 1."
    )
    parser.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help="the private half, which `policy seal-key new` wrote",
    )
    add_passphrase(parser)
    parser.add_argument("--json", action="store_true", help="errors as JSON; output always is")


def run(options: argparse.Namespace) -> int:
    key = load_private(options.key, read_passphrase(options.passphrase_file))
    failed = 0
    number = 0
    while line := sys.stdin.readline(MESSAGE_BYTES_MAX):
        number += 1
        try:
            put_json(_opened(line.strip(), key))
        except SealError as error:
            failed = 1
            put("")
            say(f"line {number}: {error}")
    return failed


def _opened(line: str, key: PrivateKey) -> Any:
    """Raises SealError."""
    if not line.startswith("{"):
        return unseal(line, key)
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        raise SealError("this is neither a sealed value nor an event in JSON") from None
    opened, count = _walk(event, key)
    if not count:
        raise SealError("this event holds no sealed value")
    return opened


def _walk(value: Any, key: PrivateKey) -> tuple[Any, int]:
    """`value` with every sealed text opened, and how many there were."""
    if isinstance(value, str) and parse_sealed(value) is not None:
        return unseal(value, key), 1
    if isinstance(value, dict):
        parts = {name: _walk(item, key) for name, item in value.items()}
        return {name: item for name, (item, _) in parts.items()}, sum(n for _, n in parts.values())
    if isinstance(value, list):
        items = [_walk(item, key) for item in value]
        return [item for item, _ in items], sum(n for _, n in items)
    return value, 0
