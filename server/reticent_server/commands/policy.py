"""`reticent-server policy`: its actions, and `show`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from reticent_contract.catalog import CATALOG

from reticent_server.commands.common import add_place, config_of, initialised, put, put_json
from reticent_server.commands.policy_history import add_history, run_history
from reticent_server.commands.policy_publish import (
    add_publish,
    add_rollback,
    run_publish,
    run_rollback,
)
from reticent_server.commands.policy_rollout import add_rollout, run_rollout
from reticent_server.commands.stores import control_of
from reticent_server.keys import load_keys
from reticent_server.policies.service import DEFAULT_GROUP, PolicyService, PublishedPolicy
from reticent_server.store.control.engine import ControlStore

_RUN = {
    "publish": run_publish,
    "rollout": run_rollout,
    "rollback": run_rollback,
    "history": run_history,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser(
        "show", help="print a version, by default the one for all of the group"
    )
    show.add_argument("--version", type=int, metavar="N", dest="number")
    show.add_argument("--group", default=DEFAULT_GROUP)
    add_place(show)
    add_publish(actions.add_parser("publish", help="check, sign and publish a YAML file"))
    add_rollout(actions.add_parser("rollout", help="show, widen or stop what is on its way"))
    add_rollback(actions.add_parser("rollback", help="publish an older text as a new version"))
    add_history(actions.add_parser("history", help="list versions and which laptops run them"))


def run(options: argparse.Namespace) -> int:
    if options.action in _RUN:
        return _RUN[options.action](options)
    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        policies = _policies(control, data_dir)
        found = (
            policies.current(options.group)
            if options.number is None
            else policies.get(options.group, options.number)
        )
    return _show(options, found)


def _show(options: argparse.Namespace, policy: PublishedPolicy) -> int:
    document = json.loads(policy.canonical_json)
    if options.json:
        put_json(
            {
                "group": policy.group,
                "version": policy.version,
                "sha256": policy.sha256.hex(),
                "published_s": policy.published_s,
                "publisher": policy.publisher,
                "document": document,
            }
        )
        return 0
    at = datetime.fromtimestamp(policy.published_s, UTC)
    put(f"# policy {policy.version} of group {policy.group}, sha256 {policy.sha256.hex()}")
    put(f"# published {at:%Y-%m-%d %H:%M} UTC by {policy.publisher}")
    import yaml

    yaml.safe_dump(document, sys.stdout, sort_keys=False, allow_unicode=True)
    return 0


def _policies(control: ControlStore, data_dir: Path) -> PolicyService:
    keys = load_keys(data_dir, clock=time.time)
    return PolicyService(control, signing_key=keys.policy, catalog=CATALOG)
