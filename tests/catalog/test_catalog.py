"""The catalog: complete, consistent, and readable by those it is about."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import pytest
from reticent_contract import limits
from reticent_contract.catalog import (
    CATALOG,
    STATE_EVENTS,
    TABLES,
    Field,
    FieldClass,
    Form,
    Item,
    Kind,
    Source,
    Table,
    Type,
)

FIELDS = [(table, field) for table in TABLES for field in table.fields]
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
OCSF_PATH = re.compile(r"[a-z_]+(\[\])?(\.[a-z_]+(\[\])?)*")
each_field = pytest.mark.parametrize(
    ("table", "field"), FIELDS, ids=[f"{table.name}.{field.name}" for table, field in FIELDS]
)


def test_the_tables_and_fields_are_known_and_only_grow() -> None:
    assert CATALOG.version == 3
    assert {table.name: tuple(table.by_name) for table in CATALOG} == {
        "os": (
            "name", "version", "build", "kernel", "architecture", "time_zone", "locale",
            "machine_id",
        ),
        "host": (
            "host_name", "domain_name", "vendor", "model", "model_version", "system_serial",
            "hardware_uuid", "chassis_serial", "chassis_type", "asset_tag", "memory_bytes",
        ),
        "cpu": (
            "vendor", "model", "signature", "logical_count", "physical_count", "frequency_max_hz",
        ),
        "board": (
            "vendor", "model", "version", "serial", "bios_vendor", "bios_version", "bios_date",
        ),
        "disk": ("name", "model", "serial", "wwid", "size_bytes", "removable", "rotational"),
        "network_interface": ("name", "mac_address", "physical", "state", "ip_addresses", "mtu"),
        "modem": ("name", "vendor", "model", "firmware_version", "imei", "phone_numbers"),
        "user_account": (
            "user_name", "user_id", "full_name", "work_phone", "home_phone", "home_directory",
            "shell", "domain", "directory", "security_id", "email", "company",
        ),
        "device_record": (
            "user_name", "full_name", "company", "email", "phone", "purchase_date", "entered_by",
        ),
        "usb": ("port", "vendor_id", "product_id", "vendor", "product", "serial"),
        "peripheral": (
            "type", "port", "vendor", "model", "label", "serial", "mac_address", "made_year",
        ),
        "software": ("source", "name", "version", "architecture", "vendor", "installed_at"),
        "posture": ("check", "subject", "user_name", "state", "detail"),
        "session": (
            "user_name", "user_id", "session_id", "terminal", "session_type", "service", "remote",
            "remote_address", "remote_host",
        ),
        "power_event": ("reason", "duration_ms", "shift_ms", "time_zone"),
        "usb_event": ("port", "vendor_id", "product_id", "vendor", "product", "serial"),
        "network_event": ("name", "ip_address"),
        "software_event": ("source", "name", "version", "version_before", "architecture"),
        "connection": (
            "wan_address", "country", "region", "city", "latitude", "longitude", "network_number",
            "network_owner",
        ),
        "app_usage": ("user_name", "app", "path", "pid", "duration_ms"),
        "site_visit": (
            "user_name", "browser", "profile", "site", "site_host", "url", "transition",
            "duration_ms",
        ),
        "log_line": ("source", "unit", "program", "severity", "pid", "message"),
        "agent_health": ("component", "reason", "detail", "count", "duration_ms"),
    }  # fmt: skip


def test_every_table_is_found_by_its_name() -> None:
    assert tuple(CATALOG) == TABLES
    assert all(CATALOG.get(table.name) is table for table in TABLES)
    assert CATALOG.get("imei") is None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_complete(table: Table) -> None:
    assert NAME.fullmatch(table.name)
    assert table.sentence.endswith(".")
    assert 0 <= table.priority <= 99
    assert len(table.fields) <= limits.COLUMNS_PER_TABLE_MAX
    if table.kind is Kind.STATE:
        assert table.events == STATE_EVENTS
    else:
        assert table.key == ()
        assert table.events
        assert all(NAME.fullmatch(event) for event in table.events)
        assert not set(table.events) & set(STATE_EVENTS)


@each_field
def test_a_field_is_complete(table: Table, field: Field) -> None:
    assert NAME.fullmatch(field.name)
    assert field.sentence[0].isupper()
    assert field.sentence.endswith(".")
    for told in (field.source.linux, field.source.windows, field.source.macos):
        assert len(told) > 4
    assert field.ocsf is None or OCSF_PATH.fullmatch(field.ocsf)
    assert 0 < field.bytes_max <= limits.LOG_LINE_BYTES_MAX


@each_field
def test_a_sentence_needs_no_training(table: Table, field: Field) -> None:
    jargon = re.compile(r"\b(DMI|SMBIOS|UUID|MAC|GECOS|MTU|UID|PID|CPUID|sysfs|OCSF|WWID)\b", re.I)
    assert not jargon.search(field.sentence)
    assert len(field.sentence) <= 130


@each_field
def test_what_names_one_person_or_machine_is_not_technical(table: Table, field: Field) -> None:
    naming = ("serial", "uuid", "wwid", "mac_address", "machine_id", "phone", "full_name", "tag")
    if field.name.endswith(naming) or field.name == "user_name":
        assert field.field_class is FieldClass.DIRECT_ID
    if field.form in (Form.IP, Form.HOST):
        assert field.field_class is FieldClass.QUASI_ID
    if field.form is not Form.TEXT:
        assert field.field_class is not FieldClass.TECHNICAL
        assert field.type in (Type.TEXT, Type.TEXTS)


def test_one_name_has_one_type_and_class_in_every_table_that_shares_its_meaning() -> None:
    """`name` and `serial` differ in kind of thing; types must still agree everywhere."""
    types: dict[str, Type] = {}
    for _, field in FIELDS:
        assert types.setdefault(field.name, field.type) is field.type


def test_free_text_of_programs_is_content_and_bounded_by_the_longest_line() -> None:
    message = CATALOG.tables["log_line"].by_name["message"]
    assert message.field_class is FieldClass.CONTENT
    assert message.bytes_max == limits.LOG_LINE_BYTES_MAX


def test_health_is_technical_throughout() -> None:
    fields = CATALOG.tables["agent_health"].fields
    assert {field.field_class for field in fields} == {FieldClass.TECHNICAL}


def test_what_health_tells_only_grows() -> None:
    assert CATALOG.tables["agent_health"].events == (
        *("started", "stopped", "collector_failed", "collector_timeout", "rows_dropped"),
        *("spool_damaged", "policy_refused", "batch_refused", "clock_changed"),
        "collector_unavailable",
    )


def test_the_agent_s_own_word_outlives_everything_else_in_a_full_spool() -> None:
    order = sorted(TABLES, key=lambda table: table.priority)
    assert order[0].name == "log_line"
    assert [table.name for table in order[-2:]] == ["session", "agent_health"]


def test_a_row_of_the_longest_values_fits_the_bound_of_a_row() -> None:
    for table in TABLES:
        most = sum(
            field.bytes_max for field in table.fields if field.type in (Type.TEXT, Type.TEXTS)
        )
        assert most <= limits.ROW_BYTES_MAX


FIELD = Field(
    name="a",
    type=Type.TEXT,
    sentence="A.",
    field_class=FieldClass.TECHNICAL,
    item=Item.OS,
    source=Source(linux="a", windows="b", macos="c"),
)


def test_a_field_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Table(name="t", kind=Kind.STATE, sentence="T.", fields=(FIELD, FIELD))


def test_a_key_of_unknown_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        Table(name="t", kind=Kind.STATE, sentence="T.", fields=(FIELD,), key=("b",))


def test_the_catalog_cannot_be_changed_by_accident() -> None:
    with pytest.raises(FrozenInstanceError):
        FIELD.name = "b"  # type: ignore[misc]
