"""`reticent-server policy publish|rollback`: a new version, for a share of a group or all of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError

from reticent_server.commands.common import add_place, config_of, initialised, put_json, say
from reticent_server.commands.policy_desk import Desk, Json, desk_of, refused
from reticent_server.policies.published import SHARE_WHOLE
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.policies.yaml_files import read_policy_file


def add_publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--group", default=DEFAULT_GROUP)
    _add_share(parser)
    parser.add_argument(
        "--with-children",
        action="store_true",
        help="publish anew what extends this group's policy, too",
    )
    add_place(parser)


def add_rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("group", nargs="?", default=DEFAULT_GROUP, metavar="GROUP")
    parser.add_argument("--to", type=int, required=True, metavar="N", help="whose text")
    _add_share(parser)
    add_place(parser)


def percent_of(text: str) -> int:
    """`30%` or `30`. Raises ValueError, which argparse turns into its own message."""
    share = int(text.removesuffix("%"))
    if not 1 <= share <= SHARE_WHOLE:
        raise ValueError
    return share


percent_of.__name__ = "share (1% to 100%)"  # what argparse calls a value that is none


def run_publish(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    try:
        source = read_policy_file(options.file, CATALOG)
    except PolicyError as error:
        raise refused(error) from error
    with desk_of(data_dir) as desk:
        answer = desk.publish(
            source,
            group=options.group,
            share=options.share,
            with_children=options.with_children,
        )
        waiting = [] if options.with_children else _behind(desk, options.group, options.share)
    if options.json:
        put_json({**answer, "pushed": desk.pushed, "not_taken_over_by": waiting})
        return 0
    _say_published(answer, pushed=desk.pushed)
    for child in answer["children"]:
        if child["version"] is None:
            say(f"group {child['group']} stays as it is: {child['problem']}")
        else:
            say(f"policy {child['version']} of group {child['group']} takes it over")
    if waiting:
        say(
            f"Not taken over yet by what extends it: {', '.join(waiting)}. Publish those again, or "
            "this with --with-children."
        )
    return 0


def run_rollback(options: argparse.Namespace) -> int:
    with desk_of(initialised(config_of(options))) as desk:
        answer = desk.roll_back(options.group, to=options.to, share=options.share)
    if options.json:
        put_json({**answer, "pushed": desk.pushed})
        return 0
    _say_published(answer, pushed=desk.pushed)
    say(f"It has the text of version {options.to}.")
    return 0


def _add_share(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--share",
        type=percent_of,
        default=SHARE_WHOLE,
        metavar="N%",
        help="only to this share of the group at first (default: 100%%)",
    )


def _say_published(policy: Json, *, pushed: bool) -> None:
    group, share = policy["group"], policy["share_percent"]
    when = "now goes to connected laptops" if pushed else "goes to laptops when they connect"
    whom = "" if share == SHARE_WHOLE else f", to {share} % of the group"
    say(f"policy {policy['version']} of group {group} is signed and published; it {when}{whom}")
    if share != SHARE_WHOLE:
        say(f"Next: reticent-server policy rollout {group}, then --share 100% or --share stop.")


def _behind(desk: Desk, group: str, share: int) -> list[str]:
    """Groups whose policy extends an older version; none can while it is for a share."""
    if share != SHARE_WHOLE:
        return []
    return [
        found["group"]
        for found in desk.groups()
        if found["newest"]["extends"] == group and found["newer_parent"] is not None
    ]
