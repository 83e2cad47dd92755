"""`reticent-server init`: a data directory that a server can start from.

Names and addresses given here are kept in the data directory's server.toml, so that `run` and
`token create` need no more than `--data`. Run again it completes what is missing and changes
nothing else. The first administrator's password is shown once, and only to a terminal or where
asked for by name: a unit's log is no place for it.
"""

from __future__ import annotations

import argparse
import sys

from reticent_server.audit.signed import public_key_of
from reticent_server.audit.trail import audit_key
from reticent_server.auth import AccountService
from reticent_server.auth.accounts import FIRST_NAME, NewAccount
from reticent_server.commands.common import CONFIG_NAME, add_place, config_of, put, put_json, say
from reticent_server.commands.stores import LOCAL, audit_of, control_of
from reticent_server.config import ServerConfig, keep_config
from reticent_server.data_dir import is_initialised
from reticent_server.initialise import initialise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--public-name", help="the name that laptops reach this server by")
    parser.add_argument(
        "--name", action="append", dest="names", help="a further name or address; may be repeated"
    )
    parser.add_argument(
        "--listen", metavar="IP", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--administrator", metavar="NAME", help="make the first administrator and show the password"
    )


def run(options: argparse.Namespace) -> int:
    config = config_of(
        options, public_name=options.public_name, names=options.names, listen=options.listen
    )
    again = is_initialised(config.data_dir)
    initialise(config.data_dir, names=config.certificate_names)
    if options.config is None and options.data is not None:
        keep_config(config, config.data_dir / CONFIG_NAME)
    first = _first_administrator(config, options.administrator)
    audit_public_key = public_key_of(audit_key(config.data_dir)).hex()
    if options.json:
        put_json(
            {
                "data_dir": str(config.data_dir),
                "made": not again,
                "audit_public_key": audit_public_key,
                "administrator": {"name": first.name, "password": first.password}
                if first
                else None,
            }
        )
        return 0
    say(f"{config.data_dir} is {'complete' if again else 'ready'}")
    if first:
        put(f"administrator {first.name}, password {first.password}")
        say("It is shown this once. The console asks for a new one at the first login.")
    say(f"The audit trail's public key is {audit_public_key}: note it outside this machine.")
    say(f"Next: reticent-server run --data {config.data_dir}")
    return 0


def _first_administrator(config: ServerConfig, name: str | None) -> NewAccount | None:
    with control_of(config.data_dir) as control:
        accounts = AccountService(control)
        if name is None and not sys.stdout.isatty():
            if not accounts.list():
                say(
                    "No account yet; make one with `reticent-server user add NAME --role "
                    "administrator`"
                )
            return None
        first = accounts.ensure_first_administrator(name=name or FIRST_NAME)
        if first is not None:
            audit_of(control).record(
                actor=LOCAL, action="account.create", object=f"account {first.name}, administrator"
            )
        return first
