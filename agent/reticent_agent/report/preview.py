"""`reticent-agent preview`: every table of the catalog: its rows on this very laptop, before and
after, and by which rule; or why it has none.

    --json: a line a table  {"table", "rows": n, "why": text | null, "absent": {field: reason}}
            and a row       {"table", "event", "ts", "fields": [{"field", "before", "after", …}]}

The only place that shows raw values; they go to the caller's terminal and nowhere else. Works
without a server: with the policy in force, or with the default policy where there is none.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Row

from reticent_agent.collect.health import Collected
from reticent_agent.collect.supervisor import Supervisor
from reticent_agent.commands.run import this_laptop
from reticent_agent.config import Config
from reticent_agent.consent.asked import asked
from reticent_agent.errors import AgentError
from reticent_agent.identity import IdentityStore
from reticent_agent.keepers import machine
from reticent_agent.pipeline import Collecting
from reticent_agent.policy.accept import Judge
from reticent_agent.policy.keys import KEY_BYTES, KeyStore
from reticent_agent.policy.store import PolicyStore
from reticent_agent.report.emptiness import OTHER_ROWS, Looked, why_none
from reticent_agent.report.words import plain, rfc3339

GATHER_S = 10.0  # at most; ends earlier where every state table has reported
EVENTS_S = 1.5  # afterwards, for what event sources have to show
ROWS_A_TABLE_MAX = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    policy: Policy
    keys: KeyRing
    sentence: str  # which policy this is, for the reader


def run(config: Config, *, as_json: bool) -> int:
    """Raises AgentError where neither the policy in force nor the keys can be read."""
    os.umask(0o077)
    basis = _basis(config)
    own = OwnIdentifiers(CATALOG)
    plan = compile_plan(basis.policy, catalog=CATALOG, keys=basis.keys, own=own)
    sys.stderr.write(basis.sentence + "\n")
    for document in _documents(plan, _gather(basis.policy, this_laptop(config), own)):
        if as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(_lines(document)) + "\n")
    return 0


def _basis(config: Config) -> _Basis:
    """The policy in force with its real keys, else the default policy with keys made up here."""
    try:
        vault = machine.vault(config)
        identity = IdentityStore(config.data_dir, vault=vault).load()
        if identity is not None:
            judge = Judge(
                store=PolicyStore(config.data_dir),
                public_key=identity.policy_public_key,
                catalog=CATALOG,
                group=identity.group,
            )
            policy = judge.stored(now_s=int(time.time()))
            keys = KeyStore(config.data_dir, vault=vault).load()
            ring = KeyRing(keys.epochs, keys.device)
            if policy is not None and ring.has(policy.epoch):
                return _Basis(
                    policy=policy, keys=ring, sentence=f"policy {policy.version}, in force here"
                )
    except AgentError as error:
        sys.stderr.write(f"{error}\n")
    policy = default_policy()
    ring = KeyRing({policy.epoch: os.urandom(KEY_BYTES)}, os.urandom(KEY_BYTES))
    return _Basis(
        policy=policy,
        keys=ring,
        sentence=(
            "no policy is in force here: this is what the default policy would do; the pseudonyms "
            "are made with throw-away keys; nothing leaves this laptop"
        ),
    )


def default_policy() -> Policy:
    """The policy that a new server starts with, as JSON: the agent has no YAML reader."""
    text = package_files("reticent_agent.policy").joinpath("default.json").read_text("utf-8")
    return parse_policy(json.loads(text), CATALOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    policy: Policy
    rows: list[Row]
    looked: Looked
    collected: frozenset[str]  # tables with a collector on this system
    followed: Mapping[str, Collection[str]]  # sources by table


def _gather(policy: Policy, collecting: Collecting, own: OwnIdentifiers) -> _Gathered:
    """One round of every state table, and what the sources yield within a moment."""
    wanted = [c for c in collecting.collectors if c.table in policy.tables]
    sources = collecting.sources(asked(policy))
    unheard = {collector.table for collector in wanted}
    rows: list[Row] = []
    looked = Looked()
    lock, heard = threading.Lock(), threading.Event()

    def sink(collected: Collected) -> None:
        with lock:
            kept = [row for row in rows if row.table == collected.table]
            for row in collected.rows:
                own.learn(row)
            looked.at(collected)
            rows.extend(collected.rows[: ROWS_A_TABLE_MAX - len(kept)])
            if collected.complete:
                unheard.discard(collected.table)
            if not unheard:
                heard.set()

    supervisor = Supervisor(
        wanted,
        sources,
        collecting.files,
        collecting.commands,
        collecting.clock,
        sink,
        {},
        privileged=collecting.privileged,
    )
    supervisor.start()
    heard.wait(GATHER_S)
    time.sleep(EVENTS_S)
    supervisor.stop()
    with lock:
        return _Gathered(
            policy=policy,
            rows=list(rows),
            looked=looked,
            collected=frozenset(collector.table for collector in collecting.collectors),
            followed={
                table: [source.name for source in sources if source.table == table]
                for table in policy.tables
            },
        )


def _documents(plan: Plan, gathered: _Gathered) -> Iterator[dict[str, object]]:
    """Table by table: what there is to say of it, then each row."""
    for table in CATALOG:
        rows = [_explained(plan, row) for row in gathered.rows if row.table == table.name]
        why = None
        if not rows:
            why = why_none(
                table,
                policy=gathered.policy,
                collected=gathered.collected,
                followed=gathered.followed,
                looked=gathered.looked,
            )
        absent = dict(gathered.looked.absent_fields(table.name))
        yield {"table": table.name, "rows": len(rows), "why": why, "absent": absent}
        yield from rows


def _explained(plan: Plan, row: Row) -> dict[str, object]:
    fields = [
        {
            "field": verdict.field.rpartition(".")[2],
            "before": plain(verdict.before),
            "after": plain(verdict.after),
            "outcome": str(verdict.outcome),
            "action": verdict.action,
            "rule": verdict.rule,
        }
        for verdict in plan.explain(row)
    ]
    return {"table": row.table, "event": row.event, "ts": rfc3339(row.ts_us), "fields": fields}


def _lines(document: Mapping[str, object]) -> Iterator[str]:
    fields = document.get("fields")
    if fields is None:
        why, absent = document["why"], document["absent"]
        yield f"\n{document['table']}" + (f": no rows: {why}" if why else "")
        for field, reason in absent.items() if isinstance(absent, dict) else ():
            if not why or field != OTHER_ROWS:  # which `why` has said
                yield f"  {field}: absent: {reason}"
        return
    yield f"  {document['event']}  {document['ts']}"
    for field in fields if isinstance(fields, list) else ():
        before = _short(field["before"])
        after = "-" if field["after"] is None else _short(field["after"])
        arrow = "=" if field["outcome"] == "kept" else "→"
        what = f"{field['outcome']} by {field['rule']}"
        yield f"    {field['field']:<20} {before}  {arrow}  {after}   [{what}]"


_SHORT = 60


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
