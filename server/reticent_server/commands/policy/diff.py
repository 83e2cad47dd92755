"""`reticent-server policy diff`: what B reveals that A does not, in words.

With --data it also says whom that concerns, from what the group's devices sent.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from reticent_contract.catalog import CATALOG
from reticent_contract.policy.diff import Comparison, Direction, compare

from reticent_server.commands.common import put, put_json
from reticent_server.commands.policy.versions import policy_of

_MARKS: dict[Direction, str] = {"more": "+", "less": "-", "same": "="}
_VERDICTS: dict[Direction, str] = {
    "more": "B reveals more than A",
    "less": "B reveals less than A",
    "same": "B reveals the same as A",
}


def run(options: argparse.Namespace) -> int:
    before, after = policy_of(options.a, options), policy_of(options.b, options)
    comparison = compare(before, after, CATALOG)
    reach = _reach(options)
    if options.json:
        put_json(_document(comparison) | {"reach": reach})
        return 0
    concerned = _concerned(reach)
    for change in comparison.changes:
        whom = f", {concerned}" if concerned and change.is_personal else ""
        put(f"{_MARKS[change.direction]} {change.sentence}{whom}")
    put(f"{_VERDICTS[comparison.verdict]}{f': {concerned}' if concerned else ''}")
    return 0


def _document(comparison: Comparison) -> dict[str, object]:
    changes = [
        {
            "place": change.place,
            "direction": change.direction,
            "personal": change.is_personal,
            "sentence": change.sentence,
        }
        for change in comparison.changes
    ]
    return {"verdict": comparison.verdict, "changes": changes}


def _reach(options: argparse.Namespace) -> dict[str, int] | None:
    """From the running server, else from the stores; None where no data directory is named."""
    if options.data is None and options.config is None:
        return None
    from reticent_server.commands.client import running_server
    from reticent_server.commands.common import config_of, initialised

    data_dir = initialised(config_of(options))
    server = running_server(data_dir)
    if server is not None:
        answer = server.get("/api/v1/policies/reach", {"group": options.group})
        return {"devices": int(answer["devices"]), "people": int(answer["people"])}
    from reticent_server.commands.stores import control_of, events_of, policies_of
    from reticent_server.policies.reach import reach_of

    with control_of(data_dir) as control, events_of(data_dir) as events:
        own = policies_of(control, data_dir).groups()
        return asdict(reach_of(control, events, group=options.group, own=own))


def _concerned(reach: dict[str, int] | None) -> str:
    if reach is None:
        return ""
    from reticent_server.policies.reach import Reach

    return str(Reach(**reach))
