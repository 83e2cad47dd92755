"""What the loader refuses the schema refuses, where JSON Schema can say it; else both are named."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field
from reticent_contract.policy.schema_fitting import Fitting, technical_of
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.phones import regions
from support.policy_schema import SCHEMA, Document, accepts, parses, small, with_rule

PLACES = [(table.name, field) for table in CATALOG for field in table.fields]
# Every way to write an action that its parameters allow, but for how large a number is.
RULES: tuple[object, ...] = (
    *ACTIONS,
    *({name: None} for name in ACTIONS),
    {"replace": {"with": "x"}},
    {"replace": {"with": "a text of 40 characters, which is too long"}},
    {"replace": {"with": "pn:x"}},
    {"mask": {"keep_last": 3}},
    {"truncate": {"characters": 3}},
    *(
        {"generalise": {"to": level}}
        for level in ("major_version", "directory", "domain", "site", "grid", "hour", "day")
    ),
    {"generalise": {"to": "grid", "degrees": 1}},
    {"generalise": {"to": "day", "degrees": 1}},
    {"generalise": {"to": "directory", "degrees": 1}},
    *({"bucket": {"to": span}} for span in ("minute", "week")),
    {"bucket": {"width": 4}},
    {"bucket": {"bounds": [1, 2]}},
    {"bucket": {"bounds": [1, 1]}},
    {"date_shift": {"days": 1}},
    *({"date_shift": {"by": name}} for name in ("user_name", "email", "name", "nobody")),
    {"ip_prefix": {"v4": 16}},
    {"pseudonymise": {"scope": "device"}},
    {"scan": {"ipv4": "ip_prefix"}},
    {"drop": None, "rule": "a"},
)


KEY: Document = {"seal": {"key": "x25519:" + "A" * 43}}


# --- an action that does not fit its field ---


def kind_of(field: Field) -> tuple[object, ...]:
    return (field.type, field.form, field.shape, field.field_class, field.bytes_max)


@pytest.mark.parametrize("part", range(6))
def test_a_rule_fits_a_field_for_both_or_for_neither(part: int) -> None:
    assert parses(with_rule("os", "name", "seal") | KEY)
    fitted = {True: 0, False: 0}
    for table, field in PLACES[part::6]:
        for rule in RULES:
            said = with_rule(table, field.name, rule) | KEY
            is_one = parses(said)
            assert accepts(said) is is_one, (table, field.name, rule)
            fitted[is_one] += 1
    assert min(fitted.values()) > 300


def test_a_rule_for_all_technical_fields_fits_all_of_them_for_both() -> None:
    for table in CATALOG:
        if not technical_of(table):
            continue
        for rule in RULES:
            said = with_rule(table.name, "*", rule) | KEY
            assert accepts(said) is parses(said), (table.name, rule)


def test_a_rule_that_extends_another_fits_as_well() -> None:
    for rule, is_one in (("drop", True), ("mask", False), ({"mask": {"keep_last": 3}}, False)):
        fields = {"network_interface": {"fields": {"mtu": rule}}}
        assert accepts({"extends": "default", "tables": fields}) is is_one
    nothing = {"message": {"scan": {"ipv4": None}}, "program": None}
    assert accepts({"extends": "default", "tables": {"log_line": {"fields": nothing}}})


def test_each_kind_of_field_is_said_once() -> None:
    kinds = {kind_of(field)[:-1] for _, field in PLACES}
    assert 10 < len(Fitting(CATALOG).definitions) < len(kinds)
    assert len(json.dumps(SCHEMA)) < 500_000


# --- times ---


def test_a_day_exists_for_both_or_for_neither() -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(366 * 3)]
    there = {day.isoformat() for day in days}
    for year in (2026, 2027, 2028):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}"
                said = small() | {"not_before": text}
                assert accepts(said) is parses(said) is (text in there), text


@pytest.mark.parametrize("year", [0, 1, 4, 99, 100, 400, 1900, 2000, 2023, 2024, 2100, 2400, 9999])
def test_a_leap_day_exists_for_both_or_for_neither(year: int) -> None:
    is_leap = year > 0 and ((year % 4 == 0 and year % 100 != 0) or year % 400 == 0)
    said = small() | {"not_before": f"{year:04}-02-29"}
    assert accepts(said) is parses(said) is is_leap


@pytest.mark.parametrize(
    ("clock", "is_one"),
    [
        ("00:00:00Z", True),
        ("23:59:59Z", True),
        ("24:00:00Z", False),
        ("12:60:00Z", False),
        ("12:00:60Z", False),
        ("12:00:00", False),
        ("12:00Z", False),
    ],
)
def test_a_time_of_day_exists_for_both_or_for_neither(clock: str, is_one: bool) -> None:
    said = small() | {"expires": f"2027-01-01T{clock}"}
    assert accepts(said) is parses(said) is is_one


# --- exceptions, files, regions ---

ALLOWED = (
    ("10.20.0.0/16", True),
    ("10.0.0.0/8", True),
    ("10.0.0.0/08", True),
    ("10.0.0.0/255.0.0.0", True),
    ("10.0.0.1/32", True),
    ("10.0.0.0/33", False),
    ("10.0.0.0/7", False),
    ("10.0.0.0/", False),
    ("10.0.0.0/16x", False),
    ("2001:db8::/32", True),
    ("2001:db8::/129", False),
    ("2000::/15", False),
    ("::/0", False),
    ("300.0.0.0/33", True),  # no address, so a value as it stands
    ("10.0.0/33", True),
    ("and/or", True),
    ("a*b", False),
    ("@example.org", False),
    (" @example.org", False),
    ("ab", False),
    (" a ", False),
    ("abc", True),
    ("a b", True),
    ("ßß", True),
    ("user@example.org", True),
)


@pytest.mark.parametrize(("entry", "is_one"), ALLOWED, ids=range(len(ALLOWED)))
def test_an_exception_is_one_for_both_or_for_neither(entry: str, is_one: bool) -> None:
    said = small() | {"allow": [entry]}
    assert accepts(said) is parses(said) is is_one


def test_bits_of_a_host_in_a_network_the_schema_cannot_see() -> None:
    said = small() | {"allow": ["10.0.0.1/8"]}
    assert accepts(said)
    assert not parses(said)


FILES = (
    ("/var/log/app.log", True),
    ("C:\\logs\\app.log", True),
    ("c:/logs/app.log", True),
    ("/var/log/a..b.log", True),
    ("/var/log/...", True),
    ("/home/user/.ssh", True),
    ("/etc/ssh", True),
    ("app.log", False),
    ("C:", False),
    ("C:app.log", False),
    ("~/app.log", False),
    ("\\\\server\\share\\a.log", False),
    ("/var/../etc/passwd", False),
    ("/var/log/..", False),
    ("C:\\..\\a", False),
    ("/var/log/*.log", False),
    ("/var/log/a\0b", False),
    ("/etc/shadow", False),
    ("/etc/ssh/key", False),
    ("/proc/1/environ", False),
    ("/home/user/.ssh/id", False),
)


def with_files(*files: str) -> Document:
    options = {"files": list(files)}
    fields = {"message": "scan"}
    return small(log_line={"retention_days": 1, "options": options, "fields": fields})


@pytest.mark.parametrize(("path", "is_one"), FILES, ids=range(len(FILES)))
def test_a_file_is_named_for_both_or_for_neither(path: str, is_one: bool) -> None:
    said = with_files(path)
    assert accepts(said) is parses(said) is is_one


PIECES = st.sampled_from(
    [
        *("/", "\\", "..", ".", "a", "C:", "*", "\0", "\n", "\u00e9", " ", ".ssh", "etc", "shadow"),
        *("proc", ":", "10.0.0.0", "2001:db8::", "::", "/8", "/33", "/0", "@", "\u00df", "\t", "0"),
        *("\u2028", "e\u0301", "%", "[", "]", "\ufb01", "255.0.0.0", "\r", "\x85"),
    ]
)


@settings(max_examples=1_500, deadline=None)
@given(pieces=st.lists(PIECES, min_size=1, max_size=6))
@example(pieces=["/", "..", "\n"])
@example(pieces=["10.0.0.0", "/8", "\n"])
@example(pieces=["a", "\n"])
def test_whatever_the_loader_takes_the_schema_takes(pieces: list[str]) -> None:
    text = "".join(pieces)
    for said in (with_files(text), small() | {"allow": [text]}):
        assert accepts(said) or not parses(said)


def test_a_region_is_one_for_both_or_for_neither() -> None:
    first, *_, last = regions()
    for region, is_one in (
        (first, True),
        (last, True),
        ("XX", False),
        ("in", False),
        ("IND", False),
    ):
        said = small() | {"scan": {"phone_region": region}}
        assert accepts(said) is parses(said) is is_one
    assert accepts({"extends": "default", "scan": {"phone_region": None}})


# --- what JSON Schema cannot say ---


def test_the_order_of_bounds_the_schema_cannot_see() -> None:
    said = with_rule("cpu", "logical_count", {"bucket": {"bounds": [2, 1]}}) | KEY
    assert accepts(said)
    assert not parses(said)
