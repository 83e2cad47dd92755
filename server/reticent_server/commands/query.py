"""`reticent-server query`: events by query, newest first; with `--by`, how many have which value.

With the server running it is asked; else the stores are opened here. No match is an answer too: 0.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reticent_server.commands.client import LocalServer, running_server
from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    one_line,
    put,
    put_json,
    say,
)
from reticent_server.errors import ServerError
from reticent_server.limits import SEALED_ROWS_MAX
from reticent_server.query.errors import QueryError
from reticent_server.query.expr import Expr
from reticent_server.query.parser import parse_query

PAGE = 1_000
LIMIT_DEFAULT = 100
_COLUMNS = (("time (UTC)", 23), ("device", 8), ("kind", 30))
Row = Mapping[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", help="e.g. 'kind:session.logon since:7d'; '*' matches everything")
    parser.add_argument(
        "--limit", type=int, default=LIMIT_DEFAULT, metavar="N", help="at most N; 0 for all (100)"
    )
    parser.add_argument(
        "--by", metavar="FIELD", help="count by kind, table, event, device or a field's values"
    )
    parser.add_argument(
        "--sealed",
        metavar="REASON",
        help="sealed values whole, for `unseal`: of at most 100 events, with a second person",
    )
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    if options.limit < 0:
        raise ServerError("--limit counts events; nothing was searched; give 0 (all) or more")
    data_dir = initialised(config_of(options))
    _check(options.query)
    server = running_server(data_dir)
    if options.by is not None:
        return _counts(options, data_dir, server)
    if options.sealed is not None:
        rows = iter(_sealed(server, options))
    else:
        rows = (
            _ask(server, options.query, options.limit)
            if server
            else _open(data_dir, options.query, options.limit)
        )
    found = 0
    for row in rows:
        if options.json:
            put_json(row)
        else:
            if not found:
                put("  ".join(name.ljust(width) for name, width in _COLUMNS) + "  what")
            put(line_of(row, width=_width()))
        found += 1
    if not found:
        say("no event matches; `*` matches everything, since:30d looks further back")
    elif options.limit and found == options.limit:
        say(f"the newest {found}; --limit N gives more")
    return 0


def _counts(options: argparse.Namespace, data_dir: Path, server: LocalServer | None) -> int:
    """How many events have each value, the commonest first."""
    _check_field(options.by)
    limit = min(options.limit or PAGE, PAGE)
    if server:
        parameters: dict[str, str | int] = {"q": options.query, "by": options.by, "limit": limit}
        counts = server.get("/api/v1/events/counts", parameters)["counts"]
    else:
        from reticent_server.commands.stores import events_of

        expression = parse_query(options.query)
        _record(data_dir, expression, by=options.by)
        with events_of(data_dir) as events:
            found = events.count_by(expression, options.by, limit=limit)
        counts = [{"value": value, "rows": rows} for value, rows in found]
    if options.json:
        for count in counts:
            put_json(count)
    elif counts:
        put("    events  " + options.by)
        for count in counts:
            put(f"{count['rows']:>10,}  {one_line(_word(count['value']))}")
    if not counts:
        say(f"no event that matches has a value of {options.by}")
    elif len(counts) == limit:
        say(f"the {limit:,} commonest; --limit N gives at most {PAGE:,}")
    return 0


def _check_field(name: str) -> None:
    from reticent_server.query.grouping import group_field

    try:
        group_field(name)
    except QueryError as error:
        raise ServerError(f"--by: {error.problem}; nothing was counted") from error


def _record(data_dir: Path, expression: Expr, *, by: str | None = None) -> None:
    from reticent_server.audit.shape import shape_of
    from reticent_server.commands.stores import LOCAL, audit_of, control_of

    shape = shape_of(expression) + (f" by {by}" if by else "")
    with control_of(data_dir) as control:
        audit_of(control).record(actor=LOCAL, action="events.search", object=shape)


def _check(text: str) -> None:
    """Says where a query is wrong, with a caret, before anything is opened."""
    try:
        parse_query(text)
    except QueryError as error:
        raise ServerError(f"{error}\n{error.picture}") from error


def _ask(server: LocalServer, text: str, limit: int) -> Iterator[Row]:
    cursor, left = None, limit or sys.maxsize
    while left > 0:
        parameters: dict[str, str | int] = {"q": text, "limit": min(PAGE, left)}
        page = server.get("/api/v1/events", parameters | ({"cursor": cursor} if cursor else {}))
        yield from page["events"]
        left -= len(page["events"])
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _sealed(server: LocalServer | None, options: argparse.Namespace) -> list[Row]:
    if server is None:
        raise ServerError(
            "no server runs on this data directory, and it is the one to ask a second person; "
            "nothing was searched; start it, then try again"
        )
    limit = min(options.limit or SEALED_ROWS_MAX, SEALED_ROWS_MAX)
    body = {"query": options.query, "limit": limit, "reason": options.sealed}
    found: list[Row] = server.ask("POST", "/api/v1/events/sealed", body)["events"]
    return found


def _open(data_dir: Path, text: str, limit: int) -> Iterator[Row]:
    # Here, because the stores take most of a second to load, and a running server needs none.
    from reticent_server.commands.stores import events_of
    from reticent_server.query import event_json

    expression = parse_query(text)
    _record(data_dir, expression)
    with events_of(data_dir) as events:
        cursor, left = None, limit or sys.maxsize
        while left > 0:
            page = events.search(expression, limit=min(PAGE, left), cursor=cursor)
            for event in page.rows:
                yield event_json(event)
            left -= len(page.rows)
            cursor = page.next_cursor
            if cursor is None:
                return


def line_of(row: Row, *, width: int) -> str:
    """One event on one line, cut at `width` (0: not cut)."""
    fields = dict(row["fields"])
    message = fields.pop("message", None)
    words = [f"{name}={_word(value)}" for name, value in fields.items() if value not in ("", [])]
    what = " ".join([*([str(message)] if message is not None else []), *words])
    time = str(row["ts"])[:23].replace("T", " ")
    cells = (time, str(row["device_id"])[:8], str(row["kind"]))
    line = "  ".join(c.ljust(w) for c, (_, w) in zip(cells, _COLUMNS, strict=True)) + "  " + what
    line = "".join(c if c.isprintable() else " " for c in line)
    return line if not width or len(line) <= width else line[: width - 1] + "…"


def _word(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and value and " " not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _width() -> int:
    """A terminal's lines are cut, a file's or pipe's never."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
