"""`reticent-server device`: what the organisation itself knows of a laptop, and decides of it.

Asks the running server: it alone holds the keys that redact, and the event store.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from reticent_server.commands import device_life, erase
from reticent_server.commands.client import LocalServer, needed_server
from reticent_server.commands.common import (
    add_place,
    config_of,
    count_of,
    initialised,
    put_json,
    say,
)
from reticent_server.errors import ServerError
from reticent_server.limits import RECORD_FILE_BYTES_MAX

_FIELDS = ("user_name", "full_name", "company", "email", "phone", "purchase_date")
_PROBLEMS_SHOWN_MAX = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    set_ = actions.add_parser("set", help="write down fields of one device; the others stay")
    set_.add_argument("device", metavar="DEVICE", help="its ID")
    for name in _FIELDS:
        set_.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar="VALUE")
    set_.set_defaults(call=_set)
    clear = actions.add_parser("clear", help="remove what is written down of one device")
    clear.add_argument("device", metavar="DEVICE", help="its ID")
    clear.set_defaults(call=_clear)
    import_ = actions.add_parser("import", help="write down what a CSV file says of many devices")
    import_.add_argument("file", metavar="FILE", help="with a first line of columns; - for input")
    import_.add_argument("--dry-run", action="store_true", help="check its form and store nothing")
    import_.set_defaults(call=_import)
    life = device_life.add_actions(actions)
    for one in (set_, clear, import_, *life, erase.add_action(actions)):
        add_place(one)


def run(options: argparse.Namespace) -> int:
    code: int = options.call(options, needed_server(initialised(config_of(options))))
    return code


def _set(options: argparse.Namespace, server: LocalServer) -> int:
    given = {name: value for name in _FIELDS if (value := getattr(options, name)) is not None}
    if not given:
        raise ServerError(
            "no field is given; nothing was done; give one or more of "
            + ", ".join(f"--{name.replace('_', '-')}" for name in _FIELDS)
        )
    return _tell(options, server.ask("PUT", _path(options.device), given))


def _clear(options: argparse.Namespace, server: LocalServer) -> int:
    return _tell(options, server.ask("DELETE", _path(options.device)))


def _path(device: str) -> str:
    try:
        return f"/api/v1/devices/{UUID(device)}/record"
    except ValueError:
        raise ServerError(
            "that is no device's ID; nothing was done; the console's list of devices shows them"
        ) from None


def _tell(options: argparse.Namespace, answer: Any) -> int:
    if options.json:
        put_json(answer)
    else:
        say("stored" if answer["changed"] else "nothing to do: it says so already")
    return 0


def _import(options: argparse.Namespace, server: LocalServer) -> int:
    answer = server.ask(
        "POST",
        "/api/v1/devices/import",
        {"csv": _text(options.file), "dry_run": options.dry_run},
    )
    problems, conflicts = answer["problems"], answer["conflicts"]
    if options.json:
        put_json(answer)
    else:
        for problem in problems[:_PROBLEMS_SHOWN_MAX]:
            say(f"line {problem['line']} {problem['problem']}")
        if len(problems) > _PROBLEMS_SHOWN_MAX:
            say(f"and {len(problems) - _PROBLEMS_SHOWN_MAX} more; --json lists all")
        for conflict in conflicts[:_PROBLEMS_SHOWN_MAX]:
            say(
                f"line {conflict['line']} is left out: {conflict['problem']} "
                f"({', '.join(conflict['device_ids'])})"
            )
        if not problems and options.dry_run:
            say(
                f"well-formed: {count_of(answer['lines'], 'line')}; whether there are such devices "
                "the import itself says"
            )
        elif not problems:
            say(
                f"{answer['stored']} of {answer['lines']} lines stored, "
                f"{answer['unchanged']} say what is stored already"
            )
    if problems:
        raise ServerError(
            f"{len(problems)} of {answer['lines']} lines cannot be imported; nothing was "
            "imported; correct or remove them, then import the file again"
        )
    if conflicts:
        raise ServerError(
            f"{len(conflicts)} of {answer['lines']} lines are in conflict; the others were "
            "imported; look at those devices, then name the right one by its device_id"
        )
    return 0


def _text(file: str) -> str:
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(RECORD_FILE_BYTES_MAX + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(RECORD_FILE_BYTES_MAX + 1)
        if len(raw) > RECORD_FILE_BYTES_MAX:
            raise ServerError(
                f"the file has more than {RECORD_FILE_BYTES_MAX >> 20} MiB; nothing was imported; "
                "split it"
            )
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise ServerError(
            f"{file} cannot be read ({error.strerror}); nothing was imported; name another file"
        ) from error
    except UnicodeDecodeError:
        raise ServerError(
            f"{file} is not UTF-8; nothing was imported; save it as UTF-8 and import it again"
        ) from None
