"""`reticent-server user`: accounts of people.

`add` and `password` print a generated password once; the console asks for a new one at the first
login.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from reticent_server.audit import AuditService
from reticent_server.auth import AccountService, Role
from reticent_server.auth.accounts import AccountView, NewAccount
from reticent_server.auth.errors import UnknownError
from reticent_server.auth.recorded_roles import RecordedRoles
from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.role import EVERYTHING, add_role
from reticent_server.commands.stores import LOCAL, control_of
from reticent_server.errors import ServerError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account and print its password, this once")
    roles = actions.add_parser("roles", help="set an account's roles; show them without --role")
    add_role(add, f"a role, built in or made here; may be repeated ({Role.ANALYST})")
    add_role(roles, "a role that it is to have, and no others; may be repeated")
    roles.add_argument("--none", action="store_true", help="take all its roles")
    password = actions.add_parser("password", help="set and print a new password, this once")
    disable = actions.add_parser("disable", help="shut an account and end its sessions")
    for action in (add, password, disable, roles):
        action.add_argument("name")
    for action in (add, password, disable, roles, actions.add_parser("list", help="list accounts")):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    with control_of(initialised(config_of(options))) as control:
        accounts, audit = AccountService(control), AuditService(control)
        match options.action:
            case "add":
                first, *also = options.roles or [Role.ANALYST.value]
                new = accounts.create(options.name, role=first, also=also)
                what = f"account {new.name}, {' '.join(new.roles)}"
                audit.record(actor=LOCAL, action="account.create", object=what)
                return _show_password(options, new)
            case "password":
                new = accounts.reset_password(options.name)
                audit.record(actor=LOCAL, action="account.password", object=f"account {new.name}")
                return _show_password(options, new)
            case "roles":
                return _roles(options, accounts, audit)
            case "disable":
                view = accounts.disable(options.name)
                audit.record(actor=LOCAL, action="account.disable", object=f"account {view.name}")
                if options.json:
                    put_json(_json(view))
                else:
                    say(f"account {view.name} is disabled; its sessions and API tokens are void")
                return 0
        return _list(options, accounts.list())


def _roles(options: argparse.Namespace, accounts: AccountService, audit: AuditService) -> int:
    if options.roles and options.none:
        raise ServerError("--role and --none say different things; nothing was changed; give one")
    if options.roles or options.none:
        recorded = RecordedRoles(
            roles=accounts.roles, record=audit.record, actor=LOCAL, grants=EVERYTHING
        )
        recorded.assign(options.name, options.roles or [])
    view = accounts.get(options.name)
    if view is None:
        raise UnknownError("account")
    if options.json:
        put_json(_json(view))
    else:
        put(" ".join(view.roles) or "none")
    return 0


def _show_password(options: argparse.Namespace, new: NewAccount) -> int:
    if options.json:
        put_json({"name": new.name, "roles": list(new.roles), "password": new.password})
        return 0
    put(f"{', '.join(new.roles)} {new.name}, password {new.password}")
    say("It is shown this once. The console asks for a new one at the first login.")
    return 0


def _list(options: argparse.Namespace, views: list[AccountView]) -> int:
    if options.json:
        put_json([_json(view) for view in views])
    elif not views:
        say("no account yet; make one with `reticent-server user add NAME --role administrator`")
    else:
        put_table(
            ("name", "roles", "created (UTC)", "state"),
            [
                (
                    view.name,
                    " ".join(view.roles) or "-",
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
        "roles": list(view.roles),
        "created_s": view.created_s,
        "disabled_s": view.disabled_s,
        "password_is_temporary": view.password_is_temporary,
    }
