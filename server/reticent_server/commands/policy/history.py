"""`reticent-server policy history`: a group's versions, and which laptops run or refuse them."""

from __future__ import annotations

import argparse

from reticent_server.commands.common import (
    config_of,
    initialised,
    one_line,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.policy import DEFAULT_GROUP
from reticent_server.commands.policy.desk import Json, desk_of

_HEADS = (
    "version",
    "published",
    "by",
    "share",
    "laptops",
    "refused",
    "sha256",
    "extends",
    "text by",
)


def run(options: argparse.Namespace) -> int:
    with desk_of(initialised(config_of(options))) as desk:
        history = desk.history(options.group)
    if options.json:
        put_json(history)
        return 0
    if not history:
        say(
            f"group {options.group} has no policy of its own; its laptops run that of the group "
            f"{DEFAULT_GROUP}"
        )
        return 0
    put_table(_HEADS, [_row(policy) for policy in history])
    for policy in history:
        _say_more(policy)
    return 0


def _say_more(policy: Json) -> None:
    version = policy["version"]
    for refusal in policy["refusals"]:
        reason = one_line(refusal["reason"])
        say(f"version {version}, refused by {refusal['devices']}: {reason}")
    if policy["newer_parent"] is not None:
        say(
            f"version {version} extends group {policy['extends']}, which has version "
            f"{policy['newer_parent']} now; publish it again to take that over"
        )


def _row(policy: Json) -> tuple[str, ...]:
    share = f"{policy['share_percent']}%" + (" stopped" if policy["state"] == "stopped" else "")
    extends = f"{policy['extends']} {policy['extends_version']}" if policy["extends"] else "-"
    return (
        str(policy["version"]),
        policy["published_at"].removesuffix("Z").replace("T", " "),
        policy["publisher"],
        share,
        str(policy["running"]),
        str(policy["refused"]),
        policy["sha256"][:16],
        extends,
        policy["text_by"] or "-",
    )
