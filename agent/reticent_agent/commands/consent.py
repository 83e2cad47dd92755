"""`reticent-agent consent`: what the policy asks people to agree to, and what you said."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping

from reticent_contract.catalog import CATALOG

from reticent_agent.config import Config
from reticent_agent.errors import ConsentError
from reticent_agent.local import place
from reticent_agent.local.client import ask

LIST = "list"
_STATES = {
    "given": "you agreed on {day}",
    "withdrawn": "you said no on {day}",
    "lapsed": "you agreed on {day} to other words; nothing is collected until you agree to these",
    "open": "you have not been asked before; nothing is collected of you",
}
_LEAVES = {
    "drop": "does not leave",
    "count_only": "does not leave",
    "keep": "leaves as it is",
    "pseudonymise": "leaves as a pseudonym",
}


def run(config: Config, *, action: str, table: str | None, as_json: bool) -> int:
    """Raises ConsentError where no agent runs, or it does not take down what was said."""
    folder = place.folder(config)
    answer = ask(folder, {"do": "consent.list"})
    if action != LIST:
        answer = _say(config, action, table, answer)
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_listed(answer) if action == LIST else _said(answer)) + "\n")
    return 0


def _say(
    config: Config, action: str, table: str | None, shown: Mapping[str, object]
) -> Mapping[str, object]:
    """What is agreed to are the words that were read a moment ago, and no others."""
    if table is None:
        raise ConsentError(
            f"which table? nothing was changed; write `reticent-agent consent {action} TABLE`; "
            "`reticent-agent consent` lists them",
            permanent=True,
        )
    words = [one["words"] for one in _tables(shown) if one["table"] == table]
    request = {"do": f"consent.{action}", "table": table, "words": (words or [""])[0]}
    return ask(place.folder(config), request)


def _tables(answer: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = answer.get("tables")
    return found if isinstance(found, list) else []


def _listed(answer: Mapping[str, object]) -> list[str]:
    if answer.get("policy") is None:
        return ["no policy is in force: nothing is collected"]
    tables = _tables(answer)
    if not tables:
        return [f"policy {answer['policy']} collects nothing that needs your consent"]
    lines = [
        f"policy {answer['policy']} asks for your consent.",
        f"purpose      {answer.get('purpose')}",
        f"legal basis  {answer.get('legal_basis')}",
        "",
        str(answer.get("notice")),
    ]
    for one in tables:
        at_us = one.get("at_us")
        day = time.strftime("%Y-%m-%d", time.gmtime(at_us / 1e6)) if isinstance(at_us, int) else ""
        days = one.get("retention_days")
        kept = "while the laptop is enrolled" if days is None else f"{days} days"
        lines += [
            "",
            f"{one['table']}: {_STATES.get(str(one['state']), '{day}').format(day=day)}",
            f"  kept       {kept}",
            *(
                ["  it is about the whole laptop: collected only while everybody here agrees"]
                if one.get("asks_everybody")
                else []
            ),
            *[f"  {name:<10} {_plain(value)}" for name, value in _items(one.get("options"))],
            *_fields(str(one["table"]), _items(one.get("fields")), dict(_items(one.get("how")))),
        ]
    return [*lines, "", "reticent-agent consent give TABLE, or withdraw TABLE, at any time."]


def _fields(table: str, actions: list[tuple[str, object]], how: Mapping[str, object]) -> list[str]:
    """What each is, and what becomes of it before it leaves."""
    told = {field.name: field.sentence for field in CATALOG.tables[table].fields}
    return [
        f"  {name:<10} {_leaves(str(action), how.get(name))}: {told[name]}"
        for name, action in actions
        if name in told
    ]


def _leaves(action: str, how: object) -> str:
    changed = f"leaves changed by {action}" if how is None else f"leaves {how}"
    return _LEAVES.get(action, changed)


def _items(value: object) -> list[tuple[str, object]]:
    return sorted(value.items()) if isinstance(value, dict) else []


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _said(answer: Mapping[str, object]) -> list[str]:
    table = answer["table"]
    if answer["state"] == "given":
        return [
            f"you agreed to {table}: it is collected of you from now on, nothing from before",
            f"reticent-agent consent withdraw {table} ends it at any time",
        ]
    lines = [
        f"you withdrew {table}: nothing more of it is collected of you",
        f"{answer['dropped']} rows that waited here were deleted and counted; rows of other people "
        "on this laptop may have been among them, they cannot be told apart",
    ]
    if answer.get("unsealed"):
        lines.append(
            f"{answer['unsealed']} rows were packed to be sent, and were taken out again; what had "
            "reached the server by then it has"
        )
    return [*lines, "what the server has, it keeps as the policy says; ask for its deletion there"]
