"""`reticent-server user`: accounts of people.

`add` and `password` print a generated password once; the console asks for a new one at the first
login.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from reticent_server.auth import AccountService, Role
from reticent_server.auth.accounts import AccountView, NewAccount
from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.stores import LOCAL, audit_of, control_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account and print its password, this once")
    add.add_argument("--role", choices=[role.value for role in Role], default=Role.ANALYST.value)
    password = actions.add_parser("password", help="set and print a new password, this once")
    disable = actions.add_parser("disable", help="shut an account and end its sessions")
    for action in (add, password, disable):
        action.add_argument("name")
    for action in (add, password, disable, actions.add_parser("list", help="list accounts")):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    with control_of(initialised(config_of(options))) as control:
        accounts, audit = AccountService(control), audit_of(control)
        match options.action:
            case "add":
                new = accounts.create(options.name, role=Role(options.role))
                audit.record(
                    actor=LOCAL, action="account.create", object=f"account {new.name}, {new.role}"
                )
                return _show_password(options, new)
            case "password":
                new = accounts.reset_password(options.name)
                audit.record(actor=LOCAL, action="account.password", object=f"account {new.name}")
                return _show_password(options, new)
            case "disable":
                view = accounts.disable(options.name)
                audit.record(actor=LOCAL, action="account.disable", object=f"account {view.name}")
                if options.json:
                    put_json(_json(view))
                else:
                    say(f"account {view.name} is disabled; its sessions and API tokens are void")
                return 0
        audit.record(actor=LOCAL, action="account.list", object="accounts")
        return _list(options, accounts.list())


def _show_password(options: argparse.Namespace, new: NewAccount) -> int:
    if options.json:
        put_json({"name": new.name, "role": new.role.value, "password": new.password})
        return 0
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
                    "disabled" if view.disabled_s is not None else "enabled",
                )
                for view in views
            ],
        )
    return 0


def _json(view: AccountView) -> dict[str, object]:
    return {
        "name": view.name,
        "role": view.role.value,
        "created_s": view.created_s,
        "disabled_s": view.disabled_s,
        "password_is_temporary": view.password_is_temporary,
    }
