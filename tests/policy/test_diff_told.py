"""The same change of the same field in several tables is one sentence, which says in which."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.policy.diff import Comparison, Told, compare, told

Document = dict[str, Any]
Put = Callable[[Document, str, object], None]


@pytest.fixture
def compared(default_document: Document, put: Put) -> Callable[..., Comparison]:
    def make(*changes: tuple[str, object]) -> Comparison:
        document = copy.deepcopy(default_document)
        for path, value in changes:
            put(document, path, value)
        before, after = (parse_policy(one, CATALOG) for one in (default_document, document))
        return compare(before, after, CATALOG)

    return make


def rule(table: str, field: str, value: object) -> tuple[str, object]:
    return f"tables/{table}/fields/{field}", value


def test_one_sentence_tells_of_all_tables(compared: Callable[..., Comparison]) -> None:
    tables = ("user_account", "device_record")
    (found,) = told(compared(*(rule(table, "email", "keep") for table in tables)))
    assert found == Told(
        direction="more",
        sentence="email was pseudonymised, is now kept: 2 tables (device_record, user_account), "
        "personal, it names somebody or one device",
        places=("device_record.email", "user_account.email"),
        tables=("device_record", "user_account"),
        is_personal=True,
    )


def test_a_field_of_one_table_is_told_with_what_it_holds(
    compared: Callable[..., Comparison],
) -> None:
    comparison = compared(rule("user_account", "email", "keep"))
    (found,) = told(comparison)
    assert found.sentence == comparison.changes[0].sentence
    assert found.sentence.startswith("user_account.email was pseudonymised, is now kept: personal")
    assert found.tables == ("user_account",)


def test_other_changes_of_the_field_and_other_kinds_of_field_are_told_apart(
    compared: Callable[..., Comparison],
) -> None:
    found = told(
        compared(
            rule("user_account", "user_name", "keep"),
            rule("session", "user_name", "keep"),
            rule("posture", "user_name", {"mask": {"keep_last": 2}}),
            rule("device_record", "user_name", "drop"),
            rule("os", "name", "drop"),  # technical, and kept
            rule("network_interface", "name", "drop"),  # names somebody with others, and scanned
        )
    )
    assert [(one.direction, one.tables) for one in found] == [
        ("more", ("session", "user_account")),
        ("more", ("posture",)),
        ("less", ("device_record",)),
        ("less", ("network_interface",)),
        ("less", ("os",)),
    ]


def test_what_a_detector_finds_in_several_tables_is_told_once(
    compared: Callable[..., Comparison],
) -> None:
    changes = [rule(table, "product", {"scan": {"own": "keep"}}) for table in ("usb", "usb_event")]
    (found,) = told(compared(*changes))
    assert found.sentence == (
        "what the detector own finds in product was pseudonymised, is now kept: 2 tables (usb, "
        "usb_event)"
    )
    assert found.places == ("usb.product.own", "usb_event.product.own")


def test_every_place_is_told_in_its_order(compared: Callable[..., Comparison]) -> None:
    comparison = compared(
        ("tables/log_line/options/files", ["/srv/a.log", "/srv/b.log"]),
        ("allow", ["203.0.113.7", "203.0.113.8"]),
        ("tables/session/retention_days", 365),
        ("purpose", "another"),
        *(rule(table, "serial", "keep") for table in ("board", "disk", "usb", "peripheral")),
    )
    found = told(comparison)
    places = [place for one in found for place in one.places]
    assert places == [change.place for change in comparison.changes]
    assert len(found) == len(comparison.changes) - 3
    assert len({one.sentence for one in found}) == len(found)
