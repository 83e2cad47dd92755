"""`reticent-server run`: the server, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import sys

from reticent_server.app import Server
from reticent_server.app import run as run_server
from reticent_server.commands.common import add_place, config_of, initialised, put_json, say
from reticent_server.config import LOG_LEVELS
from reticent_server.log import configure_logging


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--public-name", help="the name that laptops reach this server by")
    parser.add_argument("--name", action="append", dest="names", help="a further name; repeatable")
    parser.add_argument("--listen", metavar="IP", help="address to listen on (default 127.0.0.1)")
    for port in ("enrolment", "telemetry", "console"):
        parser.add_argument(f"--{port}-port", type=int, metavar="PORT", help="0 for any free one")
    parser.add_argument("--log-level", choices=LOG_LEVELS)


def run(options: argparse.Namespace) -> int:
    config = config_of(
        options,
        public_name=options.public_name,
        names=options.names,
        listen=options.listen,
        enrolment_port=options.enrolment_port,
        telemetry_port=options.telemetry_port,
        console_port=options.console_port,
        log_level=options.log_level,
    )
    initialised(config)
    configure_logging(config.log_level)
    run_server(config, lambda server: _started(server, as_json=options.json))
    return 0


def _started(server: Server, *, as_json: bool) -> None:
    addresses = dict(server.addresses)
    if as_json:
        put_json({"addresses": addresses})
        sys.stdout.flush()
    else:
        say(f"console at https://{addresses['console']}; laptops enrol at {addresses['enrolment']}")
