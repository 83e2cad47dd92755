"""`reticent-server init`: a data directory that a server can start from.

Names and addresses given here are kept in the data directory's server.toml, so that `run` and
`token create` need no more than `--data`. Run again it completes what is missing and changes
nothing else. The first administrator gets a one-time link and no password; it is shown only to a
terminal or where asked for by name: a unit's log is no place for it. Run again before somebody used
it, `init` gives a new one.
"""

from __future__ import annotations

import argparse
import sys

from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, recorded
from reticent_server.audit.signed import public_key_of
from reticent_server.audit.trail import audit_key
from reticent_server.auth import AccountService
from reticent_server.auth.links import NewLink
from reticent_server.commands.common import CONFIG_NAME, add_place, config_of, put_json, say
from reticent_server.commands.first_link import console_address, show_link
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
        "--administrator", metavar="NAME", help="make the first administrator and show the link"
    )


def run(options: argparse.Namespace) -> int:
    config = config_of(
        options, public_name=options.public_name, names=options.names, listen=options.listen
    )
    again = is_initialised(config.data_dir)
    initialise(config.data_dir, names=config.certificate_names, token=config.ca)
    if options.config is None and options.data is not None:
        keep_config(config, config.data_dir / CONFIG_NAME)
    first = _first_administrator(config, options.administrator)
    audit_public_key = public_key_of(audit_key(config.data_dir)).hex()
    link = first.address(console_address(config)) if first else ""
    if options.json:
        put_json(
            {
                "data_dir": str(config.data_dir),
                "made": not again,
                "audit_public_key": audit_public_key,
                "administrator": {
                    "name": first.name,
                    "link": link,
                    "link_expires_s": first.expires_s,
                }
                if first
                else None,
            }
        )
        return 0
    say(f"{config.data_dir} is {'complete' if again else 'ready'}")
    if first:
        show_link(first, link)
    say(f"The audit trail's public key is {audit_public_key}: note it outside this machine.")
    then = ", then open the link" if first else ""
    say(f"Next: reticent-server run --data {config.data_dir}{then}")
    return 0


def _first_administrator(config: ServerConfig, name: str | None) -> NewLink | None:
    with control_of(config.data_dir) as control:
        accounts = AccountService(control)
        if name is None and not sys.stdout.isatty():
            if not accounts.list():
                say(
                    "No account yet; make one with `reticent-server user add NAME --role "
                    "administrator`"
                )
            return None

        def made(db: Session) -> tuple[NewLink, Entry]:
            joined = accounts.within(db)
            action = "account.link" if joined.list() else "account.create"
            first = joined.first_administrator(name=name)
            if first is None:
                raise _SomebodyIsThereError
            what = f"account {first.name}, administrator"
            return first, Entry(actor=LOCAL, action=action, object=what)

        try:
            return recorded(audit_of(control).record_with, made)
        except _SomebodyIsThereError:
            return None


class _SomebodyIsThereError(Exception):
    """Nothing was made, so nothing is recorded."""
