"""Diff shows what people were told, before and after, and weighs it where personal data leave."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.policy.diff import Comparison, compare

Document = dict[str, Any]
NOTICE = "What leaves, and where you see it."


def compared(before: Document, after: Document) -> Comparison:
    return compare(parse_policy(before, CATALOG), parse_policy(after, CATALOG), CATALOG)


@pytest.mark.parametrize("key", ["purpose", "legal_basis"])
def test_another_purpose_of_personal_data_counts_as_more_and_both_texts_are_shown(
    default_document: Document, key: str
) -> None:
    before = default_document | {key: "to patch"}
    after = default_document | {key: "to sell\n= nothing"}
    comparison = compared(before, after)
    (found,) = comparison.changes
    assert (found.direction, found.place, found.is_personal) == ("more", key, True)
    assert "was “to patch”, is now “to sell = nothing”" in found.sentence
    assert comparison.verdict == "more"
    assert compared(before, before | {key: "to  patch "}).changes == ()


def test_of_what_names_nobody_another_purpose_is_told_alone(default_document: Document) -> None:
    alone = {"os": {"retention": "while_enrolled", "fields": {"name": "keep"}}}
    before = default_document | {"tables": alone, "tests": [], "pseudonyms": {"epoch": 1}}
    for key in ("purpose", "legal_basis"):
        assert compared(before, before | {key: "to sell"}).verdict == "same"
    assert compared(before, before | {"notice": None}).verdict == "same"


def test_a_notice_that_is_gone_counts_as_more_and_one_that_is_reworded_does_not(
    default_document: Document,
) -> None:
    before = default_document | {"notice": NOTICE}
    gone = {key: said for key, said in before.items() if key != "notice"}
    (found,) = compared(before, gone).changes
    assert (found.direction, found.place) == ("more", "notice")
    assert f"was “{NOTICE}”, is now none" in found.sentence
    assert compared(gone, before).verdict == "same"
    (found,) = compared(before, before | {"notice": "Other words."}).changes
    assert found.direction == "same"
    assert "is now “Other words.”" in found.sentence
