"""`reticent-server export`: events as a file on standard output, asked of the running server."""

from __future__ import annotations

import argparse
import sys

from reticent_server.commands.client import running_server
from reticent_server.commands.common import (
    add_place,
    config_of,
    count_of,
    initialised,
    say,
)
from reticent_server.errors import ServerError
from reticent_server.query.export_lines import rows_said

_TAIL_BYTES = 4_096  # more than a file's last line has


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", help="as for `query`; '*' exports everything")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    parser.add_argument("--rows", type=int, metavar="N", help="the newest N at most (default: all)")
    parser.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help="why; needed for more events than approvals.export_rows, as is a second person",
    )
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    server = running_server(initialised(config_of(options)))
    if server is None:
        raise ServerError(
            "no server runs on this data directory; nothing was exported; start it, or read the "
            "stores themselves with `reticent-server query`"
        )
    body = {"query": options.query, "format": options.format, "reason": options.reason}
    if options.rows is not None:
        body["rows"] = options.rows
    tail, quotes = b"", 0
    for block in server.stream("/api/v1/events/export", body=body):
        sys.stdout.buffer.write(block)
        tail = (tail + block)[-_TAIL_BYTES:]
        quotes += block.count(b'"')
    sys.stdout.buffer.flush()
    rows = rows_said((tail.splitlines(keepends=True) or [b""])[-1].decode(errors="replace"))
    # In CSV what a laptop sent may have lines, and one of them may read like the last.
    if rows is None or (options.format == "csv" and quotes % 2):
        raise ServerError(
            "the export ended too early; what was written is not whole; try again, and see the "
            "server's log"
        )
    say(count_of(rows, "event"))
    return 0
