"""`reticent-server request`: what a person asked for about their own data, from receipt to answer.

Asks the running server: it alone holds the keys of pseudonyms, and the event store.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from reticent_server.commands.client import LocalServer, needed_server
from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    minute_of,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.errors import ServerError
from reticent_server.rights.words import GROUNDS, Ground, Right, State, stands

_PATH = "/api/v1/people/requests"
_END = re.compile(rb'\n{"kind":"end","rows":[0-9]+}\n\Z')
_WAIT_S = 180.0  # the event store removes files within half a minute
_LOOK_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    open_ = actions.add_parser("open", help="write down what a person asked for")
    open_.add_argument("right", choices=[one.value for one in Right])
    open_.add_argument(
        "--identifiers",
        type=Path,
        required=True,
        metavar="FILE",
        help="user names, e-mail addresses, phone numbers, full names, one a line; - for input: "
        "on the command line they would stand in the shell's history",
    )
    open_.add_argument(
        "--device",
        action="append",
        default=[],
        metavar="ID",
        help="a laptop that was always theirs, beside those whose record names them; any number",
    )
    open_.add_argument("--reference", required=True, help="of a ticket: no name in it")
    open_.add_argument("--received", metavar="DAY", help="when they asked, e.g. 2026-11-20")
    listed = actions.add_parser("list", help="list requests, what is due first")
    listed.add_argument("--open", action="store_true", dest="only_open", help="only what is open")
    show = actions.add_parser("show", help="show one, with what was found")
    run_ = actions.add_parser("run", help="find what is held, or erase it")
    run_.add_argument("--confirm", default="", metavar="REQUEST", help="to erase: its ID once more")
    run_.add_argument("--no-wait", action="store_true", help="do not wait until it is erased")
    answer = actions.add_parser("answer", help="write the answer for the person into a folder")
    answer.add_argument("--to", type=Path, required=True, metavar="DIR", help="made if missing")
    extend = actions.add_parser("extend", help="by two months, once, within the first month")
    refuse = actions.add_parser("refuse", help="refuse it, on a ground that the law has")
    refuse.add_argument(
        "--ground",
        required=True,
        choices=[one.value for one in Ground],
        help="; ".join(f"{one}: {sentence}" for one, sentence in GROUNDS.items()),
    )
    close = actions.add_parser("close", help="an access whose answer the person has")
    calls: list[tuple[argparse.ArgumentParser, Callable[..., int]]] = [
        (open_, _open),
        (listed, _list),
        (show, _show),
        (run_, _run),
        (answer, _answer),
        (extend, _verb),
        (refuse, _verb),
        (close, _verb),
    ]
    for action, call in calls:
        if action not in (open_, listed):
            action.add_argument("case", metavar="REQUEST", type=UUID, help="its ID")
        action.set_defaults(call=call)
        add_place(action)


def run(options: argparse.Namespace) -> int:
    code: int = options.call(options, needed_server(initialised(config_of(options))))
    return code


def _open(options: argparse.Namespace, server: LocalServer) -> int:
    body = {
        "right": options.right,
        "identifiers": _lines(options.identifiers),
        "devices": options.device,
        "reference": options.reference,
        "received": options.received,
    }
    case = server.ask("POST", _PATH, body)
    if options.json:
        put_json(case)
        return 0
    put(case["case_id"])
    say(f"open; due {minute_of(case['due_at'])} UTC; nothing is looked for before `request run`")
    if case["earlier"]:
        say(f"earlier requests by which the same was given: {case['earlier']}")
    return 0


def _lines(path: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(
            f"{path} cannot be read ({type(error).__name__}); nothing was opened; give a file of "
            "UTF-8, one identifier a line"
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _list(options: argparse.Namespace, server: LocalServer) -> int:
    found = server.get(_PATH, {"open": "true"} if options.only_open else None)["requests"]
    if options.json:
        put_json(found)
        return 0
    if not found:
        say("no request is open" if options.only_open else "no request yet")
        return 0
    put_table(
        ("request", "right", "reference", "state", "due (UTC)"),
        [
            (
                one["case_id"],
                one["right"],
                one["reference"],
                _stands(one),
                minute_of(one["due_at"]),
            )
            for one in found
        ],
    )
    return 0


def _show(options: argparse.Namespace, server: LocalServer) -> int:
    _tell(options, server.get(f"{_PATH}/{options.case}"))
    return 0


def _run(options: argparse.Namespace, server: LocalServer) -> int:
    path = f"{_PATH}/{options.case}"
    case = server.ask("POST", f"{path}/run", {"confirm": options.confirm})
    ends_s = time.monotonic() + (0 if options.no_wait else _WAIT_S)
    while case["right"] == Right.ERASURE and case["over_at"] is None and time.monotonic() < ends_s:
        time.sleep(_LOOK_S)
        case = server.get(path)
    _tell(options, case)
    if case["right"] == Right.ERASURE and case["over_at"] is None:
        say("being erased; it goes on by itself, after a restart too")
    return 0


def _answer(options: argparse.Namespace, server: LocalServer) -> int:
    path = f"{_PATH}/{options.case}"
    case = server.get(path)
    files = {"answer.txt": "text"}
    if case["right"] == Right.ACCESS and case["state"] == "running":
        files["answer.jsonl"] = "jsonl"
    _make_folder(options.to)
    for name, form in files.items():
        _write(options.to / name, server, f"{path}/answer", form)
    if options.json:
        put_json({"files": sorted(str(options.to / name) for name in files)})
    else:
        say(f"written: {', '.join(str(options.to / name) for name in files)}")
        if len(files) > 1:
            say("once the person has them, `request close`, and remove the files")
    return 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ServerError(
            f"the folder {folder} cannot be made ({error.strerror}); nothing was written, and the "
            "request is as it was; name another folder, or correct who owns the one above"
        ) from error


def _write(path: Path, server: LocalServer, address: str, form: str) -> None:
    """Under its name only when it is whole. Raises ServerError."""
    part = path.with_name(f".{path.name}.part")
    last = b""
    try:
        part.unlink(missing_ok=True)  # of a command that was killed
        # Made by us: a link, or a file that somebody put there, would give them what is written.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for block in server.stream(address, {"format": form}):
                file.write(block)
                last = (last + block)[-256:]
            file.flush()
            os.fsync(file.fileno())
        if form == "jsonl" and not _END.search(last):
            raise ServerError(
                "the answer ended too early; no file was written; do the same again, and see the "
                "server's log"
            )
        part.replace(path)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be written ({error.strerror}); see to the folder, then do it again"
        ) from error
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    """Says so where it cannot: what went wrong before must not be hidden by that."""
    try:
        part.unlink(missing_ok=True)
    except OSError as error:
        say(f"{part} cannot be removed ({error.strerror}); it holds a part of an answer: remove it")


def _verb(options: argparse.Namespace, server: LocalServer) -> int:
    body = {"ground": options.ground} if options.action == "refuse" else None
    _tell(options, server.ask("POST", f"{_PATH}/{options.case}/{options.action}", body))
    return 0


def _stands(case: dict[str, Any]) -> str:
    return stands(Right(case["right"]), State(case["state"]))


def _tell(options: argparse.Namespace, case: dict[str, Any]) -> None:
    if options.json:
        put_json(case)
        return
    due = f"due {minute_of(case['due_at'])} UTC"
    put(f"{case['right']} request {case['reference']}: {_stands(case)}, {due}")
    if case["ground"]:
        put(f"ground: {case['ground']}")
    if case["counts"]:
        put_table(
            ("table", "laptop", "rows", "deleted", "emptied"),
            [
                (
                    one["table"],
                    one["device_id"],
                    str(one["found"]),
                    str(one["deleted"]),
                    str(one["emptied"]),
                )
                for one in case["counts"]
            ],
        )
    if case["more_counts"]:
        put(f"and {case['more_counts']} more")
    for sentence in case["unseen"]:
        put(sentence)
