"""Every state table, on every Mac of tests/fixtures/macos, whole rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.asking import UnknownFormError
from reticent_agent.collect.model import StateCollector
from reticent_contract import limits
from reticent_contract.catalog import CATALOG, TABLES, Kind, Type

MACS = ("apple_silicon", "intel")
COLLECTORS = platform.collectors("darwin")
PYTHON_TYPES = {
    Type.TEXT: str,
    Type.INTEGER: int,
    Type.REAL: float,
    Type.BOOLEAN: bool,
    Type.TIMESTAMP: int,
    Type.TEXTS: tuple,
}
of_each_table = pytest.mark.parametrize("collector", COLLECTORS, ids=lambda c: c.table)
of_each_mac = pytest.mark.parametrize("name", MACS)


@of_each_table
@of_each_mac
def test_a_mac_gives_exactly_its_rows(mac: Callable, name: str, collector: StateCollector) -> None:
    built = mac(name)
    rows = [dict(row.values) for row in collector.collect(built.context)]
    assert json.loads(json.dumps(rows)) == built.expected[collector.table]


@of_each_table
@of_each_mac
def test_rows_are_what_the_catalog_says(
    mac: Callable, name: str, collector: StateCollector
) -> None:
    table = CATALOG.tables[collector.table]
    for row in collector.collect(mac(name).context):
        assert (row.table, row.event) == (table.name, "snapshot")
        for field, value in row.values.items():
            assert type(value) is PYTHON_TYPES[table.by_name[field].type], field


@of_each_table
def test_an_empty_system_has_no_rows_or_says_unknown(
    mac: Callable, collector: StateCollector
) -> None:
    rows = list(collector.collect(mac("").context))
    if collector.table == "posture":
        assert {row.values["state"] for row in rows} == {"unknown", "absent"}
    else:
        assert rows == []


def test_every_state_table_of_a_laptop_has_one_collector() -> None:
    state = [t.name for t in TABLES if t.kind is Kind.STATE and not t.from_server]
    assert [collector.table for collector in COLLECTORS] == state
    assert all(0 < c.seconds_max <= limits.COLLECT_SECONDS_MAX for c in COLLECTORS)


def test_a_field_that_comes_from_no_mac_says_why() -> None:
    """Every field of a state table is in some Mac's rows, or its source is `none`."""
    fixtures = Path(__file__).parents[2] / "fixtures" / "macos"
    seen = {
        (table, field)
        for name in MACS
        for table, rows in json.loads((fixtures / f"{name}.json").read_text()).items()
        for row in rows
        for field in row
    }
    for table in TABLES:
        if table.kind is not Kind.STATE or table.from_server:
            continue
        for field in table.fields:
            has_source = not field.source.macos.startswith("none")
            assert ((table.name, field.name) in seen) == has_source, (table.name, field.name)


def test_a_program_that_fails_makes_no_half_table(mac: Callable) -> None:
    built = mac("intel")
    built.programs.answers.pop("/sbin/ifconfig -a")
    built.programs.answers["/sbin/ifconfig other"] = b""
    (links,) = [c for c in COLLECTORS if c.table == "network_interface"]
    with pytest.raises(CommandError):
        list(links.collect(built.context))


def test_a_report_in_no_known_form_is_told_without_what_it_holds() -> None:
    for told in (b"alice's laptop", b"[1]", b'{"SPHardwareDataType": "alice"}'[:-1]):
        with pytest.raises(UnknownFormError) as caught:
            asking.read_profile(told, ["SPHardwareDataType"])
        assert "alice" not in str(caught.value)
    with pytest.raises(UnknownFormError):
        asking.read_plist(b"<plist><string>alice</plist>", "x")


def test_entities_of_a_property_list_are_not_expanded() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
        b"<plist><string>&b;</string></plist>"
    )
    with pytest.raises(UnknownFormError):
        asking.read_plist(bomb, "x")


def test_filevault_that_is_being_switched_on_is_partial(mac: Callable) -> None:
    built = mac("intel")
    built.programs.answers["/usr/bin/fdesetup status"] = (
        b"FileVault is On.\nEncryption in progress: Percent completed = 31.42\n"
    )
    (posture,) = [c for c in COLLECTORS if c.table == "posture"]
    first = next(iter(posture.collect(built.context)))
    assert first.values["state"] == "partial"
