"""`reticent-server keys`: the epochs of the pseudonym keys.

`rotate` and `destroy` are done by the running server where there is one, so that open streams learn
of it at once; else by this command itself.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reticent_contract.catalog import CATALOG

from reticent_server.commands.client import running_server
from reticent_server.commands.common import (
    DEFAULT_CONFIG,
    add_place,
    config_of,
    count_of,
    initialised,
    is_agreed,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.stores import LOCAL, audit_of, control_of
from reticent_server.epochs import receipt as receipts
from reticent_server.epochs.service import EpochService, EpochView
from reticent_server.epochs.uses import EpochUses
from reticent_server.errors import ServerError
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list epochs, who names them, and those destroyed")
    rotate = actions.add_parser("rotate", help="make the next epoch's keys")
    destroy = actions.add_parser("destroy", help="destroy an epoch's keys, with a signed receipt")
    destroy.add_argument("epoch", type=int)
    destroy.add_argument("--reason", required=True, help="why, for the receipt and the audit trail")
    destroy.add_argument("--yes", action="store_true", help="without being asked")
    verify = actions.add_parser(
        "verify-receipt",
        help="check a receipt's signature",
        description="Check a receipt's signature by the server's policy key: give --public-key, "
        "or --data where the server's data directory is at hand.",
    )
    verify.add_argument("file", type=Path)
    verify.add_argument(
        "--public-key",
        metavar="HEX",
        help="the server's policy key, as `keys list --json` prints it (default: that of --data)",
    )
    for action in (listing, rotate, destroy, verify):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    match options.action:
        case "list":
            return _list(options)
        case "rotate":
            return _rotate(options)
        case "destroy":
            return _destroy(options)
    return _verify(options)


@contextmanager
def _service(data_dir: Path) -> Iterator[EpochService]:
    keys = load_keys(data_dir, clock=time.time)
    with control_of(data_dir) as control:
        policies = PolicyService(control, signing_key=keys.policy, catalog=CATALOG)
        yield EpochService(
            data_dir,
            uses=EpochUses(control, policies),
            signing_key=keys.policy,
            record=audit_of(control).record,
        )


def _list(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    with _service(data_dir) as service:
        views = service.list()
    if options.json:
        public_key = _own_public_key(data_dir).hex()
        put_json({"policy_public_key": public_key, "epochs": [asdict(view) for view in views]})
        return 0
    put_table(
        ("epoch", "made (UTC)", "named by", "fleet key", "server key"), list(map(_row, views))
    )
    return 0


def _row(view: EpochView) -> tuple[str, ...]:
    made = "-"
    if view.made_s is not None:
        made = f"{datetime.fromtimestamp(view.made_s, UTC):%Y-%m-%d %H:%M}"
    named = ", ".join(view.groups) or "nobody"
    if view.laptops:
        named += f"; in force on {count_of(view.laptops, 'laptop')}"
    if view.destroyed_at is not None:
        named = f"destroyed {view.destroyed_at}"
    return str(view.epoch), made, named, view.fleet_key, view.server_key


def _rotate(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    server = running_server(data_dir)
    if server is not None:
        epoch, pushed = int(server.ask("POST", "/api/v1/keys/rotate")["epoch"]), True
    else:
        with _service(data_dir) as service:
            epoch, pushed = service.rotate(actor=LOCAL), False
    if options.json:
        put_json({"epoch": epoch, "pushed": pushed})
    else:
        where = (
            "connected laptops have them now" if pushed else "laptops get them when they connect"
        )
        say(f"epoch {epoch} has keys; {where}. It is used once a policy says")
        say(f"  pseudonyms: {{epoch: {epoch}}}")
        say("Back up the secrets folder, apart from the database.")
    return 0


def _destroy(options: argparse.Namespace) -> int:
    if not options.reason.strip():
        raise ServerError("say why with --reason; nothing was destroyed")
    data_dir = initialised(config_of(options))
    question = f"Destroy the keys of epoch {options.epoch} for ever?"
    if not options.yes and not is_agreed(question, unchanged="nothing was destroyed"):
        raise ServerError("nothing was destroyed; answer yes, or give --yes")
    server = running_server(data_dir)
    if server is not None:
        body = {"epoch": options.epoch, "reason": options.reason}
        answer = server.ask("POST", "/api/v1/keys/destroy", body)
        receipt, path = answer["receipt"], answer["path"]
    else:
        with _service(data_dir) as service:
            done = service.destroy(options.epoch, actor=LOCAL, reason=options.reason)
        receipt, path = done.receipt.document(), str(done.path)
    if options.json:
        put_json({"receipt": receipt, "path": path})
    else:
        put(path)
        say(
            f"the keys of epoch {options.epoch} are destroyed; the receipt is {path}. Laptops "
            "delete theirs as soon as they are connected. Backups of the secrets folder from "
            "before still hold the keys: delete those too, or note here when they expire."
        )
    return 0


def _verify(options: argparse.Namespace) -> int:
    data = receipts.read(options.file)
    if options.public_key is not None:
        public_key = receipts.public_key_of(options.public_key)
    elif options.data is None and options.config is None and not DEFAULT_CONFIG.exists():
        raise ServerError(
            "there is no key to check the receipt by; nothing was verified; give the server's "
            "policy key with --public-key (`keys list --json` on the server prints it), or its "
            "data directory with --data"
        )
    else:
        public_key = _own_public_key(initialised(config_of(options)))
    document: Mapping[str, Any] = receipts.verify(data, public_key=public_key).document()
    if options.json:
        put_json({"valid": True, "receipt": document})
    else:
        put(
            f"valid: the keys of epoch {document['epoch']} were destroyed at "
            f"{document['destroyed_at']} by {document['actor']}: {document['reason']}"
        )
    return 0


def _own_public_key(data_dir: Path) -> bytes:
    return load_keys(data_dir, clock=time.time).policy.public_key().public_bytes_raw()
