"""`reticent-server policy show`: one version, as it was signed."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from reticent_server.commands.common import config_of, initialised, put, put_json, say
from reticent_server.commands.stores import control_of, policies_of
from reticent_server.policies.service import PublishedPolicy


def run(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        policies = policies_of(control, data_dir)
        found = (
            policies.current(options.group)
            if options.number is None
            else policies.get(options.group, options.number)
        )
        has_own = options.group in policies.groups()
    if found.group != options.group and not options.json:
        what = "no policy of its own for all of it yet" if has_own else "no policy of its own"
        say(f"group {options.group} has {what}; that of group {found.group} is shown")
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
