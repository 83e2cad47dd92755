"""`reticent-server user`: accounts of people.

`add` and `password` print a one-time link, by which the person sets a password that nobody else
sees; with `--password` a generated one instead, which the console asks to change at the first
login.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from reticent_server.audit import AuditService
from reticent_server.auth import AccountService, Role
from reticent_server.auth.accounts import AccountView, NewAccount
from reticent_server.auth.links import NewLink
from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.first_link import console_address, show_link
from reticent_server.commands.stores import LOCAL, control_of
from reticent_server.config import ServerConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account and print its one-time link")
    add.add_argument("--role", choices=[role.value for role in Role], default=Role.ANALYST.value)
    password = actions.add_parser(
        "password", help="void the password, end the sessions, and print a link to set a new one"
    )
    for action in (add, password):
        how = action.add_mutually_exclusive_group()
        how.add_argument(
            "--link", action="store_true", help="print a one-time link (this is the default)"
        )
        how.add_argument(
            "--password", action="store_true", help="print a generated password instead, this once"
        )
    disable = actions.add_parser("disable", help="shut an account and end its sessions")
    for action in (add, password, disable):
        action.add_argument("name")
    for action in (add, password, disable, actions.add_parser("list", help="list accounts")):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    with control_of(initialised(config)) as control:
        accounts, audit = AccountService(control), AuditService(control)
        match options.action:
            case "add":
                role = Role(options.role)
                new = (
                    accounts.create(options.name, role=role)
                    if options.password
                    else accounts.create_with_link(options.name, role=role)
                )
                audit.record(
                    actor=LOCAL, action="account.create", object=f"account {new.name}, {new.role}"
                )
                return _show(options, config, new)
            case "password":
                new = (
                    accounts.reset_password(options.name)
                    if options.password
                    else accounts.reset_with_link(options.name)
                )
                audit.record(actor=LOCAL, action="account.password", object=f"account {new.name}")
                return _show(options, config, new)
            case "disable":
                view = accounts.disable(options.name)
                audit.record(actor=LOCAL, action="account.disable", object=f"account {view.name}")
                if options.json:
                    put_json(_json(view))
                else:
                    say(f"account {view.name} is disabled; its sessions and API tokens are void")
                return 0
        return _list(options, accounts.list())


def _show(options: argparse.Namespace, config: ServerConfig, new: NewAccount | NewLink) -> int:
    document: dict[str, object] = {"name": new.name, "role": new.role.value}
    if isinstance(new, NewLink):
        link = new.address(console_address(config))
        if options.json:
            put_json(document | {"link": link, "link_expires_s": new.expires_s})
        else:
            show_link(new, link)
    elif options.json:
        put_json(document | {"password": new.password})
    else:
        put(f"{new.role} {new.name}, password {new.password}")
        say("It is shown this once. The console asks for a new one at the first login.")
    return 0


def _list(options: argparse.Namespace, views: list[AccountView]) -> int:
    if options.json:
        put_json([_json(view) for view in views])
    elif not views:
        say("no account yet; make one with `reticent-server user add NAME --role administrator`")
    else:
        put_table(
            ("name", "role", "created (UTC)", "state"),
            [
                (
                    view.name,
                    view.role.value,
                    f"{datetime.fromtimestamp(view.created_s, UTC):%Y-%m-%d %H:%M}",
                    _state(view),
                )
                for view in views
            ],
        )
    return 0


def _state(view: AccountView) -> str:
    if view.disabled_s is not None:
        return "disabled"
    return "enabled" if view.has_password else "waits for its link to be used"


def _json(view: AccountView) -> dict[str, object]:
    return {
        "name": view.name,
        "role": view.role.value,
        "created_s": view.created_s,
        "disabled_s": view.disabled_s,
        "password_is_temporary": view.password_is_temporary,
        "has_password": view.has_password,
    }
