"""`reticent-server policy diff`: what B reveals that A does not, in words.

With --data it also says whom that concerns, from what the group's devices sent.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from reticent_contract.catalog import CATALOG
from reticent_contract.policy.diff import Comparison, Direction, compare, told

from reticent_server.commands.common import put, put_json
from reticent_server.commands.policy.versions import policy_of

if TYPE_CHECKING:  # the stores take half a second to load, and two files need none
    from reticent_server.policies.reach import Reach

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
        put_json(_document(comparison) | {"reach": None if reach is None else asdict(reach)})
        return 0
    for one in told(comparison):
        sentence = one.sentence if reach is None else reach.beside(one)
        put(f"{_MARKS[one.direction]} {sentence}")
    put(f"{_VERDICTS[comparison.verdict]}{'' if reach is None else f': {reach}'}")
    return 0


def _document(comparison: Comparison) -> dict[str, object]:
    """As `POST /api/v1/policies/diff` answers."""
    changes = [one.document() for one in told(comparison)]
    return {"verdict": comparison.verdict, "changes": changes}


def _reach(options: argparse.Namespace) -> Reach | None:
    """From the running server, else from the stores; None where no data directory is named."""
    if options.data is None and options.config is None:
        return None
    from reticent_server.commands.client import running_server
    from reticent_server.commands.common import config_of, initialised

    data_dir = initialised(config_of(options))
    from reticent_server.policies.reach import Reach, reach_of

    server = running_server(data_dir)
    if server is not None:
        answer = server.get("/api/v1/policies/reach", {"group": options.group})
        return Reach(devices=int(answer["devices"]), people=int(answer["people"]))
    from reticent_server.commands.stores import control_of, events_of, policies_of

    with control_of(data_dir) as control, events_of(data_dir) as events:
        own = policies_of(control, data_dir).groups()
        return reach_of(control, events, group=options.group, own=own)
