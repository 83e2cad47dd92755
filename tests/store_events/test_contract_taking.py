"""What a condition finds taken out: whole rows, or some of their values. Both stores."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_server.query.expr import And, Expr, FieldIn, FieldTokens, Or, TableIs
from reticent_server.store.events import EventStore
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines, table

DAY_US = 86_400_000_000
LATE_US = NOON_US + 9 * DAY_US
TOKEN = "pn:email:1:q83vEjRWeJCrze8SNFZ4kA"
OTHERS = "pn:email:1:q83vEjRWeJCrze8SNFZ4kQ"
AWKWARD = "o'b\\r\tia\nn\"{p0:String}"
ADA = Or((FieldIn("user_name", frozenset({"ada", AWKWARD})), FieldIn("email", frozenset({"a@b"}))))


def fill(store: EventStore) -> None:
    """Two devices on two days; rows of one table name somebody, of others a text or a list does."""
    for day in range(2):
        store.append(
            group(
                *(
                    batch(
                        day + 1,
                        [
                            table("session", "logon", [{"user_name": n} for n in names]),
                            lines(1, message=f"mail to <{TOKEN}> sent"),
                            lines(1, message=f"mail to <{OTHERS}>, not {TOKEN}"),
                            table(
                                "device_record",
                                "snapshot",
                                [{"user_name": "ada", "email": "a@b", "company": "ours"}],
                            ),
                            table("modem", "snapshot", [{"phone_numbers": ["+491", "+492"]}]),
                        ],
                        device=device,
                    )
                    for device, names in (
                        (DEVICE, ("ada", "bo", AWKWARD)),
                        (OTHER, ("bo", "ada", "")),
                    )
                ),
                received_at_us=NOON_US + day * DAY_US,
            )
        )


def of(name: str, *terms: Expr) -> Expr:
    return And((TableIs(name), Or(terms)))


def test_what_matches_is_counted_by_device_and_table_up_to_a_time(store: EventStore) -> None:
    fill(store)
    tokens = FieldTokens("message", frozenset({TOKEN, "pn:user:1:" + "A" * 22}))
    found = store.count_where(Or((ADA, tokens)), before_us=LATE_US)
    assert dict(found) == {
        (DEVICE, "session"): 4,
        (OTHER, "session"): 2,
        (DEVICE, "log_line"): 2,
        (OTHER, "log_line"): 2,
        (DEVICE, "device_record"): 2,
        (OTHER, "device_record"): 2,
    }
    assert sum(store.count_where(ADA, before_us=NOON_US + DAY_US).values()) == 5
    assert not store.count_where(ADA, before_us=NOON_US)
    assert not store.count_where(FieldIn("user_name", frozenset({"nobody"})), before_us=LATE_US)
    phones = FieldIn("phone_numbers", frozenset({"+492", "x"}))
    assert dict(store.count_where(phones, before_us=LATE_US)) == {
        (DEVICE, "modem"): 2,
        (OTHER, "modem"): 2,
    }


def test_a_pseudonym_is_found_in_any_text_of_a_list_and_in_any_column(store: EventStore) -> None:
    said = {"ip_addresses": ["192.0.2.1", f"of <{TOKEN}>"], "name": f"<{TOKEN}>"}
    quiet = {"ip_addresses": [f"of <{OTHERS}>", TOKEN], "name": TOKEN}
    store.append(group(batch(1, [table("network_interface", "snapshot", [said, quiet])])))
    for field in ("ip_addresses", "name"):
        tokens = of("network_interface", FieldTokens(field, frozenset({TOKEN})))
        assert sum(store.count_where(tokens, before_us=LATE_US).values()) == 1


def test_an_empty_value_is_found_and_no_value_is_not(store: EventStore) -> None:
    fill(store)
    empty = FieldIn("user_name", frozenset({""}))
    assert dict(store.count_where(empty, before_us=LATE_US)) == {(OTHER, "session"): 2}


def test_rows_that_match_go_and_all_others_and_receipts_stay(store: EventStore) -> None:
    fill(store)
    store.erase_where(of("session", ADA), before_us=NOON_US + DAY_US)
    assert dict(store.count_where(TableIs("session"), before_us=LATE_US)) == {
        (DEVICE, "session"): 4,
        (OTHER, "session"): 5,
    }
    assert store.last_seq(OTHER, STREAM) == 2
    assert sum(store.count_where(TableIs("log_line"), before_us=LATE_US).values()) == 8
    store.erase_where(of("session", ADA), before_us=LATE_US)
    store.erase_where(of("session", ADA), before_us=LATE_US)  # again: nothing
    left = store.search(TableIs("session"), limit=9).rows
    assert {row.fields.get("user_name") for row in left} == {"bo", ""}
    assert dict(store.devices_by_user()) == {"ada": 2, "bo": 2}  # of the records


@pytest.mark.parametrize(
    ("expr", "fields", "left"),
    [
        (
            of("log_line", FieldTokens("message", frozenset({TOKEN}))),
            ["message", "url"],
            {"program": "cron"},
        ),
        (of("device_record", ADA), ["user_name", "email", "full_name"], {"company": "ours"}),
        (of("modem", FieldIn("phone_numbers", frozenset({"+491"}))), ["phone_numbers"], {}),
    ],
)
def test_values_go_and_their_rows_stay(
    store: EventStore, expr: Expr, fields: list[str], left: dict[str, Any]
) -> None:
    fill(store)
    name = expr.parts[0].table  # type: ignore[union-attr]  # as `of` makes it
    before = store.count(TableIs(name))
    store.empty_where(expr, fields, before_us=NOON_US + DAY_US)
    assert sum(store.count_where(expr, before_us=LATE_US).values()) == 2
    store.empty_where(expr, fields, before_us=LATE_US)
    assert not store.count_where(expr, before_us=LATE_US)
    rows = store.search(TableIs(name), limit=99).rows
    assert len(rows) == before
    assert [row.fields for row in rows].count(left) == 4
    assert sum(store.count_where(TableIs("session"), before_us=LATE_US).values()) == 12
