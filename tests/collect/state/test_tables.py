"""Every state table, on every machine of tests/fixtures/linux, whole rows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.model import StateCollector
from reticent_contract import limits
from reticent_contract.catalog import CATALOG, TABLES, Kind, Type

ASKED = {"session": {}, "log_line": {"journal": True, "files": ("/var/log/syslog",)}}

MACHINES = ("laptop", "virtual_machine", "arm_board", "container")
COLLECTORS = platform.collectors("linux")
# Of the fields that tell rows apart: not every package, and not every check, has them.
MAY_BE_ABSENT = {"architecture", "subject", "user_name"}
PYTHON_TYPES = {
    Type.TEXT: str,
    Type.INTEGER: int,
    Type.REAL: float,
    Type.BOOLEAN: bool,
    Type.TIMESTAMP: int,
    Type.TEXTS: tuple,
}


def rows_of(machine, collector: StateCollector) -> list:
    return list(collector.collect(machine.context))


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.table)
@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_gives_exactly_its_rows(
    machine: Callable, name: str, collector: StateCollector
) -> None:
    built = machine(name)
    got = json.loads(json.dumps([dict(row.values) for row in rows_of(built, collector)]))
    assert got == built.expected[collector.table]


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.table)
@pytest.mark.parametrize("name", MACHINES)
def test_rows_are_what_the_catalog_says(
    machine: Callable, name: str, collector: StateCollector
) -> None:
    table = CATALOG.tables[collector.table]
    rows = rows_of(machine(name), collector)
    assert len({row.ts_us for row in rows}) <= 1
    for row in rows:
        assert (row.table, row.event) == (table.name, "snapshot")
        assert set(table.key) - MAY_BE_ABSENT <= set(row.values)
        for field, value in row.values.items():
            declared = table.by_name[field]
            assert type(value) is PYTHON_TYPES[declared.type], field
            texts = value if isinstance(value, tuple) else (value,)
            assert len(texts) <= limits.VALUE_LIST_MAX
            for text in texts:
                if isinstance(text, str):
                    assert 0 < len(text.encode()) <= declared.bytes_max, field


def test_every_state_table_has_one_collector_on_linux() -> None:
    state = [t.name for t in TABLES if t.kind is Kind.STATE and not t.from_server]
    assert [collector.table for collector in COLLECTORS] == state


def test_every_field_of_a_state_table_comes_from_some_machine() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "linux"
    seen: set[tuple[str, str]] = set()
    for name in MACHINES:
        for table, rows in json.loads((fixtures / f"{name}.json").read_text()).items():
            seen |= {(table, field) for row in rows for field in row}
    declared = {
        (table.name, field.name)
        for table in TABLES
        if table.kind is Kind.STATE and not table.from_server
        for field in table.fields
        if not field.source.linux.startswith("none")
    }
    assert declared - seen == set()


def test_collectors_end_within_the_time_all_collectors_have() -> None:
    assert all(0 < collector.seconds_max <= limits.COLLECT_SECONDS_MAX for collector in COLLECTORS)


def test_tables_that_can_change_while_the_laptop_runs_are_watched() -> None:
    assert {c.table for c in COLLECTORS if not c.watches} == {"cpu", "board"}


@pytest.mark.parametrize("system", ["plan9", "sunos5"])
def test_a_system_without_collectors_has_none_and_says_why(system: str) -> None:
    assert platform.collectors(system) == ()
    assert platform.sources(ASKED, platform=system) == ()
    reason = platform.why_none(system)
    assert reason is not None
    assert system in reason


def test_linux_has_sources_of_events() -> None:
    found = platform.sources(ASKED, platform="linux")
    assert {source.table for source in found} == {"session", "log_line"}
    assert len({source.name for source in found}) == len(found)


def test_the_folders_of_other_systems_are_not_imported() -> None:
    """On its own so that nothing else has imported them."""
    script = (
        "import sys; from reticent_agent.collect import platform; platform.collectors('win32');"
        "print(any('collect.linux' in name for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout == b"False\n"


def test_linux_has_nothing_to_explain() -> None:
    assert platform.why_none("linux") is None
