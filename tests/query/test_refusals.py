"""What cannot be understood is refused, with the column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_server.query import QueryError, parse_query
from reticent_server.query.compile import condition
from reticent_server.query.grouping import group_field
from reticent_server.query.terms import RESERVED
from reticent_server.store.events.model import OF_EVERY_ROW
from reticent_server.store.events.parameters import Parameters

REFUSED = [
    ("", 1, "empty"),
    ("   ", 1, "empty"),
    ("usr_name:x", 1, "nearest: user_name"),
    ("* usr_name:x", 3, "no field 'usr_name'"),
    ("http://example.org", 1, "put it in quotes"),
    ("kind:sesion.logon", 6, "no such table (known: "),
    ("kind:session.login", 14, "no such event of session (known: logon, "),
    ("table:x", 7, "no such table"),
    ("event:explode", 7, "no such event"),
    ("device:123", 8, "UUID"),
    ("since:yesterday", 7, "no time"),
    ("since:2026-13-45", 7, "no time"),
    ("until:9999999w", 7, "no time"),
    ("severity:high", 10, "number"),
    ("severity:>high", 11, "number"),
    ("severity:99999999999999999999", 10, "number of 64 bits"),
    ("severity:1.5", 10, "number"),
    ("severity:٣", 10, "number"),
    ("remote:maybe", 8, "true or false"),
    ("user_name:", 11, "value is missing"),
    ("user_name:>", 11, "value is missing"),
    ("user_name: x", 11, "value is missing"),
    ('"open', 1, "no closing quote"),
    ('a "b\\n"', 5, "backslash"),
    ('""', 1, "empty phrase"),
    ("(a", 1, "not closed"),
    ("a)", 2, "closes nothing"),
    ("()", 2, "term is missing"),
    ("a OR", 5, "term is missing at the end"),
    ("OR a", 1, "term is missing"),
    ("a -", 4, "term is missing"),
    ("a OR OR b", 6, "term is missing"),
    ("(" * 40 + "a" + ")" * 40, 17, "nested more than 16"),
    ("-" * 40 + "a", 17, "nested more than 16"),
    ("a " * 65, 129, "more than 64 terms"),
    ("a" * 4_097, 4_097, "longer than 4096"),
]


@pytest.mark.parametrize(
    ("text", "column", "problem"), REFUSED, ids=[f"{n}" for n in range(len(REFUSED))]
)
def test_a_refusal_names_the_column_and_the_problem(text: str, column: int, problem: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text, now_us=0)
    assert problem in caught.value.problem
    assert caught.value.column == column
    assert str(caught.value).startswith(f"column {column}: ")
    assert "nothing was searched" in str(caught.value)


def test_the_caret_stands_under_the_place_even_in_a_long_query() -> None:
    text = "password " * 20 + "usr:x"
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    line, caret = caught.value.picture.split("\n")
    assert line[len(caret) - 1 :].startswith("usr:x")


def test_a_refusal_does_not_repeat_values() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query('user_name:alice severity:"alice"')
    assert "alice" not in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        condition(parse_query(text, now_us=0), Parameters())
    except QueryError as error:
        refused = error
    else:
        return
    assert refused.picture.count("\n") == 1


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_a_value_never_becomes_text_of_the_statement(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    marker = "zq8"
    params = Parameters()
    sql = condition(parse_query(f'user_name:"{marker}{quoted}" "{marker}{quoted}"'), params)
    assert marker not in sql
    assert sum(marker in held for held in params.values.values()) == 2
    assert not any(c in held for held in params.values.values() for c in "\t\n\r\0")


@pytest.mark.parametrize("name", [*sorted(set(RESERVED) - set(OF_EVERY_ROW)), "snce"])
def test_what_rows_cannot_be_counted_by_is_never_named_as_near_to_itself(name: str) -> None:
    with pytest.raises(QueryError) as caught:
        group_field(name)
    assert f"nearest: {name}" not in caught.value.problem
    assert not any(f" {near}" in caught.value.problem.partition("nearest:")[2] for near in RESERVED)


@pytest.mark.parametrize("name", OF_EVERY_ROW)
def test_rows_are_counted_by_what_a_query_names_and_every_row_has(name: str) -> None:
    assert name in RESERVED
    assert group_field(name) == name
