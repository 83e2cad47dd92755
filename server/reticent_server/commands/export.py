"""`reticent-server export`: events as a file on standard output, asked of the running server."""

from __future__ import annotations

import argparse
import sys

from reticent_server.commands.client import running_server
from reticent_server.commands.common import add_place, config_of, initialised, say
from reticent_server.errors import ServerError


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
    parameters = {"q": options.query, "format": options.format, "reason": options.reason}
    if options.rows is not None:
        parameters["rows"] = str(options.rows)
    lines = 0
    for block in server.stream("/api/v1/events/export", parameters):
        lines += block.count(b"\n")
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()
    say(f"{lines:,} lines")
    return 0
