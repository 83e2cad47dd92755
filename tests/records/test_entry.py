"""Which values a record takes; nothing of a refused one is in the message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog.device_record import DEVICE_RECORD
from reticent_server.errors import ServerError
from reticent_server.records.csv_file import lines_of
from reticent_server.records.entry import FIELDS, EntryError, checked

TODAY = date(2026, 11, 26)


def check(**given: str) -> dict[str, str]:
    return checked(given, phone_region="IN", today=TODAY)


def test_the_fields_are_those_of_the_catalog_but_for_how_it_came() -> None:
    assert set(FIELDS) == set(DEVICE_RECORD.by_name) - {"entered_by"}


def test_values_are_taken_without_the_blanks_around_them_and_empty_ones_say_nothing() -> None:
    assert check(email=" ada@example.com ", company="", phone="098100 12345") == {
        "email": "ada@example.com",
        "phone": "098100 12345",
    }
    assert check(purchase_date="2026-11-26") == {"purchase_date": "2026-11-26"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "canary-at-example.com"),
        ("email", "canary@"),
        ("phone", "canary"),
        ("phone", "12"),
        ("purchase_date", "31.01.2026-canary"),
        ("purchase_date", "2026-02-30"),
        ("purchase_date", "2026-11-27"),
        ("purchase_date", "1979-12-31"),
        ("purchase_date", "20260131"),
        ("company", "canary" * 100),
        ("company", "canary\x1b[2J"),
        ("full_name", "canary\nsecond line"),
    ],
)
def test_a_value_of_another_shape_is_refused_by_its_fields_name(field: str, value: str) -> None:
    with pytest.raises(EntryError) as refused:
        check(**{field: value})
    assert str(refused.value).startswith(f"{field} is not ")
    assert "canary" not in str(refused.value)


def test_lines_are_numbered_as_an_editor_does_and_columns_may_stand_in_any_order() -> None:
    lines = lines_of(
        '\ufeffCompany;host_name;device_id\r\n"Example; Ltd";laptop-1;\r\n\r\nB;;id\r\n;;\r\n'
    )
    assert [(line.number, dict(line.names), dict(line.values)) for line in lines] == [
        (2, {"host_name": "laptop-1"}, {"company": "Example; Ltd"}),
        (4, {"device_id": "id"}, {"company": "B"}),
    ]
    assert "laptop-1" not in repr(lines)
    assert "Example" not in repr(lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary@example.com,x\n",
        "device_id,device_id,email\n",
        "email,phone\ncanary@example.com,1\n",
        "device_id\nx\n",
        "device_id,entered_by\nx,import\n",
        "device_id,email\nx,canary@example.com,y\n",
        'device_id,email\nx,"canary\n',
        'device_id,email\nx,"a"canary\n',
        "device_id,email\n" + "x,canary@example.com\n" * 2_001,
        pytest.param("device_id,email\n" + "x" * (4 << 20), id="long"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused_without_its_values(text: str) -> None:
    with pytest.raises(ServerError) as refused:
        lines_of(text)
    assert "nothing was imported" in str(refused.value)
    assert "canary" not in str(refused.value)


@given(st.text(max_size=300), st.sampled_from(["", "device_id,email\n"]))
def test_any_text_is_read_or_refused(text: str, head: str) -> None:
    try:
        lines_of(head + text)
    except ServerError:
        return
