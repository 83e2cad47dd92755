"""`reticent-server policy rollout`: how far a version has come; wider, or no wider."""

from __future__ import annotations

import argparse

from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    one_line,
    put,
    put_json,
)
from reticent_server.commands.policy_desk import Json, desk_of
from reticent_server.commands.policy_publish import percent_of
from reticent_server.policies.reading import DEFAULT_GROUP

STOP = "stop"
_STATES = {
    "whole": "for the whole group",
    "rolling": "for {share_percent} % of the group",
    "stopped": "stopped at {share_percent} % of the group",
}


def add_rollout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("group", nargs="?", default=DEFAULT_GROUP, metavar="GROUP")
    parser.add_argument(
        "--share",
        type=_share_or_stop,
        metavar="N%|stop",
        help="widen to this share, or stop: laptops that have the version keep it",
    )
    add_place(parser)


def run_rollout(options: argparse.Namespace) -> int:
    with desk_of(initialised(config_of(options))) as desk:
        if options.share is None:
            progress = desk.progress(options.group)
        else:
            share = None if options.share == STOP else options.share
            progress = desk.move(options.group, share=share)
    if options.json:
        put_json(progress)
    else:
        _show(progress)
    return 0


def state_of(policy: Json) -> str:
    """`for 30 % of the group`"""
    return _STATES[policy["state"]].format(**policy)


def _share_or_stop(text: str) -> int | str:
    return STOP if text == STOP else percent_of(text)


_share_or_stop.__name__ = "share (1% to 100%, or stop)"  # as argparse says it


def _show(progress: Json) -> None:
    policy = progress["policy"]
    put(
        f"policy {policy['version']} of group {policy['group']}, {state_of(policy)} since "
        f"{policy['since']}"
    )
    put(f"on new   {progress['on_new']}")
    put(f"on old   {progress['on_old']}")
    put(f"refused  {progress['refused']}")
    for refusal in progress["refusals"]:
        put(f"  {refusal['devices']} × {one_line(refusal['reason'])}")
    put(f"silent   {progress['silent']}")
    put(f"{progress['devices']} laptops, {progress['in_share']} of them in the share")
