"""`reticent-server token`: the right to enrol laptops."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from reticent_contract.enrolment_token import TokenError
from sqlalchemy.orm import Session

from reticent_server.ca.issuing import load_issuing
from reticent_server.commands.client import running_server
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
from reticent_server.config import ServerConfig, host_port
from reticent_server.enrolment.tokens import EnrolmentTokens, TokenView
from reticent_server.errors import ServerError
from reticent_server.store.control.engine import ControlStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a token and print it, this once")
    create.add_argument("--group", default="default")
    create.add_argument("--uses", type=int, default=1, help="laptops it enrols (1)")
    create.add_argument("--hours", type=int, default=24, help="until it expires (24)")
    create.add_argument(
        "--approval",
        action="store_true",
        help="each laptop waits until an administrator has approved it",
    )
    create.add_argument("--address", help="host:port of the enrolment port, as laptops reach it")
    revoke = actions.add_parser("revoke", help="no laptop enrols with it any more")
    revoke.add_argument("token_id")
    for action in (create, actions.add_parser("list", help="list tokens"), revoke):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    data_dir = initialised(config)
    pinned = _ca(data_dir)
    with control_of(data_dir) as control:
        tokens = EnrolmentTokens(control, ca_certificate_der=lambda: pinned)
        if options.action == "create":
            return _create(options, config, control, tokens)
        if options.action == "revoke":
            return _revoke(options, control, tokens)
        return _list(options, tokens)


def _create(
    options: argparse.Namespace,
    config: ServerConfig,
    control: ControlStore,
    tokens: EnrolmentTokens,
) -> int:
    from reticent_server.audit.service import Entry, recorded  # loads what accounts are made of

    address = options.address or _address(config)

    def made(db: Session) -> tuple[str, Entry]:
        text = tokens.within(db).create_token(
            group=options.group,
            uses=options.uses,
            expires_s=int(time.time()) + options.hours * 3_600,
            address=address,
            created_by=LOCAL,
            needs_approval=options.approval,
        )
        return text, Entry(
            actor=LOCAL,
            action="enrolment_token.create",
            object=f"enrolment token for group {options.group}, {options.uses} use(s)"
            + (", with approval" if options.approval else ""),
        )

    try:
        text = recorded(audit_of(control).record_with, made)
    except TokenError as error:
        raise ServerError(f"{error}; no token was made; correct --address") from error
    if options.json:
        put_json({"token": text, "address": address})
        return 0
    put(text)
    say(
        "Shown this once. On the laptop run `sudo reticent-agent enrol -`, then paste it and press "
        "Enter; or `enrol --token-file FILE`"
    )
    return 0


def _revoke(options: argparse.Namespace, control: ControlStore, tokens: EnrolmentTokens) -> int:
    from reticent_server.http.revoking import revoke_enrolment_token  # loads the HTTP framework

    try:
        token_id = UUID(options.token_id)
    except ValueError:
        raise ServerError(
            "that is no token's ID; nothing was revoked; `reticent-server token list` shows them"
        ) from None
    view = revoke_enrolment_token(tokens, audit_of(control).record_with, token_id, actor=LOCAL)
    if options.json:
        put_json(_json(view))
    else:
        say(f"enrolment token {token_id} is revoked; laptops that enrolled with it stay")
    return 0


def _list(options: argparse.Namespace, tokens: EnrolmentTokens) -> int:
    views = tokens.list()
    if options.json:
        put_json([_json(view) for view in views])
    elif not views:
        say("no enrolment token yet; make one with `reticent-server token create`")
    else:
        now = time.time()
        put_table(
            ("token", "group", "used", "expires (UTC)", "made by", "state"),
            [
                (
                    str(view.token_id),
                    view.group,
                    f"{view.used} of {view.uses_max}",
                    f"{datetime.fromtimestamp(view.expires_s, UTC):%Y-%m-%d %H:%M}",
                    view.created_by or "-",
                    "usable" if view.usable(now) else "revoked" if view.revoked_s else "spent",
                )
                for view in views
            ],
        )
    return 0


def _address(config: ServerConfig) -> str:
    """Where laptops reach the enrolment port: the running server knows best."""
    server = running_server(config.data_dir)
    if server is not None:
        return server.addresses["enrolment"]
    if not config.ports.enrolment:
        raise ServerError(
            "the enrolment port is chosen when the server starts; no token was made; start the "
            "server first, or give --address host:port"
        )
    return host_port(config.public_name, config.ports.enrolment)


def _ca(data_dir: Path) -> bytes:
    return load_issuing(data_dir, token=None).root.public_bytes(Encoding.DER)


def _json(view: TokenView) -> dict[str, object]:
    return {
        "token_id": str(view.token_id),
        "group": view.group,
        "uses_max": view.uses_max,
        "used": view.used,
        "created_s": view.created_s,
        "created_by": view.created_by,
        "expires_s": view.expires_s,
        "revoked_s": view.revoked_s,
        "needs_approval": view.needs_approval,
    }
