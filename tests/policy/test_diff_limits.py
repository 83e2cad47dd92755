"""Where nothing stands in the place of a limit, that is the looser side."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.policy.diff import compare

Document = dict[str, Any]
Put = Callable[[Document, str, object], None]

# Of each word of a policy's head, and of a table, that may be missing or null: where it means that
# there is no limit, to lose the limit is more.
LIMITS: tuple[tuple[str, object, str], ...] = (
    ("not_before", "2027-03-01", "more"),
    ("not_before", "2027-03-01T12:00:00Z", "more"),
    ("expires", "2030-01-01", "more"),
    ("group", "lab", "more"),
    ("notice", "What leaves.", "more"),
    ("tables/usb/consent", "required", "more"),
    ("tables/usb/retention_days", 30, "more"),
    ("tables/usb/priority", 5, "same"),  # in which order rows are sent
    ("tables/site_visit/options/browsers", ["firefox"], "more"),
    ("tables/site_visit/options/detail", "site", "same"),  # the least, which is the default
    ("detectors", {"badge": {"pattern": "E[0-9]{6}"}}, "more"),
    ("scan", {"phone_region": "IN"}, "more"),
    ("allow", ["203.0.113.7"], "less"),
    ("pseudonyms/link_groups", {"names": ["user_account.full_name", "usb.product"]}, "less"),
    ("tests", [], "same"),
)


@pytest.mark.parametrize(("path", "limit", "verdict"), LIMITS)
def test_a_limit_that_is_gone_is_more(
    default_document: Document, put: Put, path: str, limit: object, verdict: str
) -> None:
    before = copy.deepcopy(default_document) | {"scan": {}, "tests": []}
    before["pseudonyms"] = {"epoch": 1}
    before.pop("notice")
    table = {"retention": "while_enrolled", "options": {}, "fields": {"site": "keep"}}
    before["tables"]["site_visit"] = table
    before["tables"]["usb"].pop("retention_days", None)
    after = copy.deepcopy(before)
    put(before, path, limit)
    if path.endswith("retention_days"):
        before["tables"]["usb"].pop("retention", None)
    if path == "group":
        after["group"] = None
    after["tables"]["usb"].setdefault("retention", "while_enrolled")
    was, is_now = (parse_policy(document, CATALOG) for document in (before, after))
    assert compare(was, is_now, CATALOG).verdict == verdict


def test_the_same_first_day_in_other_words_is_the_same(default_document: Document) -> None:
    one, other = (
        parse_policy(default_document | {"not_before": day}, CATALOG)
        for day in ("2027-03-01", "2027-03-01T00:00:00Z")
    )
    assert compare(one, other, CATALOG).changes == ()


@pytest.mark.parametrize("day", ["1969-12-31", "1970-01-01"])
def test_a_first_day_that_nobody_waits_for_is_none(default_document: Document, day: str) -> None:
    none = parse_policy(default_document | {"not_before": None}, CATALOG)
    past, future = (
        parse_policy(default_document | {"not_before": one}, CATALOG) for one in (day, "2027-03-01")
    )
    assert compare(none, past, CATALOG).changes == compare(past, none, CATALOG).changes == ()
    (found,) = compare(past, future, CATALOG).changes
    assert found.sentence == "the policy takes effect later: on 2027-03-01, no longer at once"


def test_a_draft_that_names_no_group_is_not_for_any(default_document: Document) -> None:
    bound = parse_policy(default_document | {"group": "lab"}, CATALOG)
    draft = parse_policy(default_document, CATALOG)
    assert compare(bound, draft, CATALOG).changes == ()
    (found,) = compare(
        bound, parse_policy(default_document | {"group": None}, CATALOG), CATALOG
    ).changes
    assert found.sentence == (
        "laptops of any group may run the policy, before those of 'lab' alone"
    )
