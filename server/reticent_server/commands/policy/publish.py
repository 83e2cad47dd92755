"""`reticent-server policy publish|rollback`: a new version, for a share of a group or all of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError
from reticent_contract.policy.parse import EXTENDS

from reticent_server.commands.common import (
    config_of,
    initialised,
    is_agreed,
    one_line,
    put,
    put_json,
    say,
)
from reticent_server.commands.policy.desk import (
    Desk,
    How,
    Json,
    LintStoppedError,
    Source,
    desk_of,
    refused,
)
from reticent_server.commands.policy.drafts import STANDARD_INPUT, read_text
from reticent_server.commands.policy.lint import told
from reticent_server.errors import ServerError
from reticent_server.policies.published import SHARE_WHOLE
from reticent_server.policies.yaml_files import is_file, read_policy_file
from reticent_server.policies.yaml_source import load_yaml


def run(options: argparse.Namespace) -> int:
    return _roll_back(options) if options.action == "rollback" else _publish(options)


def _publish(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    try:
        source = _source(options.file)
    except PolicyError as error:
        raise refused(error) from error
    with desk_of(data_dir) as desk:
        _agree(desk, source, options)
        answer = _ask(desk, source, options)
        waiting = [] if options.with_children else _behind(desk, options.group, options.share)
    if options.json:
        put_json({**answer, "pushed": desk.pushed, "not_taken_over_by": waiting})
        return 0
    _say_findings(options, answer["findings"])
    if answer["unchanged"]:
        say(
            f"nothing changes: policy {answer['version']} of group {answer['group']} is in force "
            "with just this text; nothing was published"
        )
    else:
        _say_published(answer, pushed=desk.pushed)
    if isinstance(source, dict):
        say(f"{options.file} extends a file, so its text is not kept, only what was signed")
    if answer["to_nobody"]:
        put(f"no laptop is in group {answer['group']} yet")
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


def _source(file: Path) -> Source:
    """Raises PolicyError, ServerError."""
    if str(file) != STANDARD_INPUT:
        return read_policy_file(file, CATALOG)
    text = read_text(STANDARD_INPUT)
    if is_file(load_yaml(text).get(EXTENDS)):
        raise ServerError(
            "what comes by standard input cannot extend a file; nothing was published; name the "
            "file itself"
        )
    return text


def _agree(desk: Desk, source: Source | int, options: argparse.Namespace) -> None:
    """Shows what is revealed that is not yet, and asks; whoever says why has agreed."""
    despite_lint = isinstance(source, int) or options.despite_lint is not None
    revealed = desk.reveals(source, options.group, despite_lint=despite_lint)
    if not revealed:
        return
    say(f"For group {options.group} this reveals more than what is in force:")
    for sentence in revealed:
        say(f"+ {one_line(sentence)}")
    unchanged = "nothing was published"
    if not (options.yes or options.reason or is_agreed("Publish it?", unchanged=unchanged)):
        raise ServerError(f"{unchanged}; answer yes, or give --yes")


def _ask(desk: Desk, source: Source, options: argparse.Namespace) -> Json:
    how = How(
        group=options.group,
        share=options.share,
        with_children=options.with_children,
        despite_lint=options.despite_lint,
        reason=options.reason or "",
    )
    try:
        return desk.publish(source, how)
    except LintStoppedError as error:
        if options.json:
            put_json({"findings": error.findings})
        else:
            _say_findings(options, error.findings)
        raise ServerError(f"{error}: --despite-lint REASON") from error


def _say_findings(options: argparse.Namespace, findings: list[Json]) -> None:
    for finding in findings:
        for line in told(options.file, finding):
            say(line)


def _roll_back(options: argparse.Namespace) -> int:
    with desk_of(initialised(config_of(options))) as desk:
        _agree(desk, options.to, options)
        answer = desk.roll_back(
            options.group, to=options.to, share=options.share, reason=options.reason or ""
        )
    if options.json:
        put_json({**answer, "pushed": desk.pushed})
        return 0
    _say_published(answer, pushed=desk.pushed)
    say(f"It has the text of version {options.to}.")
    return 0


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
