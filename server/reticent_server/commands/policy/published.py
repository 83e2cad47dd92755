"""`reticent-server policy show|publish`: what is in force, and publishing a new version.

With the server running it publishes, so that laptops get the version at once; else it is signed and
stored here, and they get it when they connect.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import PolicyError

from reticent_server.audit import AuditService
from reticent_server.commands.client import running_server
from reticent_server.commands.common import config_of, initialised, put, put_json, say
from reticent_server.commands.stores import LOCAL, control_of
from reticent_server.epochs.files import EpochFiles
from reticent_server.errors import ServerError
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService, PublishedPolicy
from reticent_server.policies.yaml_source import load_yaml, parse_yaml_policy
from reticent_server.store.control.engine import ControlStore


def run(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    if options.action == "publish":
        return _publish(options, data_dir)
    with control_of(data_dir) as control:
        policies = policies_of(control, data_dir)
        found = (
            policies.current(options.group)
            if options.number is None
            else policies.get(options.group, options.number)
        )
    return _show(options, found)


def _publish(options: argparse.Namespace, data_dir: Path) -> int:
    document = _read(options.file)
    server = running_server(data_dir)
    if server is not None:
        answer = server.ask(
            "POST", "/api/v1/policies", {"group": options.group, "document": document}
        )
        version, pushed = int(answer["version"]), True
    else:
        with control_of(data_dir) as control:
            try:
                version = policies_of(control, data_dir).publish(document, group=options.group)
            except PolicyError as error:
                raise ServerError(_refused(error)) from error
            AuditService(control).record(
                actor=LOCAL, action="policy.publish", object=f"policy {options.group} {version}"
            )
        pushed = False
    if options.json:
        put_json({"group": options.group, "version": version, "pushed": pushed})
    else:
        when = "now goes to connected laptops" if pushed else "goes to laptops when they connect"
        say(f"policy {version} of group {options.group} is signed and published; it {when}")
    return 0


def _read(path: Path) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(POLICY_BYTES_MAX + 1)
        if len(content) > POLICY_BYTES_MAX:
            raise ServerError(
                f"{path} is larger than {POLICY_BYTES_MAX} bytes; nothing was published; shorten it"
            )
        document = load_yaml(content.decode())
        if "version" in document:  # else the next one is given at publication, and checked there
            parse_yaml_policy(content.decode(), CATALOG)
        return document
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was published; name another file"
        ) from error
    except UnicodeDecodeError as error:
        raise ServerError(f"{path} is not UTF-8 text; nothing was published") from error
    except PolicyError as error:
        raise ServerError(_refused(error)) from error


def _refused(error: PolicyError) -> str:
    return f"{error}\nNothing was published; the version in force stays so."


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


def policies_of(control: ControlStore, data_dir: Path) -> PolicyService:
    keys = load_keys(data_dir, clock=time.time)
    return PolicyService(
        control,
        signing_key=keys.policy,
        catalog=CATALOG,
        has_epoch=EpochFiles(data_dir).has,
    )
