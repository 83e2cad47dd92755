"""Why a table shows no rows on this laptop, or its rows lack a field.

Enters: the policy, what there is to collect with, and what a look at it gave. Leaves: one sentence
a table, a reason a field. Must hold: every table of the catalog without rows has a sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reticent_contract.catalog.agent_health import COLLECTOR_EVENTS
from reticent_contract.catalog.log_line import LOG_LINE
from reticent_contract.catalog.model import Kind, Table
from reticent_contract.policy import Policy

from reticent_agent.collect.health import TABLE as HEALTH
from reticent_agent.collect.health import Collected
from reticent_agent.collect.model import Absence

OTHER_ROWS = "other rows"
_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}


@dataclass(slots=True)
class Looked:
    """What collectors and sources told while preview looked. Not thread-safe."""

    heard: set[str] = field(default_factory=set)
    absences: dict[str, tuple[Absence, ...]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def at(self, collected: Collected) -> None:
        """Takes note of one round, or of a report about one."""
        if collected.complete:
            self.heard.add(collected.table)
            self.absences[collected.table] = collected.absences
        for row in collected.rows:
            if row.table == HEALTH and row.event in COLLECTOR_EVENTS:
                component = str(row.values.get("component"))
                said = row.values.get("detail") or row.values.get("reason")
                self.failures.setdefault(component, str(said))

    def absent_fields(self, table: str) -> Mapping[str, str]:
        """Reason by field; of the table as a whole under `OTHER_ROWS`."""
        told = self.absences.get(table, ())
        return {absence.field or OTHER_ROWS: absence.reason for absence in told}


def why_none(
    table: Table,
    *,
    policy: Policy,
    collected: Collection[str],
    followed: Mapping[str, Collection[str]],
    looked: Looked,
) -> str:
    """The first reason that holds, in the order in which a row would meet them.

    `collected`: tables with a collector here; `followed`: the names of the sources of event tables.
    """
    if table.from_server:
        return "the server makes its rows, never a laptop"
    rules = policy.tables.get(table.name)
    if rules is None:
        return "not in the policy"
    if rules.consent_required:
        return "needs consent: the agent reads it of people who agreed, this command of nobody"
    if table.name == HEALTH:
        return "the agent has nothing to report of itself"
    if table.kind is Kind.STATE:
        return _why_no_state(table, collected, looked)
    names = followed.get(table.name, ())
    if not names:
        if table.name == LOG_LINE.name:
            return "off: the policy names no log to follow"
        return f"no source on this system{_by_the_catalog(table)}"
    failed = sorted(f"{n}: {looked.failures[n]}" for n in names if n in looked.failures)
    nothing = ["nothing happened while this command looked"] if len(failed) < len(names) else []
    return "; ".join([*nothing, *failed])


def _why_no_state(table: Table, collected: Collection[str], looked: Looked) -> str:
    if table.name not in collected:
        return f"no collector on this system{_by_the_catalog(table)}"
    if table.name not in looked.heard:
        if table.name in looked.failures:
            return f"its collector failed: {looked.failures[table.name]}"
        return "its collector did not end while this command looked"
    reasons = [a.reason for a in looked.absences.get(table.name, ()) if not a.field]
    return ", ".join(reasons) or "there is none here"


def _by_the_catalog(table: Table) -> str:
    """What the catalog says of this system, where it says the same of every field."""
    name = _SYSTEMS.get(sys.platform, "")
    told = {str(getattr(f.source, name, "")) for f in table.fields}
    sentence = told.pop()
    return f" ({sentence})" if not told and sentence.startswith("none") else ""
