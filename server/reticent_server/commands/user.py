"""`reticent-server user`: accounts of people.

`add` and `password` print a one-time link, by which the person sets a password that nobody else
sees; with `--password` a generated one instead, which the console asks to change at the first
login.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from reticent_server.audit import AuditService
from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import AccountService, Role
from reticent_server.auth.account_view import AccountView, NewAccount
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, UnknownError
from reticent_server.auth.links import NewLink
from reticent_server.auth.names import fold
from reticent_server.auth.openings import Openings
from reticent_server.auth.recorded_roles import RecordedRoles
from reticent_server.commands.common import (
    add_place,
    config_of,
    count_of,
    initialised,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.first_link import console_address, show_link
from reticent_server.commands.role import add_role
from reticent_server.commands.stores import LOCAL, audit_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account and print its one-time link")
    roles = actions.add_parser("roles", help="set an account's roles; show them without --role")
    add_role(add, f"a role, built in or made here; may be repeated ({Role.ANALYST})")
    add_role(roles, "a role that it is to have, and no others; may be repeated")
    roles.add_argument("--none", action="store_true", help="take all its roles")
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
    password.add_argument(
        "--end-all", action="store_true", help="after a theft: end its API tokens and passkeys too"
    )
    sessions = actions.add_parser("sessions", help="list where an account is logged on, or end it")
    ending = sessions.add_mutually_exclusive_group()
    ending.add_argument("--end", metavar="ID", help="end this session")
    ending.add_argument("--all", action="store_true", help="end all sessions of the account")
    reset = actions.add_parser("reset-factor", help="remove an account's second factor")
    unlock = actions.add_parser("unlock", help="end an account's lock after failed log-ons")
    disable = actions.add_parser("disable", help="shut an account and end its sessions")
    named = (add, password, disable, roles, sessions, unlock, reset)
    for action in named:
        action.add_argument("name")
    for action in (*named, actions.add_parser("list", help="list accounts")):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    with control_of(initialised(config)) as control:
        accounts, audit = AccountService(control, rules=config.login), audit_of(control)
        match options.action:
            case "add":
                return _show(
                    options, config, recorded(audit.record_with, partial(_add, options, accounts))
                )
            case "password":
                return _password(options, config, accounts, audit)
            case "roles":
                return _roles(options, accounts, audit)
            case "disable":
                return _disable(options, accounts, audit)
            case "sessions":
                return _sessions(options, accounts, audit)
            case "reset-factor":
                return _reset_factor(options, accounts, audit)
            case "unlock":
                return _unlock(options, accounts, audit)
        audit.record(actor=LOCAL, action="account.list", object="accounts")
        return _list(options, accounts)


def _add(
    options: argparse.Namespace, accounts: AccountService, db: Session
) -> tuple[NewAccount | NewLink, Entry]:
    accounts = accounts.within(db)
    first, *also = options.roles or [Role.ANALYST.value]
    make = accounts.create if options.password else accounts.create_with_link
    new = make(options.name, role=first, also=also)
    return new, _entry("account.create", f"account {new.name}, {' '.join(new.roles)}")


def _disable(options: argparse.Namespace, accounts: AccountService, audit: AuditService) -> int:
    def disabled(db: Session) -> tuple[AccountView, Entry]:
        view = accounts.within(db).disable(options.name, by=WHOLE_SERVER)
        return view, _entry("account.disable", f"account {view.name}")

    view = recorded(audit.record_with, disabled)
    if options.json:
        put_json(_json(view))
    else:
        say(f"account {view.name} is disabled; its sessions and API tokens are void")
    return 0


def _unlock(options: argparse.Namespace, accounts: AccountService, audit: AuditService) -> int:
    name = fold(options.name)

    def unlocked(db: Session) -> Entry:
        accounts.within(db).unlock(name, by=WHOLE_SERVER)
        return _entry("account.unlock", f"account {name}")

    audit.record_with(unlocked)
    if options.json:
        put_json({"name": name, "locked_until_s": None})
    else:
        say(f"account {name} is not locked; its failed log-ons are forgotten")
    return 0


def _password(
    options: argparse.Namespace, config: ServerConfig, accounts: AccountService, audit: AuditService
) -> int:

    def reset(db: Session) -> tuple[NewAccount | NewLink, Entry]:
        joined = accounts.within(db)
        before = joined.openings.of(joined.number_of(options.name))
        way = joined.reset_password if options.password else joined.reset_with_link
        new = way(options.name, by=WHOLE_SERVER, end_all=options.end_all)
        ended = f", {before.api_tokens} API tokens, {before.passkeys} passkeys ended"
        what = f"account {new.name}" + (ended if options.end_all else "")
        return new, _entry("account.password", what)

    new = recorded(audit.record_with, reset)
    left = accounts.openings.of(accounts.number_of(new.name))
    shown = _show(options, config, new, left)
    if left.staying and not options.json:
        say(
            f"{count_of(left.api_tokens, 'API token')} and {count_of(left.passkeys, 'passkey')} "
            f"still open it; after a theft use `reticent-server user password {new.name} --end-all`"
        )
    return shown


def _sessions(options: argparse.Namespace, accounts: AccountService, audit: AuditService) -> int:
    name = fold(options.name)
    number = accounts.number_of(name)
    if options.end is not None or options.all:
        return _end_sessions(options, accounts, audit, name)
    views = accounts.sessions.list(number)
    audit.record(actor=LOCAL, action="account.view", object=f"account {name}, sessions")
    if options.json:
        put_json([asdict(view) for view in views])
    elif not views:
        say(f"{name} is not logged on anywhere")
    else:
        put_table(
            ("session", "began (UTC)", "last used (UTC)", "from", "with"),
            [
                (v.session_id, _utc(v.created_s), _utc(v.last_used_s), v.network, v.browser)
                for v in views
            ],
        )
    return 0


def _roles(options: argparse.Namespace, accounts: AccountService, audit: AuditService) -> int:
    if options.roles and options.none:
        raise ServerError("--role and --none say different things; nothing was changed; give one")
    if options.roles or options.none:
        roles = RecordedRoles(
            roles=accounts.roles, record_with=audit.record_with, actor=LOCAL, grants=WHOLE_SERVER
        )
        roles.assign(options.name, options.roles or [])
    view = accounts.get(options.name)
    if view is None:
        raise UnknownError("account")
    if not (options.roles or options.none):
        audit.record(actor=LOCAL, action="account.list", object=f"account {view.name}")
    if options.json:
        put_json(_json(view))
    else:
        put(" ".join(view.roles) or "none")
    return 0


def _end_sessions(
    options: argparse.Namespace, accounts: AccountService, audit: AuditService, name: str
) -> int:
    number = accounts.number_of(name)

    def ending(db: Session) -> tuple[int, Entry]:
        sessions = accounts.sessions.within(db)
        if options.all:
            which, ended = "all sessions", sessions.end_others(number, by=WHOLE_SERVER)
        else:
            which = f"session {options.end[:16]}"
            ended = int(sessions.end_one(number, options.end, by=WHOLE_SERVER))
            if not ended:
                raise AccountError(
                    f"account {name} has no such session; nothing was ended; "
                    f"`reticent-server user sessions {name}` lists those there are"
                )
        return ended, _entry("session.end", f"account {name}, {which}: {ended}")

    ended = recorded(audit.record_with, ending)
    if options.json:
        put_json({"ended": ended})
    else:
        say(f"{count_of(ended, 'session')} of {name} ended")
    return 0


def _reset_factor(
    options: argparse.Namespace, accounts: AccountService, audit: AuditService
) -> int:
    name = fold(options.name)
    number = accounts.number_of(name)

    def removing(db: Session) -> Entry:
        if not accounts.within(db).remove_factors(number, by=WHOLE_SERVER):
            raise _NoneThereError
        return _entry("account.factor", f"account {name}, removed")

    removed = False
    with suppress(_NoneThereError):
        audit.record_with(removing)
        removed = True
    if options.json:
        put_json({"name": name, "removed": removed})
    else:
        said = "no second factor any more" if removed else "no second factor; nothing was done"
        say(f"account {name} has {said}")
    return 0


class _NoneThereError(Exception):
    """Nothing was removed, so nothing is recorded."""


def _entry(action: str, what: str) -> Entry:
    return Entry(actor=LOCAL, action=action, object=what)


def _utc(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def _show(
    options: argparse.Namespace,
    config: ServerConfig,
    new: NewAccount | NewLink,
    left: Openings | None = None,
) -> int:
    """`left`: what opens the account still, beside what is shown here."""
    document: dict[str, object] = {"name": new.name, "roles": list(new.roles)}
    if left is not None:
        document |= {"api_tokens": left.api_tokens, "passkeys": left.passkeys}
    if isinstance(new, NewLink):
        link = new.address(console_address(config))
        if options.json:
            put_json(document | {"link": link, "link_expires_s": new.expires_s})
        else:
            show_link(new, link)
    elif options.json:
        put_json(document | {"password": new.password})
    else:
        put(f"{', '.join(new.roles)} {new.name}, password {new.password}")
        say("It is shown this once. The console asks for a new one at the first login.")
    return 0


def _list(options: argparse.Namespace, accounts: AccountService) -> int:
    views = accounts.list()
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
                    _utc(view.created_s),
                    _state(view, accounts.now_s()),
                )
                for view in views
            ],
        )
    return 0


def _state(view: AccountView, now_s: int) -> str:
    if view.disabled_s is not None:
        return "disabled"
    if view.locked_until_s is not None and view.locked_until_s > now_s:
        return f"locked until {_utc(view.locked_until_s)}"
    if view.source != LOCAL:
        return "enabled, by single sign-on"
    return "enabled" if view.has_password else "waits for its link to be used"


def _json(view: AccountView) -> dict[str, object]:
    return {
        "name": view.name,
        "roles": list(view.roles),
        "created_s": view.created_s,
        "disabled_s": view.disabled_s,
        "password_is_temporary": view.password_is_temporary,
        "source": view.source,
        "has_password": view.has_password,
        "has_second_factor": view.has_second_factor,
        "locked_until_s": view.locked_until_s,
    }
