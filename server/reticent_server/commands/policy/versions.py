"""A policy as the command line names it: a file, or a version of a group.

my-policy.yaml      a file; - is standard input
default@3           version 3 of the group `default`
in-force            the newest version of the group that --group names
sales@in-force      the newest version of the group `sales`
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from reticent_contract.policy import Policy

from reticent_server.commands.common import DEFAULT_CONFIG, config_of, initialised
from reticent_server.commands.policy.drafts import STANDARD_INPUT, draft_of
from reticent_server.errors import ServerError

IN_FORCE = "in-force"
_VERSION = re.compile(rf"([^@]{{1,64}})@(\d{{1,18}}|{IN_FORCE})")


def policy_of(reference: str, options: argparse.Namespace) -> Policy:
    """Raises ServerError where there is no such file or version, or the policy is refused."""
    version = _VERSION.fullmatch(reference)
    if reference == IN_FORCE:
        return _published(options, options.group, IN_FORCE)
    if version is not None and not Path(reference).exists():
        return _published(options, version[1], version[2])
    if reference != STANDARD_INPUT and not Path(reference).exists():
        raise ServerError(
            f"{reference} is neither a file nor a version; nothing was done; name a file, "
            "GROUP@VERSION as in default@3, or in-force"
        )
    # One that is looser than what it extends is refused when it is published: here it is looked at.
    return draft_of(reference, options, is_strict=False).policy


def _published(options: argparse.Namespace, group: str, version: str) -> Policy:
    # Here, because the control store takes half a second to load, and two files need none.
    from reticent_server.commands.stores import control_of, policies_of

    if options.data is None and options.config is None and not DEFAULT_CONFIG.exists():
        raise ServerError(
            f"{group}@{version} is a version, which only its server has; nothing was done; name "
            "the server's folder with --data"
        )
    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        policies = policies_of(control, data_dir)
        found = (
            policies.current(group) if version == IN_FORCE else policies.get(group, int(version))
        )
        return policies.parsed(found)
