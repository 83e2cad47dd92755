"""`reticent-server policy rollout`: how far a version has come; wider, or no wider."""

from __future__ import annotations

import argparse

from reticent_server.commands.common import (
    config_of,
    count_of,
    initialised,
    minute_of,
    one_line,
    put,
    put_json,
    say,
)
from reticent_server.commands.policy.arguments import STOP
from reticent_server.commands.policy.desk import Json, desk_of

_STATES = {
    "whole": "for the whole group",
    "rolling": "for {share_percent} % of the group",
    "stopped": "stopped at {share_percent} % of the group",
}


def run(options: argparse.Namespace) -> int:
    with desk_of(initialised(config_of(options))) as desk:
        if options.share is None:
            progress = desk.progress(options.group)
        else:
            share = None if options.share == STOP else options.share
            progress = desk.move(options.group, share=share)
    if options.json:
        put_json(progress)
    else:
        shown = progress["policy"]["group"]
        if shown != options.group:
            say(f"group {options.group} has no policy of its own; that of group {shown} is shown")
        _show(progress)
    return 0


def state_of(policy: Json) -> str:
    """`for 30 % of the group`"""
    return _STATES[policy["state"]].format(**policy)


def _show(progress: Json) -> None:
    policy = progress["policy"]
    put(
        f"policy {policy['version']} of group {policy['group']}, {state_of(policy)} since "
        f"{minute_of(policy['since'])} UTC"
    )
    put(f"on new   {progress['on_new']}")
    put(f"on old   {progress['on_old']}")
    put(f"refused  {progress['refused']}")
    for refusal in progress["refusals"]:
        put(f"  {refusal['devices']} × {one_line(refusal['reason'])}")
    put(f"silent   {progress['silent']}")
    put(f"{count_of(progress['devices'], 'laptop')}, {progress['in_share']} in the share")
