"""Every state table on every machine of tests/fixtures/windows, whole rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_agent.collect import platform, schedule, windows
from reticent_agent.collect.model import StateCollector
from reticent_agent.collect.windows import cim
from reticent_agent.collect.windows.cim import CimError
from reticent_contract import limits
from reticent_contract.catalog import CATALOG, TABLES, Kind
from support.gate import behind_an_honest_plan, own_of, policy_of
from support.windows import POWERSHELL, Machine

from .conftest import MACHINES

COLLECTORS = platform.collectors("win32")
# What no source on Windows tells; the catalog says why.
NOWHERE = {("user_account", name) for name in ("work_phone", "home_phone", "shell", "company")}
BY_TABLE = {collector.table: collector for collector in COLLECTORS}


def rows_of(machine: Machine, table: str) -> list[dict[str, object]]:
    rows = BY_TABLE[table].collect(machine.context)
    found: list[dict[str, object]] = json.loads(json.dumps([dict(row.values) for row in rows]))
    return found


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.table)
@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_gives_exactly_its_rows(
    machine: Callable[[str], Machine], name: str, collector: StateCollector
) -> None:
    built = machine(name)
    assert rows_of(built, collector.table) == built.expected[collector.table]


@pytest.mark.parametrize("name", MACHINES)
def test_rows_are_what_the_catalog_says(machine: Callable[[str], Machine], name: str) -> None:
    for collector in COLLECTORS:
        table = CATALOG.tables[collector.table]
        rows = list(collector.collect(machine(name).context))
        assert len({row.ts_us for row in rows}) <= 1
        keys = [tuple(row.values.get(name) for name in table.key) for row in rows]
        assert len(set(keys)) == len(keys) or not table.key
        for row in rows:
            assert (row.table, row.event) == (table.name, "snapshot")
            assert set(row.values) <= set(table.by_name)


def test_every_state_table_of_a_laptop_has_one_collector() -> None:
    from_laptops = [t.name for t in TABLES if t.kind is Kind.STATE and not t.from_server]
    assert [c.table for c in COLLECTORS] == [n for n in from_laptops if n in BY_TABLE]
    assert set(from_laptops) - set(BY_TABLE) <= {"device_record"}


def test_every_field_comes_from_some_machine(machine: Callable[[str], Machine]) -> None:
    seen = {
        (table, field)
        for name in MACHINES
        for table, rows in machine(name).expected.items()
        for row in rows
        for field in row
    }
    declared = {(c.table, f.name) for c in COLLECTORS for f in CATALOG.tables[c.table].fields}
    assert declared - seen == NOWHERE


def test_nothing_of_a_made_up_machine_is_stopped_by_the_gate(
    machine: Callable[[str], Machine],
) -> None:
    for name in MACHINES:
        rows = [row for c in COLLECTORS for row in c.collect(machine(name).context)]
        gated = behind_an_honest_plan(rows, policy_of(), own_of(rows))
        assert [f"{s.table}.{s.field} by {s.detector}" for one in gated for s in one.stops] == []


def test_a_round_starts_one_powershell_a_set_of_questions(
    machine: Callable[[str], Machine],
) -> None:
    built = machine("thinkpad")
    for collector in COLLECTORS:
        list(collector.collect(built.context))
    shells = [command for command in built.programs.started if command[0] == POWERSHELL]
    # hardware, disks, network (and modem), accounts, devices, monitors and printers, posture
    assert len(shells) == len(set(shells)) == 7


def test_what_a_notice_tells_of_is_not_answered_from_before(
    machine: Callable[[str], Machine],
) -> None:
    built = machine("thinkpad")
    before = rows_of(built, "usb")
    built.programs.cim["Win32_PnPEntity"] = b"[]"
    assert rows_of(built, "usb") == before
    built.clock.seconds += cim.FRESH_S
    assert cim.FRESH_S <= schedule.DEBOUNCE_S
    assert rows_of(built, "usb") == []


def test_a_laptop_without_a_modem_does_not_start_netsh(empty: Machine) -> None:
    assert rows_of(empty, "modem") == []
    assert all(command[0] == POWERSHELL for command in empty.programs.started)


def test_a_laptop_that_answers_nothing_says_what_is_absent(empty: Machine) -> None:
    states = {row["check"]: row["state"] for row in rows_of(empty, "posture")}
    assert states == dict.fromkeys(("disk_encryption", "firewall", "secure_boot", "tpm"), "absent")
    assert all(
        rows_of(empty, table) == [] for table in BY_TABLE if table not in ("posture", "modem")
    )


def test_a_broken_source_fails_its_table(machine: Callable[[str], Machine]) -> None:
    built = machine("thinkpad")
    built.programs.cim["Win32_PnPEntity"] = b'{"failed":"Failed","code":-2147217407}'
    with pytest.raises(CimError):
        rows_of(built, "usb")


def test_a_registry_that_may_not_be_read_fails_its_table(
    machine: Callable[[str], Machine],
) -> None:
    built = machine("thinkpad")
    built.laptop.registry.denied.add(
        r"hkey_local_machine\software\microsoft\windows\currentversion\uninstall"
    )
    with pytest.raises(PermissionError):
        rows_of(built, "software")


def test_a_serial_that_windows_made_up_is_neither_serial_nor_port(
    machine: Callable[[str], Machine],
) -> None:
    rows = rows_of(machine("optiplex"), "usb")
    assert [row["port"] for row in rows] == ["413c:2113"]
    assert "serial" not in rows[0]


def test_collectors_end_within_the_time_all_collectors_have() -> None:
    assert all(0 < c.seconds_max <= limits.COLLECT_SECONDS_MAX for c in COLLECTORS)


def test_nobody_asks_for_the_class_that_repairs_packages() -> None:
    (folder,) = windows.__path__
    asked = [
        p.name for p in Path(folder).glob("*.py") if 'cim_class="Win32_Product"' in p.read_text()
    ]
    assert asked == []
