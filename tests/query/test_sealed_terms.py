"""No search tells a part of a ciphertext, in the engine as in the fake."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reticent_server.query import QueryError, parse_query
from reticent_server.query.expr import Comparison, Contains, Expr, FieldGlob, FieldText, Not, Or
from reticent_server.query.matching import matches
from reticent_server.query.reach import ALL
from reticent_server.query.scoped import ScopedEvents
from reticent_server.query.sealed_terms import compared_whole
from reticent_server.store.events import open_chdb
from reticent_server.store.events.memory import MemoryEventStore
from reticent_server.store.events.model import Event
from support.event_groups import NOON_US, batch, group, table

HEAD = "sealed:session.user_name:0123456789abcdef:"
ONE, OTHER = HEAD + "q" * 60, HEAD + "Qz_-" * 20
PLAIN = ("bob", "zoe", "", "a sealed:x", "sealed: no, open", "p:q.r-s_t", "10.1.2.0/24")
TEXT = st.one_of(
    st.text(string.ascii_letters + string.digits + "-_:./ <", max_size=3),
    st.integers(0, len(ONE)).map(lambda n: ONE[:n]),
    st.integers(0, len(ONE)).map(lambda n: ONE[n:]),
)
ORDERS = [one for one in Comparison if one is not Comparison.EQUAL]
FIELD = st.sampled_from(["user_name", "message", "delivered_from_address"])
TERM = st.one_of(
    st.builds(FieldText, FIELD, st.sampled_from(ORDERS), TEXT),
    st.builds(FieldGlob, FIELD, st.lists(TEXT, min_size=2, max_size=4).map(tuple)),
    st.builds(Contains, TEXT.filter(bool)),
)
QUERY = st.recursive(
    TERM, lambda t: st.builds(Not, t) | st.lists(t, min_size=2, max_size=3).map(tuple).map(Or)
)


def row(text: str) -> Event:
    return Event(
        received_at_us=0,
        ts_us=0,
        device_id=bytes(16),
        stream_id=bytes(16),
        seq=1,
        row=0,
        table="session",
        event="logon",
        fields={"user_name": text, "message": text},
        delivered_from={"delivered_from_address": text},
    )


@given(QUERY)
@example(FieldGlob("user_name", ("", "qq", "")))
@example(FieldGlob("user_name", (HEAD + "q", "")))
@example(FieldText("user_name", Comparison.GREATER, HEAD + "a"))
@example(Contains("qqq"))
def test_two_ciphertexts_under_one_key_answer_alike_and_plain_values_as_before(expr: Expr) -> None:
    asked = compared_whole(expr)
    assert matches(asked, row(ONE)) == matches(asked, row(OTHER))
    for text in PLAIN:
        assert matches(asked, row(text)) == matches(expr, row(text)), text


def test_the_engine_and_the_fake_find_the_same_of_sealed_values(tmp_path: Path) -> None:
    names = [ONE, OTHER, "bob", "zoe"]
    rows = [{"user_name": name} for name in names]
    lines = [{"message": text} for text in (ONE, "qq of bob", "<pn:user:1:qq>")]
    filled = group(batch(1, [table("session", "logon", rows), table("log_line", "line", lines)]))
    chdb = open_chdb(tmp_path / "events", key=bytes(32), clock=lambda: NOON_US)
    fake = MemoryEventStore()
    for store in (chdb, fake):
        store.append(filled)
        seen = ScopedEvents(store, ALL)
        for query, rows_found in (
            ("user_name:>b", 2),
            ("user_name:<zz", 2),
            ("user_name:*q*", 0),
            ("user_name:*o*", 2),
            ("user_name:sealed:*", 2),
            (f"user_name:{HEAD}*", 2),
            (f'user_name:"{ONE}"', 1),
            ("-user_name:>b table:session", 2),
            ("qq", 2),
            ("<pn:user:1:qq>", 1),
        ):
            page = seen.search(parse_query(query, now_us=NOON_US), limit=100)
            assert len(page.rows) == rows_found, query
            assert seen.count(parse_query(query, now_us=NOON_US)) == rows_found
    chdb.close()


@pytest.mark.parametrize(
    "query",
    [f"user_name:>{HEAD}q", f"user_name:{HEAD}q*", "user_name:<=sealed:", "name:sealed:*q*"],
)
def test_a_query_that_names_a_part_of_a_ciphertext_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="a sealed value is found whole"):
        parse_query(query, now_us=NOON_US)
