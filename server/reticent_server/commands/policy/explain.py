"""`reticent-server policy explain`: which rule decides over a field, where it stands, and why.

Of the file that --policy names; else, with --data, of every group that has a policy (or of --group
alone); else of the policy of a new server.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from reticent_contract.catalog import CATALOG
from reticent_contract.policy.explain import Explanation, UnknownFieldError, explain_field
from reticent_contract.reading import path_text

from reticent_server.commands.common import config_of, initialised, put, put_json
from reticent_server.commands.policy.drafts import draft_of
from reticent_server.errors import ServerError
from reticent_server.policies.drafts import Draft

Found = tuple[dict[str, object], Explanation]


def run(options: argparse.Namespace) -> int:
    try:
        found = list(_explanations(options))
    except UnknownFieldError as error:
        raise ServerError(f"{error}; nothing was explained") from error
    if options.json:
        put_json([where | _document(explanation) for where, explanation in found])
        return 0
    first = found[0][1]
    put(f"{first.field}: {first.sentence}")
    put(f"  {first.field_class}")
    for where, explanation in found:
        put(f"{_place(where, explanation)}: {explanation.what}, by rule {explanation.rule}")
        put(f"  because {explanation.why}")
    return 0


def _explanations(options: argparse.Namespace) -> Iterator[Found]:
    if options.policy is not None or (
        options.data is None and options.config is None and options.group is None
    ):
        draft = draft_of(options.policy, options)
        explanation = explain_field(draft.policy, CATALOG, options.field)
        yield _drafted(draft, explanation, options.policy or "default.yaml"), explanation
        return
    # Here, because the control store takes half a second to load, and a file needs none.
    from reticent_server.commands.stores import control_of, policies_of

    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        policies = policies_of(control, data_dir)
        for group in policies.groups() if options.group is None else [options.group]:
            published = policies.current(group)
            policy = policies.parsed(published)
            where: dict[str, object] = {"group": group, "version": published.version, "line": None}
            yield where, explain_field(policy, CATALOG, options.field)


def _drafted(draft: Draft, explanation: Explanation, name: str) -> dict[str, object]:
    """The line, or what the draft takes the rule over from."""
    if explanation.path is None:
        return {"policy": name, "line": None}
    if draft.is_taken_over(explanation.path):
        return {"policy": name, "line": None, "taken_over_from": draft.extends}
    return {"policy": name, "line": draft.line_of(explanation.path)}


def _place(where: dict[str, object], explanation: Explanation) -> str:
    if "group" in where:
        at = "" if explanation.path is None else f", {path_text(explanation.path)}"
        return f"group {where['group']}, policy {where['version']}{at}"
    if "taken_over_from" in where:
        return f"{where['policy']}, taken over from {where['taken_over_from']}"
    line = where["line"]
    return str(where["policy"]) if line is None else f"{where['policy']}:{line}"


def _document(explanation: Explanation) -> dict[str, object]:
    return {
        "field": explanation.field,
        "rule": explanation.rule,
        "action": explanation.action,
        "place": None if explanation.path is None else path_text(explanation.path),
        "what": explanation.what,
        "why": explanation.why,
    }
