"""`reticent-server role`: what people may do.

Whoever can run this can open the stores, so it may give everything. `user roles` gives a role to an
account.
"""

from __future__ import annotations

import argparse

from reticent_server.auth import AccountService
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.recorded_roles import RecordedRoles, RoleWish
from reticent_server.auth.roles import RoleView
from reticent_server.auth.scopes import BASE, SENTENCES
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


def add_role(parser: argparse.ArgumentParser, sentence: str) -> None:
    parser.add_argument(
        "--role", action="append", dest="roles", metavar="ROLE", default=None, help=sentence
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list roles, and how many accounts hold each")
    show = actions.add_parser("show", help="show what a role gives, in words")
    add = actions.add_parser("add", help="make a role")
    change = actions.add_parser("change", help="change a role: all of it anew")
    remove = actions.add_parser("remove", help="remove a role and take it from every account")
    for action in (add, change):
        for name, what in (
            ("scope", "a scope; may be repeated"),
            ("group", "only in this device group; may be repeated"),
            ("column", "show only this TABLE or TABLE.COLUMN; may be repeated"),
        ):
            action.add_argument(
                f"--{name}",
                action="append",
                dest=f"{name}s",
                metavar=name.upper(),
                required=name == "scope",
                help=what,
            )
    for action in (show, add, change, remove):
        action.add_argument("name")
    for action in (listed, show, add, change, remove):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    with control_of(initialised(config_of(options))) as control:
        roles = AccountService(control).roles
        recorded = RecordedRoles(
            roles=roles, record_with=audit_of(control).record_with, actor=LOCAL, grants=WHOLE_SERVER
        )
        match options.action:
            case "list":
                return _list(options, roles.list())
            case "show":
                return _show(options, roles.get(options.name))
            case "add":
                return _show(options, recorded.create(options.name, _wish(options)))
            case "change":
                return _show(options, recorded.change(options.name, _wish(options)))
        recorded.remove(options.name)
        if options.json:
            put_json({"name": options.name, "removed": True})
        else:
            say(f"role {options.name} is removed; no account holds it any more")
    return 0


def _wish(options: argparse.Namespace) -> RoleWish:
    return RoleWish(scopes=options.scopes, groups=options.groups, columns=options.columns)


def _list(options: argparse.Namespace, views: list[RoleView]) -> int:
    if options.json:
        put_json([_json(view) for view in views])
        return 0
    put_table(
        ("role", "accounts", "groups", "columns", "scopes"),
        [
            (
                view.name,
                str(view.accounts),
                _limit(view.grant.groups),
                _limit(view.grant.columns),
                " ".join(sorted(view.grant.scopes - BASE)),
            )
            for view in views
        ],
    )
    return 0


def _show(options: argparse.Namespace, view: RoleView) -> int:
    if options.json:
        put_json(_json(view))
        return 0
    put(f"{view.name}{' (built in)' if view.builtin else ''}")
    put(f"groups: {_limit(view.grant.groups)}")
    put(f"tables and columns: {_limit(view.grant.columns)}")
    put_table(
        ("scope", "what it allows"),
        [(scope.value, SENTENCES[scope]) for scope in sorted(view.grant.scopes - BASE)],
    )
    return 0


def _limit(names: frozenset[str] | None) -> str:
    return "all" if names is None else ", ".join(sorted(names))


def _json(view: RoleView) -> dict[str, object]:
    groups, columns = view.grant.groups, view.grant.columns
    return {
        "name": view.name,
        "builtin": view.builtin,
        "scopes": sorted(view.grant.scopes),
        "groups": None if groups is None else sorted(groups),
        "columns": None if columns is None else sorted(columns),
        "accounts": view.accounts,
    }
