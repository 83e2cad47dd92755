"""Whether the kernel filters what comes in, by its own ruleset.

Enters: `nft --json list ruleset`. Leaves: one record. Must hold: no rule, address or port leaves
this module. Source: libnftables-json(5). Needs CAP_NET_ADMIN.
"""

from __future__ import annotations

import json

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

KEYS = frozenset({"state"})
PROGRAM = "/usr/sbin/nft"
_SECONDS_MAX = 5.0


def active(files: FileRoot, commands: CommandRunner) -> Answer:
    """[{"state": "on" | "off"}], or nothing where nft is not installed. Raises PermissionError."""
    if not files.exists(PROGRAM):
        return []
    try:
        output = commands.run([PROGRAM, "--json", "list", "ruleset"], seconds_max=_SECONDS_MAX)
    except CommandError as error:
        if error.reason == "failed":  # nft(8) needs CAP_NET_ADMIN for anything
            raise PermissionError from None
        raise
    return [{"state": "on" if parse(output) else "off"}]


def parse(output: bytes) -> bool:
    """Whether a base chain of the hook `input` refuses by default, or has a rule that does."""
    try:
        entries = json.loads(output)["nftables"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    chains = set()
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        chain, rule = entry.get("chain"), entry.get("rule")
        if isinstance(chain, dict) and chain.get("hook") == "input":
            if chain.get("policy") == "drop":
                return True
            chains.add(_of(chain, "name"))
        elif isinstance(rule, dict) and _of(rule, "chain") in chains and _refuses(rule):
            return True
    return False


def _of(entry: dict[str, object], name: str) -> tuple[str, ...]:
    """Chains are told apart by family, table and name."""
    return tuple(str(entry.get(key)) for key in ("family", "table", name))


def _refuses(rule: dict[str, object]) -> bool:
    expression = rule.get("expr")
    return isinstance(expression, list) and any(
        isinstance(statement, dict) and {"drop", "reject"} & statement.keys()
        for statement in expression
    )
