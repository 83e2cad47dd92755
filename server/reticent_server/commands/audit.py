"""`reticent-server audit`: the record of who did, saw or was refused what.

`verify` needs no server: with FILE not even a data directory. Exit code 3 where it finds something.
The others ask the running server; else the control store is opened here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.export import FORMS
from reticent_server.audit.export_file import verify_files
from reticent_server.audit.filters import OUTCOMES, AuditFilter, FilterError, filter_of
from reticent_server.audit.findings import Verdict
from reticent_server.audit.service import AuditService
from reticent_server.audit.signed import server_id
from reticent_server.audit.trail import checkpoints_of, verify_trail
from reticent_server.audit.watch import AuditWatch
from reticent_server.commands.client import LocalServer, running_server
from reticent_server.commands.common import (
    add_place,
    config_of,
    count_of,
    initialised,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.stores import LOCAL, audit_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.metrics import Metrics

FOUND = 3
PAGE = 500
_FILTERS = ("actor", "action", "object", "outcome", "since", "until")
_TIME = "7d, 2026-11-22 or 2026-11-22T10:00Z"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    list_ = actions.add_parser("list", help="entries, newest first")
    list_.add_argument("--actor", metavar="NAME", help="who did it")
    list_.add_argument(
        "--action", dest="kind", metavar="ACTION", help="device.view, or device for all of those"
    )
    list_.add_argument("--object", metavar="TEXT", help="a part of what it was done to")
    list_.add_argument("--outcome", choices=OUTCOMES, help="what came of it")
    list_.add_argument("--limit", type=int, default=100, metavar="N", help="at most N (100)")
    export = actions.add_parser(
        "export", help="entries, checkpoints and a signed seal, to standard output"
    )
    export.add_argument("--format", choices=FORMS, default=FORMS[0], help=f"({FORMS[0]})")
    for one in (list_, export):
        one.add_argument("--since", metavar="TIME", help=f"not before: {_TIME}")
        one.add_argument("--until", metavar="TIME", help="before the same; of a day its end")
    verify = actions.add_parser("verify", help="prove that nothing was changed or cut off")
    verify.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="exports, needs nothing else; without one, this server's own trail",
    )
    verify.add_argument("--key", metavar="HEX", help="the public key, which `audit key` prints")
    verify.add_argument(
        "--checkpoints",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="checkpoints that were kept elsewhere; may be repeated",
    )
    key = actions.add_parser("key", help="print the public key, to be noted elsewhere")
    accept = actions.add_parser(
        "accept", help="take what is broken for known, after a restore from a backup"
    )
    accept.add_argument(
        "--digest",
        metavar="DIGEST",
        help="of the verdict that you looked at, as `audit verify` says it; without it, what is "
        "found now is printed and accepted",
    )
    accept.add_argument("--reason", required=True, help="why, for the trail itself")
    for one in (list_, export, verify, key, accept):
        add_place(one)


def run(options: argparse.Namespace) -> int:
    calls = {"list": _list, "export": _export, "verify": _verify, "key": _key, "accept": _accept}
    return calls[options.action](options)


def _list(options: argparse.Namespace) -> int:
    if options.limit < 1:
        raise ServerError("--limit counts entries; nothing was read; give 1 or more")
    only = _asked_for(options)
    config = config_of(options)
    server = running_server(initialised(config))
    entries = _ask(server, options) if server else _open(config, only, options.limit)
    if options.json:
        for entry in entries:
            put_json(entry)
        return 0
    shown = list(entries)
    if not shown:
        say("no entry matches")
        return 0
    heads = ("no.", "time (UTC)", "who", "action", "on", "outcome", "reason", "from")
    names = ("actor", "action", "object", "outcome", "reason", "source_address")
    put_table(
        heads,
        [
            (
                str(entry["number"]),
                str(entry["at"])[:19].replace("T", " "),
                *(str(entry[name]) for name in names),
            )
            for entry in shown
        ],
    )
    return 0


def _ask(server: LocalServer, options: argparse.Namespace) -> Iterator[Mapping[str, Any]]:
    left, cursor = options.limit, None
    while left > 0:
        parameters: dict[str, str | int] = {**_parameters(options), "limit": min(PAGE, left)}
        page = server.get("/api/v1/audit", parameters | ({"cursor": cursor} if cursor else {}))
        yield from page["entries"]
        left -= len(page["entries"])
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _open(config: ServerConfig, only: AuditFilter, limit: int) -> Iterator[Mapping[str, Any]]:
    from reticent_server.http.schemas.audit import AuditEntryOut  # loads the web framework

    with control_of(config.data_dir) as control:
        audit = audit_of(control)
        audit.record(
            actor=LOCAL,
            action="audit.view",
            object=f"audit trail: {' '.join(only.names()) or 'everything'}",
        )
        before = None
        while limit > 0:
            page = audit.page(before=before, limit=min(PAGE, limit), only=only)
            for entry in page.entries:
                yield AuditEntryOut.of(entry).model_dump()
            limit -= len(page.entries)
            before = page.next_before
            if before is None:
                return


def _export(options: argparse.Namespace) -> int:
    only = _asked_for(options)
    config = config_of(options)
    server = running_server(initialised(config))
    out = sys.stdout.buffer
    if server is not None:
        parameters = {**_parameters(options), "format": options.format}
        for block in server.stream("/api/v1/audit/export", parameters):
            out.write(block)
    else:
        with _trail(config) as (audit, checkpoints):
            audit.record(
                actor=LOCAL,
                action="audit.export",
                object=f"audit trail as {options.format}: {' '.join(only.names()) or 'everything'}",
            )
            checkpoints.make()
            exporter = checkpoints.exporter()
            for line in exporter.lines(
                since_us=only.since_us, until_us=only.until_us, form=options.format
            ):
                out.write(line.encode())
    out.flush()
    return 0


def _verify(options: argparse.Namespace) -> int:
    public_key = _key_of(options.key)
    if options.files:
        verdict, used = verify_files(
            options.files, public_key=public_key, checkpoint_files=options.checkpoints
        )
    else:
        config = config_of(options)
        initialised(config)
        with _trail(config) as (audit, checkpoints):
            used = public_key or checkpoints.public_key
            verdict = verify_trail(audit, checkpoints, public_key=used, further=options.checkpoints)
    _tell(options, verdict, used, key_given=bool(public_key) or not options.files)
    return 0 if verdict.whole else FOUND


def _tell(
    options: argparse.Namespace, verdict: Verdict, key: bytes | None, *, key_given: bool
) -> None:
    if options.json:
        put_json(
            {
                "whole": verdict.whole,
                "rows": verdict.rows,
                "head_number": verdict.head_number,
                "head_hash": verdict.head_hash.hex(),
                "checkpoint": verdict.newest[0] if verdict.newest else None,
                "checkpoint_row": verdict.newest[1] if verdict.newest else None,
                "public_key": key.hex() if key else None,
                "digest": verdict.digest,
                "key_given": key_given,
                "broken": verdict.broken,
                "accepted": verdict.accepted,
                "problems": [asdict(problem) for problem in verdict.problems],
            }
        )
        return
    for problem in verdict.problems:
        put(str(problem))
    more = verdict.broken + verdict.accepted - len(verdict.problems)
    if more > 0:
        put(f"and {more} more")
    state = "whole" if verdict.whole else f"not whole, {count_of(verdict.broken, 'problem')}"
    put(f"{state}: {verdict.summary()}")
    if not verdict.whole and not options.files:
        say(f"the digest of this verdict, for `audit accept`: {verdict.digest}")
    if key is None:
        say("no checkpoint and no seal: nothing here is signed, so it could all be made up")
    elif not key_given:
        say(
            f"by the key {key.hex()}, which the file itself names: compare it with what "
            "`reticent-server audit key` prints on the server, or give it with --key"
        )


def _key(options: argparse.Namespace) -> int:
    config = config_of(options)
    initialised(config)
    with _trail(config) as (_, checkpoints):
        key = checkpoints.public_key
    if options.json:
        put_json({"server": server_id(key), "public_key": key.hex()})
    else:
        put(key.hex())
    return 0


def _accept(options: argparse.Namespace) -> int:
    if not options.reason.strip():
        raise ServerError("say why with --reason; nothing was accepted")
    config = config_of(options)
    server = running_server(initialised(config))
    digest = options.digest
    if server is not None:
        if digest is None:
            found = server.ask("GET", "/api/v1/audit/check")
            digest = found["digest"]
            _print(options, (one["sentence"] for one in found["problems"] if not one["accepted"]))
        body = {"digest": digest, "reason": options.reason}
        accepted = server.ask("POST", "/api/v1/audit/accept", body)["accepted"]
    else:
        with _trail(config) as (audit, checkpoints):
            watch = AuditWatch(audit, checkpoints, health=Health(), metrics=Metrics())
            if digest is None:
                state = watch.check()
                digest = state.verdict.digest if state.verdict else ""
                known = state.verdict.problems if state.verdict else ()
                _print(options, (one.sentence for one in known if not one.accepted))
            verdict = watch.accept(
                digest=digest, actor=LOCAL, reason=options.reason, source_address=""
            ).verdict
            accepted = verdict.accepted if verdict else 0
    if options.json:
        put_json({"accepted": accepted})
    else:
        say(f"{count_of(accepted, 'problem')} accepted; they stay in every verdict as accepted")
    return 0


def _print(options: argparse.Namespace, sentences: Iterable[str]) -> None:
    """What is about to be accepted."""
    for sentence in () if options.json else sentences:
        put(sentence)


@contextmanager
def _trail(config: ServerConfig) -> Iterator[tuple[AuditService, Checkpoints]]:
    with control_of(config.data_dir) as control:
        audit = audit_of(control)
        yield audit, checkpoints_of(config, control, audit)


def _asked_for(options: argparse.Namespace) -> AuditFilter:
    """Raises ServerError, before anything is opened."""
    given = _parameters(options)
    given["about"] = given.pop("object", "")
    try:
        return filter_of(now_us=int(time.time() * 1e6), **given)
    except FilterError as error:
        raise ServerError(
            f"--{error.name} is not {error.wanted}; nothing was read; correct it"
        ) from error


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    found = {name: getattr(options, name, None) for name in _FILTERS if name != "action"}
    found["action"] = getattr(options, "kind", None)
    return {name: value for name, value in found.items() if value}


def _key_of(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ServerError(
            "--key is 64 hexadecimal digits; nothing was verified; `reticent-server audit key` "
            "prints it on the server"
        )
    return key
